"""The files of a home, one module a file: its dataclass, how it is read, written and checked.

Nobody else knows a file's keys.

Knows `core`, and the scores, picks and agreement of `selection`. Imports nothing above it.
"""
