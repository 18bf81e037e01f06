"""Files that this user may not open: whose they are, and the command that gives them back."""

import errno
import os
import shlex
import stat
from pathlib import Path

from campaigns.errors import BadInput, NoAccess

DENIED = frozenset({errno.EACCES, errno.EPERM})
"""Errors of the system for who is somebody else."""


def is_writable(path: Path) -> bool:
    """Return whether this user may change a file, or what lies in a folder; a disk that can only be read forbids it."""
    return may(path, os.W_OK | (os.X_OK if path.is_dir() else 0))


def is_readable(path: Path) -> bool:
    """Return whether this user may read a file, or look into a folder."""
    return may(path, os.R_OK | (os.X_OK if path.is_dir() else 0))


def may(path: Path, mode: int) -> bool:
    """Return whether the user that this process acts for may do this with a path; `mode` as `os.access` has it."""
    return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)


def is_own_folder(path: Path) -> bool:
    """Return whether a path is a folder of this user: in a place where all may write, others could have been first."""
    facts = path.lstat()
    return stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.geteuid()


def access_error(error: OSError, folder: Path) -> BadInput | None:
    """Return the error for a person when a file is somebody else's, or closed; None when something else is wrong.

    What lies in the home `folder` is given back with `chown`; the file is the one the system names, else `folder`.
    """
    if error.errno not in DENIED:
        return None
    named = error.filename2 or error.filename
    path = folder if named is None or isinstance(named, int) else Path(os.fsdecode(named)).absolute()
    return no_access(path, folder)


def no_access(path: Path, folder: Path) -> BadInput:
    """Build the error for a path of the home `folder`, or of elsewhere, that cannot be opened, written or removed."""
    barrier = _barrier(path)
    where = f"cannot use {path}" if barrier == path else f"cannot use {path}, which {barrier} keeps closed"
    try:
        status = barrier.lstat()
    except OSError:
        return NoAccess(f"{where}: the system forbids it", hint="give another home with --home")
    owner, user = user_name(status.st_uid), user_name(os.geteuid())
    mode, is_own = stat.filemode(status.st_mode), status.st_uid == os.geteuid()
    why = f"it is closed ({mode})" if is_own else f"it belongs to {owner} ({mode}), and you are {user}"
    if (inside := _home_of(path, folder)) is None:
        way = "open it with chmod" if is_own else f"ask {owner} for it"
        return BadInput(f"{where}: {why}", hint=f"{way}, or name another place")
    home = shlex.quote(str(inside))
    if is_own:
        return NoAccess(f"{where}: {why}", hint=f"chmod -R u+rwX {home}")
    return NoAccess(f"{where}: {why}", hint=f"sudo chown -R {user} {home}, or a home of your own with --home")


def user_name(uid: int) -> str:
    """Return the name of a user; the number of one that nobody knows by name, as in a container."""
    try:
        import pwd

        return pwd.getpwuid(uid).pw_name
    except (ImportError, KeyError):
        return str(uid)


def _home_of(path: Path, folder: Path) -> Path | None:
    """Return the home that a path lies in: `folder`, or one that is known by its store; None when it lies in none."""
    if path.is_relative_to(folder):
        return folder
    return next((place for place in path.parents if _is_there(place / "alwsl.db")), None)


def _barrier(path: Path) -> Path:
    """Return the path that keeps us out: itself, or the folder above it that does not let us through or change it."""
    there = next((place for place in (path, *path.parents) if _is_there(place)), Path(path.anchor))
    if there != path or (is_writable(path) and is_readable(path)):
        return there if there != path else path.parent
    return path


def _is_there(path: Path) -> bool:
    try:
        path.lstat()
    except OSError:
        return False
    return True
