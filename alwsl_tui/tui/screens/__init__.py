"""Everything that fills the terminal at once: the station, a campaign, a new one, a comparison, questions."""
