"""Drafts of files, `.NAME.draft-HOST-BOOT-SPACE-PID-RANDOM`: who writes one, and whether nobody does any more.

Hosts share a folder over a network, and containers share it with every process called 7: a number alone says nothing of
who writes. Only who runs on the same kernel, in the same space of numbers, can ask whether a process is there.
"""

import hashlib
import os
import re
from functools import cache
from pathlib import Path

_NAME = re.compile(r"\..+\.draft-(?P<host>[0-9a-f]{8})-(?P<boot>[0-9a-f]{8})-(?P<space>\d+)-(?P<pid>\d+)-[0-9a-f]{8}")
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_SPACE = Path("/proc/self/ns/pid")


def draft_of(path: Path) -> Path:
    """Return a path beside a file's that nobody else writes to, on no machine."""
    host, boot, space = _place()
    return path.with_name(f".{path.name}.draft-{host}-{boot}-{space}-{os.getpid()}-{os.urandom(4).hex()}")


def is_draft(name: str) -> bool:
    """Return whether a file of that name is a draft, whoever writes it."""
    return _NAME.fullmatch(name) is not None


def is_abandoned(name: str) -> bool:
    """Return whether a file of that name is a draft whose writer is gone for sure.

    False for what is no draft, and for drafts of other machines and other containers: whether somebody writes them
    cannot be seen from here. A writer on this machine before it was started again is gone.
    """
    draft = _NAME.fullmatch(name)
    if draft is None:
        return False
    host, boot, space = _place()
    if draft["host"] != host:
        return False
    if draft["boot"] != boot:
        return True
    return draft["space"] == str(space) and not _is_there(int(draft["pid"]))


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    return True


@cache
def _place() -> tuple[str, str, int]:
    """Return hashes of this host's name and of its boot, and the number of this process's space of numbers.

    Where the system tells of no boot, as macOS does not, it is always the same one.
    """
    boot = _BOOT.read_text() if _BOOT.exists() else ""
    space = _SPACE.stat().st_ino if _SPACE.exists() else 0
    return _short(os.uname().nodename), _short(boot), space


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
