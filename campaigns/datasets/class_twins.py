"""Classes that differ by nothing that can be seen: usually one class, written in two ways."""

from collections.abc import Sequence

from campaigns.core.text import as_seen


def twin_notes(classes: Sequence[str]) -> list[str]:
    """Return a note for each group of names that look the same."""
    alike: dict[str, list[str]] = {}
    for name in classes:
        alike.setdefault(as_seen(name), []).append(name)
    return [
        f"classes that differ only by case or by signs nobody sees: {', '.join(map(repr, twins))}"
        for twins in alike.values()
        if len(twins) > 1
    ]
