"""A worker stops where it is asked to, by signals or by the file of its attempt, and goes on to the same bytes."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns.core.execution import StopStep
from campaigns.core.ids import Job, JobKind
from campaigns.home.asked import StopRequest
from campaigns.home.paths import JobPaths
from campaigns.home.task import Task
from campaigns.services.workspace import Workspace
from campaigns.worker.job import run_job
from campaigns.worker.journal import Journal
from campaigns.worker.stops import Stopped, Stops
from tests.stage import assert_same, outcome, perform, perform_job, tiny

SMALL = ("protocol.full=false", 'criteria.names=["ag"]', "run.precision=float32")
BASE, ARM = Job(JobKind.BASELINE, 0), Job(JobKind.ARM, 0, "ag")


@pytest.mark.parametrize(
    ("step", "job", "left"),
    [
        (StopStep.DRAIN, ARM, {"round 0: done"}),
        (StopStep.PAUSE, BASE, {"round 0: checkpoint"}),
        (StopStep.NOW, BASE, set()),
        (StopStep.KILL, BASE, set()),
    ],
)
def test_a_worker_that_no_signal_reaches_stops_by_its_file_and_goes_on_as_if_nothing_had_been(
    step: StopStep, job: Job, left: set[str], place: Workspace
) -> None:
    whole, stopped = tiny(place, *SMALL, name="whole"), tiny(place, *SMALL, "run.retries=9", name="stopped")
    perform(place, whole)
    shutil.rmtree(place.home.fits)  # or what is done already would be taken over
    if job is ARM:
        perform_job(place, stopped, BASE)
    folder = place.home.campaign(stopped.id).job(job.id)
    paths = folder.attempt(1)
    StopRequest(step).write(paths.asked)
    task = Task(place.home.folder, stopped.id, job, 1, device="cpu", threads=1)
    with pytest.raises(Stopped):
        run_job(task, Journal(paths.journal), Stops(paths.asked))
    assert set(begun(folder)) == left
    for each in stopped.plan.jobs[stopped.plan.jobs.index(job) :]:
        perform_job(place, stopped, each, attempt=2)
    assert_same(outcome(place, stopped), outcome(place, whole))


def begun(job: JobPaths) -> Iterator[str]:
    """What there is of the rounds of a job."""
    for number in range(4):
        paths = job.round(number)
        if paths.checkpoint.exists():
            yield f"round {number}: checkpoint"
        if paths.done.exists():
            yield f"round {number}: done"


def test_the_first_signal_after_the_file_has_said_the_same_is_not_taken_for_the_second(tmp_path: Path) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGUSR1, signal.SIGTERM, signal.SIGINT)]
    stops = Stops(tmp_path / "asked.json")
    try:
        stops.listen()
        StopRequest(StopStep.PAUSE).write(tmp_path / "asked.json")
        assert not stops.at_step()
        assert stops.after_epoch
        os.kill(os.getpid(), signal.SIGTERM)
        assert not stops.at_step()
        os.kill(os.getpid(), signal.SIGTERM)
        assert stops.at_step()
    finally:
        for number, handler in zip((signal.SIGUSR1, signal.SIGTERM, signal.SIGINT), before, strict=True):
            signal.signal(number, handler)


@pytest.mark.parametrize("text", ["", "{", '{"schema": 1, "step": "dance"}'])
def test_a_file_that_is_spoilt_asks_nothing_and_is_told_of_once(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("campaigns.worker.stops.LOOK_SECONDS", 0.0)
    path = tmp_path / "asked.json"
    path.write_text(text)
    stops = Stops(path)
    assert not stops.at_step()
    stops.between_rounds()
    assert (stops.after_round, stops.after_epoch) == (False, False)
    (line,) = capsys.readouterr().out.splitlines()
    assert "nothing is asked by what is spoilt" in line
    assert "asked.json" in line
