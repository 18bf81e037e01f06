"""What a cluster of Ray has, for who only looks."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from campaigns.core.execution import RAY, Wish
from campaigns.errors import NoEngine
from campaigns.home.records import decode
from campaigns.station.executors.ray.address import obstacle_at
from campaigns.station.executors.ray.executor import looking_ray
from campaigns.station.executors.ray.sight import ProbeLine
from campaigns.station.executors.slurm.nodes import EngineNode

PATIENCE = 120.0
"""Seconds that the nodes of a cluster may take to answer."""


def load_ray_nodes(address: str) -> tuple[EngineNode, ...]:
    """Return every node of a cluster.

    Raises:
        NoEngine: Ray is not installed, or the cluster does not answer or take us.
    """
    executor = looking_ray(address)
    why = executor.require(Wish("cpu", 0, 1, f"{RAY}:{address}"))
    if why or not executor.nodes:
        raise NoEngine(why or "the cluster has no node", hint=executor.line.hint or "see: alwsl-tui help ray")
    return tuple(
        EngineNode(
            node.name, "", "alive" if node.is_alive else "dead", cores=int(node.cores), free=int(node.free_cores),
            cards=f"gpu:{node.cards:g}" if node.cards else "", memory=int(node.memory), why="",
        )
        for node in executor.nodes
    )  # fmt: skip


def probe(address: str, folder: Path) -> Iterator[ProbeLine]:
    """Yield what each node of a cluster says of itself and of a folder of the home.

    Raises:
        NoEngine: Ray is not installed, or the cluster does not answer or take us.
    """
    if obstacle := obstacle_at(address):
        raise NoEngine(obstacle, hint="see: alwsl-tui help ray")
    words = [sys.executable, "-P", "-m", "campaigns.station.executors.ray.probe", address, str(folder)]
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False, env=dict(os.environ)
        )
    except subprocess.TimeoutExpired as error:
        raise NoEngine(f"ray at {address}: no answer within {PATIENCE:.0f} s", hint="ray status") from error
    lines = [decode(ProbeLine, line) for line in done.stdout.splitlines()]
    if done.returncode or not lines:
        words_ = lines[0].failure if lines else done.stderr.decode(errors="replace").strip()[-300:]
        raise NoEngine(
            f"ray at {address}: {words_}", hint=lines[0].hint if lines and lines[0].hint else "see ray status"
        )
    yield from lines
