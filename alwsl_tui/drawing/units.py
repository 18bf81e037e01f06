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


def time_left(seconds: float, *, is_open_ended: bool) -> str:
    """Format an estimate of the time left: `about 12 min left`, or `at most` where models may end before their epochs
    do.
    """
    return f"{'at most' if is_open_ended else 'about'} {age(seconds)} left"


def epoch_of(epoch: int | None, epochs: int, *, is_open_ended: bool) -> str:
    """Say how many epochs are finished: `epoch 3/20`, or `epoch 34 of at most 200`."""
    return f"epoch {epoch or 0} of at most {epochs}" if is_open_ended else f"epoch {epoch or 0}/{epochs}"


def brief_epoch(epoch: int | None, epochs: int, *, is_open_ended: bool) -> str:
    """Say the same in a narrow cell: `3/20`, or `34 ep`, as a limit that may not be reached says little."""
    return f"{epoch or 0} ep" if is_open_ended else f"{epoch or 0}/{epochs}"


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
