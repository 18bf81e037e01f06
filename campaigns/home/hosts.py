"""Which host this is: a kernel since it was started, and a space of process numbers on it.

Locks reach as far as a kernel, and numbers of processes as far as their space: a container is a host of its own.
"""

import os
import platform
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_SPACE = Path("/proc/self/ns/pid")
MOST_LETTERS = 255
"""Of a name."""


@dataclass(frozen=True, slots=True)
class Host:
    """A machine since it was started, or a container on it."""

    name: str
    """For people; two machines may bear the same."""
    boot: str
    """Another one after every start; empty where the system has none, as on macOS."""
    space: int
    """Number of the space of process numbers; 0 where the system has no such spaces."""

    def is_same(self, other: "Host") -> bool:
        """Return whether both are one host, whatever it is called by now; by its name where nobody knows of starts."""
        if not (self.boot and other.boot):
            return self.boot == other.boot and self.name == other.name
        return (self.boot, self.space) == (other.boot, other.space)

    def check(self) -> None:
        """Raise ValueError unless its name is one line of text."""
        if not self.name or len(self.name) > MOST_LETTERS or not self.name.isprintable():
            raise ValueError(f"{self.name[:60]!r} is not the name of a host")


@cache
def this_host() -> Host:
    """Return the host of this process."""
    name = "".join(letter if letter.isprintable() else "?" for letter in os.uname().nodename)[:MOST_LETTERS]
    try:
        boot, space = _BOOT.read_text(encoding="ascii").strip(), _SPACE.stat().st_ino
    except OSError:  # not Linux, or one that hides it
        boot, space = "", 0
    return Host(name or "this host", boot, space)


def node_name() -> str:
    """Return the name of this machine as its engine knows it: Slurm may call it otherwise than it calls itself."""
    return os.environ.get("SLURMD_NODENAME") or platform.node()
