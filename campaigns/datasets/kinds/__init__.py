"""The kinds of data sets that come with the program: add a file whose `ENTRIES` holds yours.

Knows how one kind is opened, fetched and checked. May import all of `datasets` but its catalogue, which collects them.
"""
