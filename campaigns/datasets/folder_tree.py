"""The files below a folder of one's own: pictures that are read, and what is left out of them."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from campaigns.core.text import is_printable
from campaigns.datasets.formats import OTHER_FORMATS, SUFFIXES
from campaigns.datasets.links import is_inside


@dataclass(frozen=True, slots=True)
class FileTree:
    """The images below a folder."""

    ids: list[str]
    """Paths below the folder, sorted."""
    outside: list[str]
    """Links to files that lead out of the folder; they are left alone."""
    linked: list[str]
    """Links to folders; they are left alone, too, unless links are to be followed."""
    unreadable: list[str]
    """Pictures of formats that are not read."""
    unprintable: list[str]
    """Pictures whose names no terminal can show, spelt out: control characters, or bytes that are no UTF-8."""


def file_tree(root: Path, *, follow_links: bool = False) -> FileTree:
    """Return the files below a folder. Hidden ones are left out: systems keep thumbnails and forks there."""
    tree = FileTree([], [], [], [], [])
    for path in _entries(root, tree.linked, follow_links=follow_links):
        name = path.relative_to(root).as_posix()
        if not is_printable(name):
            tree.unprintable.append(
                os.fsencode(name).decode("utf-8", "backslashreplace").encode("unicode_escape").decode()
            )
        elif path.suffix.lower() in OTHER_FORMATS:
            tree.unreadable.append(name)
        else:
            is_outside = not follow_links and path.is_symlink() and not is_inside(path, root)
            (tree.outside if is_outside else tree.ids).append(name)
    for names in (tree.ids, tree.outside, tree.linked, tree.unreadable, tree.unprintable):
        names.sort()
    return tree


def _entries(root: Path, linked: list[str], *, follow_links: bool) -> Iterator[Path]:
    """Return all pictures, of whatever format; add links to folders that are not followed to `linked`."""
    known = {os.path.realpath(root)}
    for folder, below, names in os.walk(root, followlinks=follow_links):
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in [name for name in below if Path(folder, name).is_symlink()]:
            target = os.path.realpath(Path(folder, name))
            if not follow_links:
                # What it leads to inside the root is met there.
                linked += [] if is_inside(Path(target), root) else [Path(folder, name).relative_to(root).as_posix()]
            elif target in known or os.path.realpath(folder).startswith(target + os.sep):
                below.remove(name)  # a loop, or what was there already under another name
            else:
                known.add(target)
        for name in names:
            if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES | OTHER_FORMATS.keys():
                yield Path(folder, name)
