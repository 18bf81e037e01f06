"""Labelling by people: what is asked next, and what they answer."""
