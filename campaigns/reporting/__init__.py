"""Series and tables of a campaign: pure functions of typed rows that services hand in.

Knows: numbers. May import `core`, `selection`, the types of `home`, `store.rows`, `errors`; reads no file and asks no
store.
"""
