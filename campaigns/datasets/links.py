"""Where a path really leads: links are followed inside a data set's folder, and no further."""

import os
from io import BufferedReader
from pathlib import Path

from campaigns.errors import BadData


def is_inside(path: Path, root: Path) -> bool:
    """Return whether the file that the path leads to, through whatever links, lies below the root."""
    return lands(path).is_relative_to(lands(root))


def inside(path: Path, root: Path) -> Path:
    """Return the path itself if what it leads to lies below the root.

    Raises:
        BadData: a link, or the path itself, leads out of the root: a data set from a stranger may point at anything.
    """
    if not is_inside(path, root):
        raise _outside(path, lands(path), root)
    return path


def demand_inside(file: BufferedReader, path: Path, root: Path) -> None:
    """Raise BadData unless a file that was opened at that path lies below the root.

    Raises:
        BadData: it does not.
    """
    # Asked of the open file: a link that is changed between a look and the opening gains nothing.
    try:
        target = Path(f"/proc/self/fd/{file.fileno()}").readlink()
    except OSError:  # no Linux
        target = lands(path)
    if not target.is_relative_to(lands(root)):
        raise _outside(path, target, root)


def lands(path: Path) -> Path:
    """Resolve all links of a path; a loop of links leads to itself, where `Path.resolve` would raise."""
    return Path(os.path.realpath(path))


def _outside(path: Path, leads_to: Path, root: Path) -> BadData:
    return BadData(
        f"{path} leads to {leads_to}, outside the data set",
        hint=f"put the files themselves below {root}, give the folder that holds both, or add --follow-links "
        "(data.follow_links = true in a recipe) if you trust the links",
    )
