"""What a cluster has, as `sinfo` tells it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from campaigns.errors import NoEngine
from campaigns.station.executors.slurm.commands import call, is_installed
from campaigns.station.executors.slurm.executor import NOT_HERE

COLUMNS = {"NodeList": 80, "Partition": 60, "StateLong": 30, "CPUsState": 40, "Gres": 120, "Memory": 20, "Reason": 120}
"""Fields that are asked for, and their widths."""


_CARDS = re.compile(r"(?:^|,)gpu(?::[^:,()]+)?:(\d+)")
"""Kinds of GPUs, as in `gpu:h100:4(S:0-1),gpu:a100:2`, and how many of each."""


@dataclass(frozen=True, slots=True)
class EngineNode:
    """A machine of an engine, in one of its partitions."""

    name: str
    partition: str
    """With a star: the one that is used where nobody says another one."""
    state: str
    """In the engine's words: `idle`, `mixed`, `down`."""
    cores: int
    free: int
    """Cores that nobody has."""
    cards: str
    """In the engine's words: `gpu:h100:4`; empty without any."""
    memory: int
    """Bytes."""
    why: str
    """Why nobody gets it, where somebody wrote that down."""

    @property
    def card_count(self) -> int:
        """How many GPUs it has, of all kinds."""
        return sum(int(count) for count in _CARDS.findall(self.cards))


def load_slurm_nodes() -> tuple[EngineNode, ...]:
    """Return every node of every partition that this user may look at.

    Raises:
        NoEngine: Slurm's commands are not here, or Slurm does not answer.
    """
    if not is_installed():
        raise NoEngine(NOT_HERE, hint="ask on a machine where jobs are submitted")
    form = ",".join(f"{name}:{width}" for name, width in COLUMNS.items())
    answer = call("sinfo", "--noheader", "--Node", f"--Format={form}", seconds=12)
    if answer.code:
        raise NoEngine(f"sinfo: {answer.words}", hint="wait until slurmctld answers; what runs goes on")
    return tuple(parse_nodes(answer.out))


def parse_nodes(text: str) -> Iterator[EngineNode]:
    """Yield the nodes in what `sinfo` prints; lines that are none are passed over."""
    for line in text.splitlines():
        at, cells = 0, {}
        for name, width in COLUMNS.items():
            cells[name] = line[at : at + width].strip()
            at += width
        taken = cells["CPUsState"].split("/")
        if len(taken) != 4 or not all(part.isdecimal() for part in (*taken, cells["Memory"])):
            continue
        yield EngineNode(
            cells["NodeList"], cells["Partition"], cells["StateLong"], cores=int(taken[3]), free=int(taken[1]),
            cards="" if cells["Gres"] == "(null)" else cells["Gres"], memory=int(cells["Memory"]) << 20,
            why="" if cells["Reason"] == "none" else cells["Reason"],
        )  # fmt: skip
