"""`python -m campaigns.station.executors.slurm.probe FOLDER`: what a node sees of a home, in one line of JSON.

`doctor --executor slurm` submits it as a job: it does nothing else.
"""

import json
import platform
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from campaigns.home.locks import is_held
from campaigns.version import VERSION

NONCE, LOCK = "nonce", "lock"
"""Files of the folder: what the node should read, and what the machine that asks holds."""


@dataclass(frozen=True, slots=True)
class NodeSight:
    """What a node says."""

    host: str
    python: str
    program: str
    machine: str
    """The kind of its processor."""
    nonce: str
    """What it reads; empty where it sees no such file."""
    is_held: bool
    """It sees that somebody holds the lock."""
    time: float
    """By its clock, in seconds since the epoch."""


def look_around(folder: Path) -> NodeSight:
    """Return what this machine is, and what it sees of the folder."""
    nonce, lock = folder / NONCE, folder / LOCK
    return NodeSight(
        platform.node(), platform.python_version(), VERSION, platform.machine(),
        nonce.read_text(encoding="utf-8") if nonce.exists() else "", lock.exists() and is_held(lock), time.time(),
    )  # fmt: skip


def main(folder: Path) -> None:
    """Print it."""
    print(json.dumps(asdict(look_around(folder))), flush=True)  # noqa: T201  # the one thing it is for


if __name__ == "__main__":
    main(Path(sys.argv[1]))
