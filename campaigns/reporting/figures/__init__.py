"""The figures of a report, drawn with Matplotlib's objects (never pyplot, which keeps a state of its own).

Knows: what a `Dossier` holds. May import what `reporting` may; nobody imports it before a figure is wanted, for
Matplotlib takes half a second.
"""
