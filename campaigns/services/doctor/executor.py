"""Whether an executor can run campaigns of a home: it is asked what it has, and given a job that does nothing."""

import os
import platform
import shlex
import sys
import tempfile
import time
from pathlib import Path

from campaigns.core.execution import LOCAL, RAY, engine_of
from campaigns.errors import NoEngine
from campaigns.home.locks import exclusive
from campaigns.home.records import decode
from campaigns.services.campaigns.executor import chosen_executor
from campaigns.services.doctor.doctor import Finding
from campaigns.services.workspace import Workspace, is_missing
from campaigns.station.executors.slurm.commands import call
from campaigns.station.executors.slurm.nodes import load_slurm_nodes
from campaigns.station.executors.slurm.probe import LOCK, NONCE, NodeSight
from campaigns.version import VERSION

PATIENCE = 120.0
"""Seconds that a job may take to come out of the queue."""
SLACK = 2.0
"""Seconds by which clocks may differ."""


def examine_executor(workspace: Workspace, executor: str) -> list[Finding]:
    """Return what keeps an executor from running campaigns of this home; a job of a second or two is submitted.

    Raises:
        UsageError: there is no such executor.
    """
    name = chosen_executor(executor)
    if name == LOCAL:
        return [Finding("executor", True, "processes of this machine: nothing else is needed")]
    if engine_of(name) == RAY:
        from campaigns.services.doctor.ray_executor import examine_ray

        return examine_ray(workspace, name.partition(":")[2])
    try:
        nodes = load_slurm_nodes()
    except NoEngine as error:
        return [Finding("slurm", False, f"{error.message}; next: {error.hint}", is_vital=True)]
    up = {node.name for node in nodes if not node.state.startswith(("down", "drain", "fail", "unknown"))}
    partitions = sorted({node.partition for node in nodes})
    summary = f"{len(up)} of {len({node.name for node in nodes})} nodes can be used; partitions {', '.join(partitions)}"
    return [Finding("slurm", bool(up), summary, is_vital=True), *_tried(workspace)]


def _tried(workspace: Workspace) -> list[Finding]:
    """Run a job that looks at a folder of the home, and compare what it sees with what is there."""
    home = workspace.home.folder
    if workspace.is_readonly or is_missing(home):
        return [Finding("job on a node", False, "not tried: the home is not made yet, or can only be looked at")]
    with tempfile.TemporaryDirectory(prefix=".probe-", dir=home) as made:
        folder, nonce, begun = Path(made), os.urandom(8).hex(), time.time()
        (folder / NONCE).write_text(nonce, encoding="utf-8")
        out = folder / "out"
        words = [sys.executable, "-P", "-m", "campaigns.station.executors.slurm.probe", str(folder)]
        output = f"--output={str(out).replace('%', '%%')}"
        with exclusive(folder / LOCK):
            answer = call(
                "sbatch", "--wait", "--no-requeue", "--job-name=alwsl-doctor", output,
                "--ntasks=1", "--time=5", stdin=f"#!/bin/sh\nexec {shlex.join(words)}\n", seconds=PATIENCE,
                env=dict(os.environ),
            )  # fmt: skip
        if answer.code < 0:
            call("scancel", "--name=alwsl-doctor", f"--user={os.getuid()}")
            return [Finding("job on a node", False, f"it did not end within {PATIENCE:.0f} s: see squeue")]
        text = out.read_text(encoding="utf-8", errors="replace").strip() if out.exists() else ""
        if answer.code:
            why = text.splitlines()[-1] if text else answer.words
            return [Finding("job on a node", False, f"it failed: {why}", is_vital=True)]
        try:
            sight = decode(NodeSight, text.encode())
        except ValueError:
            return [Finding("shared home", False, f"what a node writes into {home} is not seen here", is_vital=True)]
        return _compared(sight, nonce, begun, time.time())


def _compared(sight: NodeSight, nonce: str, begun: float, ended: float) -> list[Finding]:
    ours, theirs = f"{platform.machine()}", sight.machine
    off = max(0.0, begun - sight.time, sight.time - ended)
    same = sight.program == VERSION and sight.python == platform.python_version()
    return [
        Finding("job on a node", True, f"{sight.host}: Python {sight.python}, alwsl-tui {sight.program}, {theirs}"),
        Finding("versions", same, "the same there" if same else f"here Python {platform.python_version()}, {VERSION}"),
        Finding("processor", ours == theirs, "of the same kind there" if ours == theirs else f"here {ours}"),
        Finding("shared home", sight.nonce == nonce, "read there" if sight.nonce == nonce else "not seen there", True),
        Finding("locks", sight.is_held, "seen there" if sight.is_held else "not passed on by the file system"),
        Finding("clock", off <= SLACK, "as here" if off <= SLACK else f"at least {off:.0f} s off"),
    ]
