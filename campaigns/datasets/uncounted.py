"""Classes whose name says that nobody counts them, as VisDrone's `ignored regions` and KITTI's `DontCare`."""

import re
from collections.abc import Sequence

from campaigns.core.text import as_seen

_UNCOUNTED = re.compile(r"ignored?(?:regions?|areas?|objects?|zones?)?|don'?tcares?")


def uncounted_notes(classes: Sequence[str]) -> list[str]:
    """Return a note for each class that has such a name: it is a class like any other."""
    return [
        f"class {name!r} has the name of what nobody counts, and is a class like any other here: if it is none, take "
        "it out of the annotations"
        for name in classes
        if _UNCOUNTED.fullmatch(re.sub(r"[\s_-]", "", as_seen(name)))
    ]
