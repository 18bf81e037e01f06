"""Classes that differ by nothing that can be seen: usually one class, written in two ways."""

import re
from collections.abc import Sequence

from campaigns.core.text import as_seen


def twin_notes(classes: Sequence[str]) -> list[str]:
    """Return a note for each group of names that look the same."""
    alike: dict[str, list[str]] = {}
    for name in classes:
        alike.setdefault(re.sub(r"[\s_-]", "", as_seen(name)), []).append(name)
    return [
        f"classes that differ only by {_difference(twins)}: {', '.join(map(repr, twins))}"
        for twins in alike.values()
        if len(twins) > 1
    ]


def _difference(twins: Sequence[str]) -> str:
    is_joined = len({as_seen(name) for name in twins}) > 1
    return "blanks, _ or -" if is_joined else "case or by signs nobody sees"
