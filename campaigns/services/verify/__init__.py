"""Whether a campaign is what it says it is: every choice drawn up again, every hash compared."""
