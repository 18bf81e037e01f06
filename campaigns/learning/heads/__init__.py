"""The model heads that come with the program, a file for each: add a file whose `ENTRIES` holds yours.

Knows pooling and what of a model trains. Torch is imported inside the functions that make a head, never at the top of a
file: recipes and forms read the options that stand beside them.
"""
