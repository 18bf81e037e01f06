"""A worker leaves its job to the attempt that was made since: born late, or cut off while it was at work."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from campaigns.core.events import EpochDone, Event, RoundStarted, Scored, Working
from campaigns.core.ids import Job, JobKind
from campaigns.errors import JobFailed
from campaigns.home.exit import Ending, Exit
from campaigns.home.paths import AttemptPaths, JobPaths
from campaigns.home.process import worker_of
from campaigns.home.task import Task
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from campaigns.worker.job import run_job
from campaigns.worker.journal import Journal
from campaigns.worker.stops import Stops, Superseded
from tests.patience import Deadline, patience
from tests.stage import assert_same, outcome, perform, perform_job, tiny, wait_for

SMALL = ("protocol.full=false", 'criteria.names=["ag"]', "run.precision=float32")
BASE = Job(JobKind.BASELINE, 0)


def test_a_worker_whose_job_was_given_to_another_leaves_it_alone(place: Workspace) -> None:
    row = tiny(place)
    job = place.home.campaign(row.id).job(BASE.id)
    job.attempt(2).folder.mkdir(parents=True)
    worker = started(place, row, 1)
    told, _ = worker.communicate(timeout=patience())
    assert "another attempt has the job by now" in told
    assert not job.attempt(1).process.exists()
    assert not job.attempt(1).journal.exists()
    assert not job.round(0).folder.exists()


def of(kind: type) -> Callable[[Event], bool]:
    return lambda event: isinstance(event, kind)


def hold(paths: AttemptPaths) -> None:
    """Let an attempt say what its worker says once it holds the job."""
    own = worker_of(os.getpid())
    assert own is not None
    paths.folder.mkdir(parents=True, exist_ok=True)
    own.write(paths.process)


@pytest.mark.parametrize("number", [2, 3, 10])
def test_a_later_attempt_has_the_job_once_its_worker_holds_it(number: int, place: Workspace) -> None:
    job = place.home.campaign(tiny(place).id).job(BASE.id)
    stops = Stops(own=job.attempt(1))
    job.attempt(1).folder.mkdir(parents=True)
    job.attempt(number).folder.mkdir()
    stops.require_job()  # it waits in a queue, or for the lock: whoever holds the job keeps it
    hold(job.attempt(number))
    with pytest.raises(Superseded):
        stops.require_job()
    Stops(own=job.attempt(number)).require_job()


def test_a_file_system_that_fails_for_a_moment_ends_no_training(tmp_path: Path) -> None:
    stops = Stops(own=AttemptPaths(tmp_path / "gone" / "1"))
    assert not stops.at_step()
    with pytest.raises(OSError, match="gone"):
        stops.require_job()


def is_scoring(event: Event) -> bool:
    return isinstance(event, Working) and "scoring" in event.what


@pytest.mark.parametrize(
    ("is_moment", "left"),
    [
        (of(RoundStarted), set()),
        (of(EpochDone), set()),
        (is_scoring, {"model.safetensors", "evaluation.json"}),
        (of(Scored), {"model.safetensors", "evaluation.json", "scores.safetensors"}),
    ],
    ids=["before the first step", "before a checkpoint", "in a pass over the pool", "before it chooses"],
)
def test_nothing_is_written_once_another_attempt_has_the_job(
    is_moment: Callable[[Event], bool], left: set[str], place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, cut = tiny(place, *SMALL, name="whole"), tiny(place, *SMALL, name="cut")
    perform(place, whole)
    shutil.rmtree(place.home.fits)  # or what is done already would be taken over
    job = place.home.campaign(cut.id).job(BASE.id)
    say = Journal.say

    def heard(journal: Journal, event: Event) -> None:
        say(journal, event)
        if is_moment(event):
            hold(job.attempt(2))

    monkeypatch.setattr(Journal, "say", heard)
    monkeypatch.setattr("campaigns.worker.stops.LOOK_SECONDS", 0.0)
    job.attempt(1).folder.mkdir(parents=True)
    task = Task(place.home.folder, cut.id, BASE, 1, device="cpu", threads=1)
    with pytest.raises(Superseded, match="another attempt has the job"):
        run_job(task, Journal(job.attempt(1).journal), Stops(own=job.attempt(1)))
    files = {path.name for path in job.round(0).folder.rglob("*") if path.is_file()}
    assert {name for name in files if not name.startswith("scores.draft")} == left
    monkeypatch.undo()
    shutil.rmtree(job.attempt(2).folder)
    for at, each in enumerate(cut.plan.jobs):
        perform_job(place, cut, each, attempt=2 if at == 0 else 1)
    assert_same(outcome(place, cut), outcome(place, whole))


@pytest.mark.slow
def test_a_worker_that_was_cut_off_ends_by_itself_where_its_lock_was_lost_too(place: Workspace) -> None:
    longer = (*SMALL, "protocol.epochs=[150, 2, 2]")
    whole, cut = tiny(place, *longer, name="whole"), tiny(place, *longer, name="cut")
    perform(place, whole)
    shutil.rmtree(place.home.fits)
    job = place.home.campaign(cut.id).job(BASE.id)
    first = started(place, cut, 1)
    deadline = Deadline()
    while not job.round(0).checkpoint.exists():
        deadline.require_time(lambda: str(first.poll()))
        time.sleep(deadline.pause())
    first.send_signal(signal.SIGSTOP)  # or it might be done before another one holds its job
    # A file system that was away may have forgotten who holds what: the next worker gets the lock as well.
    job.lock.unlink()
    second = started(place, cut, 2)
    wait_for(job.attempt(2).process.exists, on_failure=lambda: str(second.poll()))
    first.send_signal(signal.SIGCONT)
    told = [worker.communicate(timeout=patience())[0] for worker in (first, second)]
    assert (first.returncode, second.returncode) == (JobFailed.exit_code, 0), told
    assert "another attempt has the job by now" in told[0]
    assert ending(job, 1) is Ending.BUSY
    assert ending(job, 2) is Ending.DONE
    perform_job(place, cut, cut.plan.jobs[-1])
    assert_same(outcome(place, cut), outcome(place, whole))


def started(place: Workspace, row: CampaignRow, attempt: int) -> subprocess.Popen[str]:
    """Start the worker of an attempt at the baseline, as an engine does."""
    paths = place.home.campaign(row.id).job(BASE.id).attempt(attempt)
    Task(place.home.folder, row.id, BASE, attempt, "cpu", 1).write(paths.task)
    command = [sys.executable, "-m", "campaigns.worker", str(paths.folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def ending(job: JobPaths, attempt: int) -> Ending:
    left = Exit.read(job.attempt(attempt).exit)
    assert left is not None
    return left.ending
