"""Paths as people type them."""

import os
from pathlib import Path


def expanded(path: str | Path) -> Path:
    """Return a path with `~` and `~user` replaced; where there is no such user, it stays as it is, as in a shell."""
    return Path(os.path.expanduser(path))  # noqa: PTH111  # pathlib's own raises RuntimeError for a user who is not there


def path_in(variable: str) -> Path | None:
    """Return the path that an environment variable names; None where it names none."""
    return expanded(path) if (path := os.environ.get(variable)) else None
