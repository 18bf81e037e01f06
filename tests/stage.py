"""Small real campaigns on stage: made, performed, watched and cleared away."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import psutil

from campaigns.core.ids import Job
from campaigns.errors import AlwslError
from campaigns.home.locks import exclusive
from campaigns.home.task import Task
from campaigns.services.campaigns.new import create_campaign
from campaigns.services.campaigns.run import go_on
from campaigns.services.campaigns.wait import wait
from campaigns.services.workspace import Workspace
from campaigns.station.ingest import last_lines
from campaigns.store.rows import CampaignRow
from campaigns.torture.targets import words_of
from campaigns.worker.job import run_job
from campaigns.worker.journal import Journal
from campaigns.worker.stops import Stops
from tests.patience import Deadline, patience

T = TypeVar("T")

TINY = (
    "data.images=60", "data.test_images=30", "protocol.initial=12", "protocol.add=[6, 6]", "protocol.epochs=[2, 2, 2]",
    "protocol.full_epochs=2", "protocol.trials=1", "run.threads=1",
)  # fmt: skip
"""Overrides of the recipe `smoke` that leave a campaign of a second or two, workers' start-up apart."""
KEPT = ("picks.json", "evaluation.json", "model.safetensors", "scores.safetensors")
"""Files of a round that are the same bytes whenever and however often a campaign is run."""


def tiny(place: Workspace, *overrides: str, name: str = "tiny") -> CampaignRow:
    """A campaign on drawn scenes that has not begun."""
    return create_campaign(place, "smoke", overrides=[*TINY, *overrides], name=name).campaign


def perform(place: Workspace, row: CampaignRow) -> None:
    """Every job of a campaign, one after the other, in this process: no station, no store."""
    for job in row.plan.jobs:
        perform_job(place, row, job)


def perform_job(place: Workspace, row: CampaignRow, job: Job, *, attempt: int = 1) -> None:
    """One job in this process."""
    paths = place.home.campaign(row.id).job(job.id).attempt(attempt)
    paths.folder.mkdir(parents=True)
    task = Task(place.home.folder, row.id, job, attempt, device="cpu", threads=1)
    run_job(task, Journal(paths.journal), Stops())


def settle(place: Workspace, name: str) -> str:
    """Let a campaign go on until it is over; its state then."""
    go_on(place, name)
    state = wait(place, name, timeout=patience())
    assert state.is_over, f"{name} is still {state}\n{said(place)}"
    return state


def wait_for(condition: Callable[[], T | None], *, on_failure: Callable[[], str]) -> T:
    """What the condition gives, once it gives something; else fails with what `on_failure` has to say."""
    deadline = Deadline()
    while True:
        if found := condition():
            return found
        deadline.require_time(on_failure)
        time.sleep(deadline.pause())


def said(place: Workspace) -> str:
    """What stations and workers of a home have printed last."""
    logs = [place.home.station_log, *sorted(place.home.campaigns.glob("*/jobs/*/attempts/*/worker.log"))]
    return "\n".join(f"--- {path}\n{last_lines(path, 12)}" for path in logs if path.exists())


def outcome(place: Workspace, row: CampaignRow) -> dict[str, bytes]:
    """What a campaign leaves that must not depend on how it came about; by path below its folder."""
    folder = place.home.campaign(row.id).folder
    kept = [path for path in folder.glob("jobs/*/rounds/*/*") if path.name in KEPT]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(kept)}


def assert_same(found: dict[str, bytes], expected: dict[str, bytes], *, log: str = "") -> None:
    """Fails with the names of the files that differ, not with their bytes."""
    assert sorted(found) == sorted(expected), log
    assert [name for name in found if found[name] != expected[name]] == [], log


@contextmanager
def attended(place: Workspace) -> Iterator[None]:
    """As if a station were at work: what rows say is running counts as running."""
    with exclusive(place.home.station_lock):
        yield


def processes(place: Workspace, module: str) -> list[psutil.Process]:
    """Living processes of a home: of `campaigns.station`, `campaigns.worker` or `campaigns.worker.nursery`."""
    found = []
    for process in psutil.process_iter():
        try:
            words = words_of(process)
            is_ours = module in words and any(Path(word).is_relative_to(place.home.folder) for word in words[-1:])
            if is_ours and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def clear(place: Workspace) -> None:
    """End what a test may have left running in its home: the station first, or it would start workers anew."""
    for module in ("campaigns.station", "campaigns.worker.nursery", "campaigns.worker"):
        left = processes(place, module)
        kill(left)
        require_ended(left)


def kill(processes: Sequence[psutil.Process]) -> None:
    """Kill those of these processes that have not ended by themselves since they were looked for."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def require_ended(processes: Sequence[psutil.Process]) -> None:
    """Raise AssertionError unless these processes come to their end."""
    _, alive = psutil.wait_procs(processes, timeout=patience())
    assert alive == []


def program(place: Workspace, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The program `alwsl-tui`, as somebody would type it."""
    return subprocess.run(
        [sys.executable, "-m", "alwsl_tui.cli.app", *arguments, "--home", str(place.home.folder)],
        capture_output=True, text=True, timeout=patience(), check=False,
    )  # fmt: skip


def refusal(act: Callable[[], object]) -> str:
    """The whole text of the error that something ends with: message, mistakes and hint."""
    try:
        act()
    except AlwslError as error:
        return f"{error}\n{error.hint}"
    raise AssertionError("nothing was refused")
