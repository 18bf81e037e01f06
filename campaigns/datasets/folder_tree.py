"""The files below a folder of one's own: pictures that are read, and what is left out of them."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from campaigns.core.text import is_printable
from campaigns.datasets.formats import OTHER_FORMATS, SUFFIXES, suffix_of
from campaigns.datasets.links import is_inside

PICTURES = SUFFIXES | OTHER_FORMATS.keys()
"""How names of pictures end, of whatever format."""
SYSTEMS_OWN = frozenset({
    "__macosx", "@eadir", "@tmp", "#recycle", "#snapshot", "@recycle", "@recently-snapshot", "$recycle.bin",
    "system volume information", "lost+found", "network trash folder", "temporary items",
})  # fmt: skip
"""Folders that systems and disks keep for themselves and that are not hidden, in small letters."""


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
    systems: list[str]
    """Pictures in folders of a system's own; they are left alone."""


def file_tree(root: Path, *, follow_links: bool = False) -> FileTree:
    """Return the files below a folder. Hidden ones are left out: systems keep thumbnails and forks there.

    So is what lies in folders that systems call otherwise, as `__MACOSX` and `@eaDir`: that is counted.
    """
    tree = FileTree([], [], [], [], [], [])
    # Text rather than paths: a folder may hold a million pictures.
    for name, suffix, is_link in _pictures(str(root), tree.linked, follow_links=follow_links):
        if not is_printable(name):
            tree.unprintable.append(
                os.fsencode(name).decode("utf-8", "backslashreplace").encode("unicode_escape").decode()
            )
        elif is_systems(name):
            tree.systems.append(name)
        elif suffix in OTHER_FORMATS:
            tree.unreadable.append(name)
        else:
            is_outside = is_link and not follow_links and not is_inside(root / name, root)
            (tree.outside if is_outside else tree.ids).append(name)
    for names in (tree.ids, tree.outside, tree.linked, tree.unreadable, tree.unprintable, tree.systems):
        names.sort()
    return tree


def is_systems(name: str) -> bool:
    """Return whether a path, with forward slashes, leads into a folder that a system keeps for itself."""
    return not SYSTEMS_OWN.isdisjoint(name.lower().split("/")[:-1])


def _pictures(root: str, linked: list[str], *, follow_links: bool) -> Iterator[tuple[str, str, bool]]:
    """Yield all pictures, of whatever format, each with its suffix and whether it is a link.

    Links that are not followed are added to `linked`.

    Names are relative to the root, with forward slashes.
    """
    known = {os.path.realpath(root)}
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        folders = []
        for entry in _visible(f"{root}/{folder}"):
            if not _is_folder(entry):
                if (suffix := suffix_of(entry.name)) in PICTURES:
                    yield folder + entry.name, suffix, entry.is_symlink()
            elif not entry.is_symlink():
                folders.append(f"{folder}{entry.name}/")
            elif not follow_links:
                # What it leads to inside the root is met there.
                linked += [] if is_inside(Path(entry.path), Path(root)) else [folder + entry.name]
            else:
                target = os.path.realpath(entry.path)
                # Neither a loop, nor what was there already under another name.
                if target not in known and not f"{os.path.realpath(root + '/' + folder)}/".startswith(target + "/"):
                    known.add(target)
                    folders.append(f"{folder}{entry.name}/")
        waiting += reversed(folders)


def _visible(folder: str) -> list[os.DirEntry[str]]:
    """Return what lies in a folder and is not hidden, by name; nothing where nobody may look."""
    try:
        with os.scandir(folder) as entries:
            return sorted((entry for entry in entries if not entry.name.startswith(".")), key=lambda entry: entry.name)
    except OSError:
        return []


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads nowhere it may be followed
        return False
