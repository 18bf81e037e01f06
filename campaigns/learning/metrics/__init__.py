"""The metrics that come with the program, a file for each: add a file whose `ENTRIES` holds yours.

Knows labels and what a ranking by scores is worth. Pure NumPy.
"""
