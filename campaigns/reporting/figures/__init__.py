"""The figures of a report, drawn with Matplotlib's objects (never pyplot, which keeps a state of its own).

Knows: what a `Dossier` holds. May import what `reporting` may; nobody imports it before a figure is wanted, for
Matplotlib takes half a second.
"""

import os

# Figures are drawn on canvases of our own. A notebook names a backend in the environment that a program started from it
# may not have, and matplotlib would refuse to be imported.
_backend = os.environ.pop("MPLBACKEND", None)
import matplotlib  # noqa: E402, F401

if _backend is not None:
    os.environ["MPLBACKEND"] = _backend
