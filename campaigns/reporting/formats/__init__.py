"""The formats of a report that come with the program: add a file whose `ENTRIES` holds yours.

Knows how one format is written from a dossier. May import all of `reporting`.
"""
