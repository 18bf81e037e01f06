"""A worker that is held on a node for a station elsewhere, and the files that go between the two."""
