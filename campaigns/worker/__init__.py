"""The child program: runs one job in one folder and says what it does in a journal.

Knows: its attempt's folder. May import `learning` and everything below; never the store, never the station.
"""
