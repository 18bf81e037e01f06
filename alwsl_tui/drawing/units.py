"""Lengths of time, sizes and counts, as people say them; and sentences said in several places."""

COLLAPSED = "the model had collapsed, so their order is noise: lower training.lr, or train for longer"
"""Of the picks of a round."""


def age(seconds: float) -> str:
    """Format a length of time: `40 s`, `12 min`, `3 h 20`, `5 d`."""
    if seconds < 60:
        return f"{max(0, seconds):.0f} s"
    if seconds < 3600:
        return f"{seconds / 60:.0f} min"
    if seconds < 86400:
        return f"{int(seconds // 3600)} h {int(seconds % 3600 // 60):02}"
    return f"{seconds / 86400:.0f} d"


def size(count: float) -> str:
    """Format bytes: `512 B`, `3.4 MiB`, `139 GiB`."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count < 1024:
            return f"{count:.1f} {unit}" if count < 10 and unit != "B" else f"{count:.0f} {unit}"
        count /= 1024
    return f"{count:.1f} TiB"


def plural(count: int, word: str) -> str:
    """Return a count with its word: `1 image`, `2 images`."""
    return f"{count} {word}{'' if count == 1 else 's'}"
