"""The store: what a home remembers, in SQLite. All SQL of the program is in this room.

Knows: SQLite, through sqlite-utils for the schema, for data sets and for a repair; through raw sqlite3 where the
station asks at every turn or event, and where a command or the first screen would have to load sqlite-utils first.
Typed rows in, typed rows out. May import `core`, `home`, `errors`. A store belongs to the thread that opened it.
"""
