"""Whether a cluster of Ray can run campaigns of a home: each node is given a job that does nothing."""

import os
import platform
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from campaigns.core.execution import RAY
from campaigns.errors import NoEngine
from campaigns.home.locks import exclusive
from campaigns.services.doctor.doctor import Finding
from campaigns.services.workspace import Workspace, is_missing
from campaigns.station.executors.ray.nodes import load_ray_nodes, probe
from campaigns.station.executors.ray.sight import ProbeLine, RaySight
from campaigns.station.executors.slurm.probe import LOCK, NONCE
from campaigns.version import VERSION

SLACK = 2.0
"""Seconds by which clocks may differ."""
LEAST_BYTES = 20 << 30
"""What should be free on a node that does not share the home."""
ADVICE = (
    "ray start --head with RAY_health_check_period_ms=1000 RAY_health_check_timeout_ms=2000 "
    "RAY_health_check_failure_threshold=3 notices a lost node in 10 s, not in 65"
)


def examine_ray(workspace: Workspace, address: str) -> list[Finding]:
    """Return what keeps a cluster from running campaigns of this home; a job of a second is started on each node."""
    try:
        nodes = load_ray_nodes(address)
    except NoEngine as error:
        return [Finding(RAY, False, f"{error.message}; next: {error.hint}", is_vital=True)]
    up = [node for node in nodes if node.state == "alive"]
    cards = sum(int(float(node.cards.partition(":")[2])) for node in up if node.cards)
    summary = f"{len(up)} of {len(nodes)} nodes, {sum(node.cores for node in up)} cores, {cards} GPUs"
    findings = [Finding(RAY, bool(up), summary, is_vital=True), Finding("lost nodes", True, ADVICE)]
    home = workspace.home.folder
    if workspace.is_readonly or is_missing(home):
        return [*findings, Finding("job on a node", False, "not tried: the home is not made yet, or is only looked at")]
    with tempfile.TemporaryDirectory(prefix=".probe-", dir=home) as made:
        folder, nonce, begun = Path(made), os.urandom(8).hex(), time.time()
        (folder / NONCE).write_text(nonce, encoding="utf-8")
        with exclusive(folder / LOCK):
            try:
                for line in probe(address, folder):
                    findings += _of_node(line, nonce, begun, time.time())
            except NoEngine as error:
                findings.append(Finding("job on a node", False, f"{error.message}; next: {error.hint}", is_vital=True))
    return findings


def _of_node(line: ProbeLine, nonce: str, begun: float, ended: float) -> Iterator[Finding]:
    if line.sight is None:
        yield Finding(f"{line.node}: job", False, line.failure, is_vital=True)
        return
    sight, there = line.sight, line.sight.view
    same = there.program == VERSION and there.python == platform.python_version()
    versions = f"Python {there.python}, Ray {sight.ray}, alwsl-tui {there.program}, {there.machine}"
    yield Finding(f"{line.node}: versions", same, versions if same else f"{versions}; here {_here()}")
    off = max(0.0, begun - there.time, there.time - ended)
    yield Finding(f"{line.node}: clock", off <= SLACK, "as here" if off <= SLACK else f"at least {off:.0f} s off")
    yield _home_of(line.node, sight, is_shared=there.nonce == nonce)


def _home_of(node: str, sight: RaySight, *, is_shared: bool) -> Finding:
    if is_shared:
        locks = "" if sight.view.is_held else "; locks are not passed on by the file system"
        return Finding(f"{node}: home", True, f"shared{locks}")
    free = f"{sight.free / (1 << 30):.0f} GiB free"
    return Finding(f"{node}: home", sight.free >= LEAST_BYTES, f"not shared: files go to {sight.scratch}, {free}")


def _here() -> str:
    return f"Python {platform.python_version()}, alwsl-tui {VERSION}"
