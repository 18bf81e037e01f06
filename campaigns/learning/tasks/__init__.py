"""The tasks that come with the program, a file for each: add a file whose `ENTRIES` holds yours.

Knows labels, targets and losses. Torch is imported inside the functions that compute with it, never at the top of a
file: recipes, forms and reports read what stands beside them.
"""
