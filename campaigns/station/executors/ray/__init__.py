"""Ray: the station's side, the bridge that speaks with a cluster, and what runs on its nodes."""
