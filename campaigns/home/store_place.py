"""Where the store of a home lies: on a network's file system it is found by the home's id.

SQLite wants the store on a disk of the machine that writes to it. Any other home has its store inside, as always.
"""

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import platformdirs

from campaigns.errors import BadHome
from campaigns.home.access import is_own_folder
from campaigns.home.files import damaged
from campaigns.home.identity import home_id, identity_file, known_home_id
from campaigns.home.mounts import file_system, is_shared
from campaigns.home.records import read_record, write_record
from campaigns.home.typed_paths import path_in

PROGRAM = "alwsl-tui"
"""Name of its folders among those that the system has for a user's data, caches, settings and logs."""
STORE = "ALWSL_STORE"
"""Environment variable: the folder of the stores of homes that lie on a network's file system."""
EVERYBODYS = Path("/var/tmp")  # noqa: S108  # whose folder in it is, is asked
"""Where a user whose own folders lie on a network has room on a disk that outlives a restart of the host."""
SCHEMA = 1
_NOBODY = "without-id"


@dataclass(frozen=True, slots=True)
class StoreOwner:
    """Whose store lies in a folder: written beside it, as `home.json` of the home says no more than the id."""

    home: str
    """The home's folder, without links."""
    inode: int
    """Of the home's `home.json`: the copy of a home has another one, and the same home mounted elsewhere has not."""


def placed_store(inside: Path) -> Path:
    """Return where the store of a home lies: at `inside`, in the home; or in a folder of this host."""
    home = inside.parent
    return store_folder(home) / inside.name if is_shared(home) else inside


def store_folder(home: Path) -> Path:
    """Return the folder of this host for the store of a home on a network's file system."""
    return (path_in(STORE) or _own_stores()) / (_known_id(home) or _NOBODY)


def _own_stores() -> Path:
    own = platformdirs.user_state_path(PROGRAM) / "stores"
    return _on_host() / "stores" if is_shared(own) else own


def _on_host() -> Path:
    return EVERYBODYS / f"alwsl-{os.geteuid()}"


def has_place(home: Path) -> bool:
    """Return whether a home has a place for its store: inside, or by its id."""
    return not is_shared(home) or bool(_known_id(home))


def make_id(home: Path) -> None:
    """Give a home on a network's file system an id, unless it has one or needs none.

    Raises:
        Damaged: it has one that is none.
        OSError: it cannot be written.
    """
    if is_shared(home):
        home_id(home)
        _id_of.cache_clear()


def require_local_store(home: Path) -> None:
    """Raise BadHome if the store of a home lies, or would lie, where SQLite is not safe, or is another home's.

    Raises:
        Damaged: a note of whose store it is is none.
    """
    if not is_shared(home):
        return
    kind, folder = file_system(home), store_folder(home)
    if is_shared(folder):
        raise BadHome(
            f"the home {home} lies on {kind}, and the folder for its store, {folder}, on {file_system(folder)}: "
            "a store is safe on a disk of this host alone",
            hint=f"name a folder on such a disk, as in: export {STORE}=/var/tmp/$USER/alwsl",
        )
    if folder.is_relative_to(_on_host()) and _on_host().exists() and not is_own_folder(_on_host()):
        raise BadHome(
            f"{_on_host()}, the folder for the store of the home {home}, is somebody else's",
            hint=f"name another one on a disk of this host, as in: export {STORE}=/FOLDER",
        )
    owner = read_record(StoreOwner, _owner_file(folder), schema=SCHEMA)
    if owner is None or owner.inode == _inode(home) or _known_id(Path(owner.home)) != _known_id(home):
        return
    raise BadHome(
        f"the home {home} is a copy of {owner.home}: it has the same id, and the store of that id is the other's",
        hint=f"remove home.json and keeper.json from the copy, then: alwsl-tui repair --home {home}",
    )


def note_owner(home: Path) -> None:
    """Write down beside the store of a home whose it is; nothing where it lies in the home."""
    if not is_shared(home):
        return
    folder, owner = store_folder(home), StoreOwner(os.path.realpath(home), _inode(home))
    for path in (folder.parent.parent, folder.parent, folder):  # the mode is that of the last one that is made
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    if read_record(StoreOwner, _owner_file(folder), schema=SCHEMA) != owner:
        write_record(_owner_file(folder), owner, schema=SCHEMA)


def _known_id(home: Path) -> str:
    return _id_of(identity_file(home)) if identity_file(home).exists() else ""


@cache
def _id_of(path: Path) -> str:
    if known := known_home_id(path.parent):
        return known
    raise damaged(path, "it is gone")  # just now


def _owner_file(folder: Path) -> Path:
    return folder / "owner.json"


def _inode(home: Path) -> int:
    path = identity_file(home)
    return path.stat().st_ino if path.exists() else 0
