"""Where a person sits who labels on a screen: what is asked, what was answered, and what is worth going on with."""
