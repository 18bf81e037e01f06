"""How near an executor comes to the ideal makespan: `python -m tests.benchmarks.cluster [--seconds 60] [--slots 8 32]`.

The real station hands a hundred jobs that sleep to each executor: processes of this machine, a real Slurm of two nodes
and a real Ray of one, where there are these. Printed are the share of the ideal makespan, which no order of the jobs
can beat, and what the station takes meanwhile: its share of a core and its memory; and attempts beyond the first at
each job, which an engine refused or lost. Workers are stubs that keep the contract and compute nothing, so a machine
of two cores can play one of 32 slots. `--slots 200 --trials 25` watches 200 live attempts.
"""

import argparse
import os
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import psutil

from campaigns.core.execution import LOCAL, RAY, SLURM
from campaigns.core.states import AttemptState, Intent
from campaigns.services.campaigns.executor import choose_executor
from campaigns.services.campaigns.new import create_campaign
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.attempts import list_attempts
from campaigns.store.campaigns import set_intent
from campaigns.store.rows import CampaignRow
from tests.benchmarks.measuring import machine, table
from tests.cluster import ray_cluster, slurm_cluster
from tests.cluster.ray_cluster import started_ray
from tests.cluster.slurm_cluster import NODES, started_cluster
from tests.stage import said

STUB = """
import json, os, sys, time
folder = sys.argv[-1]
time.sleep({seconds})
draft = os.path.join(folder, ".exit.json.draft")
with open(draft, "w") as file:
    json.dump({{"schema": 1, "ending": "done", "code": 0, "error": "", "hint": ""}}, file)
os.rename(draft, os.path.join(folder, "exit.json"))
"""
"""A worker that is at work for so long, and says that it is done."""
STATION = """
import sys
from pathlib import Path
from campaigns.station import __main__ as station, machine
from campaigns.station.executors.engines import Engines
from campaigns.station.executors.local import LocalExecutor
sys.executable = {stub!r}
machine.cores = lambda: {slots}
station.open_starting_executor = lambda home, tell: Engines(LocalExecutor())
sys.exit(station.main(Path(sys.argv[1])))
"""
"""The real station on a machine of so many cores, with stubs for workers and no nursery, which forks real ones."""
NODE = """
import sys
if any("default_worker" in word for word in sys.orig_argv):
    sys.executable = {stub!r}
"""
"""Loaded by every Python of the cluster: where Ray holds a worker, it is started as the stub."""
LACKING = {LOCAL: lambda: "", SLURM: slurm_cluster.lacking, RAY: ray_cluster.lacking}
CRITERIA = ("unc", "ent", "mm", "sepsum", "sepmax", "sepmin", "random", "ag", "adv")
Figures = tuple[float, float, float, int]
"""Makespan in seconds, share of a core, MiB, further attempts."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long each job sleeps")
    parser.add_argument("--slots", type=int, nargs="+", default=[8, 32], help="jobs that run at once, on two nodes")
    parser.add_argument("--trials", type=int, default=10, help="of ten jobs each")
    parser.add_argument("--executors", nargs="+", choices=[*LACKING], default=[*LACKING])
    wanted = parser.parse_args()
    print(machine())
    rows = []
    for slots in wanted.slots:
        for executor in wanted.executors:
            if why := LACKING[executor]():
                print(f"{executor} is left out: {why}")
                continue
            rows.append(_row(executor, slots, wanted.trials, wanted.seconds))
    columns = (
        "executor",
        "slots",
        "jobs",
        "again",
        "ideal s",
        "makespan s",
        "of the ideal",
        "station: of a core",
        "MiB",
    )
    print(table(columns, rows))


def _row(executor: str, slots: int, trials: int, seconds: float) -> tuple[str, ...]:
    with ExitStack() as stack:
        # A socket's path has room for a hundred letters.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="alwsl-", dir="/tmp")))
        if executor == SLURM:
            (folder / "slurm").mkdir()
            stack.enter_context(started_cluster(folder / "slurm", cpus=-(-slots // len(NODES))))
        stub = _stub(folder, seconds)
        name = executor
        if executor == RAY:
            (folder / "sitecustomize.py").write_text(NODE.format(stub=stub))
            os.environ["PYTHONPATH"] = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])
            name = stack.enter_context(started_ray(folder / "ray", cpus=slots)).executor
        place = open_workspace(folder / "home")
        row = _campaign(place, name, trials)
        # The bridge to Ray is a child of the station, and no stub.
        python = sys.executable if executor == RAY else stub
        makespan, share, memory, again = _measured(place, row, slots, python)
    ideal = -(-len(row.plan.jobs) // slots) * seconds
    return (
        executor, str(slots), str(len(row.plan.jobs)), str(again), f"{ideal:.0f}", f"{makespan:.1f}",
        f"{ideal / makespan:.1%}", f"{share:.1%}", f"{memory:.0f}",
    )  # fmt: skip


def _campaign(place: Workspace, executor: str, trials: int) -> CampaignRow:
    names = ", ".join(f'"{name}"' for name in CRITERIA)
    overrides = [f"protocol.trials={trials}", f"criteria.names=[{names}]", "run.threads=1", "run.slurm.jobs=1000"]
    row = create_campaign(place, "smoke", overrides=overrides, name="sleepers").campaign
    choose_executor(place, row.name, executor)
    with place.store() as store, store.writing():
        set_intent(store, row.id, Intent.RUN)
    return row


def _stub(folder: Path, seconds: float) -> str:
    """Write what workers are replaced by, and return its path."""
    (folder / "stub.py").write_text(STUB.format(seconds=seconds))
    stub = folder / "python"
    stub.write_text(f'#!/bin/sh\nexec {sys.executable} -I -S {folder / "stub.py"} "$@"\n')
    stub.chmod(0o755)
    return str(stub)


def _measured(place: Workspace, row: CampaignRow, slots: int, python: str) -> Figures:
    """What became of the campaign, and what its station took."""
    folder = place.home.folder
    with place.home.station_log.open("ab") as log:
        station = psutil.Popen(
            [sys.executable, "-c", STATION.format(stub=python, slots=slots), str(folder)], stdout=log, stderr=log
        )
    began, cpu, memory = time.perf_counter(), 0.0, 0.0
    while station.poll() is None:
        with suppress(psutil.Error):  # it ended just now
            times, memory = station.cpu_times(), max(memory, station.memory_info().rss / 2**20)
            cpu = times.user + times.system
        time.sleep(1.0)
    passed = time.perf_counter() - began
    with place.store() as store:
        attempts = list_attempts(store, row.id)
    done = {attempt.job for attempt in attempts if attempt.state is AttemptState.DONE}
    if len(done) < len(row.plan.jobs):
        raise SystemExit(f"{len(row.plan.jobs) - len(done)} jobs are not done\n{said(place)}")
    ended = max(attempt.ended or 0.0 for attempt in attempts)
    makespan = ended - min(attempt.started for attempt in attempts)
    return makespan, cpu / passed, memory, len(attempts) - len(done)


if __name__ == "__main__":
    main()
