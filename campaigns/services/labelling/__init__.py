"""Labelling by people: what is asked for, answers in, and what they come to. Only services append answers."""
