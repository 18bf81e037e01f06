"""The criteria that come with the program, a file for each or for a family: add a file whose `ENTRIES` holds yours.

Knows what a criterion is, the formulas and the rankings. May import all of `selection`.
"""

ARXIV = "Rajat et al. 2020, arXiv 2005.12892, section"
"""Where most of them are printed."""
