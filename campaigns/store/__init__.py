"""The store: what a home remembers, in SQLite. All SQL of the program is in this room.

Knows: SQLite, through sqlite-utils for the schema and raw sqlite3 where it is asked often. Typed rows in, typed
rows out. May import `core`, `paths`, `errors`. A store belongs to the thread that opened it.
"""
