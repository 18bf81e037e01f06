"""Fits on several devices: what a campaign leaves, and what happens when one of its processes is killed or stopped."""

import shutil
import signal
import subprocess
import sys
from typing import Any

import psutil
import pytest

from campaigns.core.execution import StopStep
from campaigns.core.ids import Job, JobKind
from campaigns.core.states import AttemptState
from campaigns.home.asked import StopRequest
from campaigns.home.exit import Ending, Exit
from campaigns.home.paths import AttemptPaths, RoundPaths
from campaigns.home.round import SealedRound
from campaigns.home.task import Task
from campaigns.learning.steps import Fit
from campaigns.learning.training import begin
from campaigns.services.campaigns.run import go_on
from campaigns.services.workspace import Workspace
from campaigns.store.attempts import list_attempts
from campaigns.store.rows import CampaignRow
from campaigns.worker.peers import LOST, MODULE
from tests.patience import patience
from tests.stage import (
    assert_same,
    kill,
    outcome,
    perform,
    perform_job,
    processes,
    require_ended,
    settle,
    tiny,
    wait_for,
)

SMALL = ("protocol.full=false", 'criteria.names=["ag"]', "run.precision=float32", "training.batch_size=8")
TWO = (*SMALL, "run.gpus_per_fit=2")
SEGMENT = ("model.task=segment", "data={name='shapes-masks', images=40, test_images=20, size=32}")
LONG = "protocol.epochs=[60, 2, 2]"
"""Of the baseline: long enough to do something to it."""
BASE = Job(JobKind.BASELINE, 0)


def round_of(place: Workspace, row: CampaignRow, number: int = 0) -> RoundPaths:
    return place.home.campaign(row.id).job(BASE.id).round(number)


def in_two(*arguments: Any) -> Fit:
    """A fit that computes each batch in two pieces."""
    state = begin(*arguments)
    state.pieces = 2
    return state


def peers(place: Workspace) -> list[psutil.Process]:
    return processes(place, MODULE)


def test_two_processes_leave_the_bytes_of_one_that_computes_in_two_pieces(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone, together = tiny(place, *SMALL, name="alone"), tiny(place, *TWO, name="together")
    perform(place, together)
    monkeypatch.setattr("campaigns.worker.rounds.begin", in_two)
    perform(place, alone)
    assert_same(outcome(place, together), outcome(place, alone))
    facts = [SealedRound.read(round_of(place, row).done) for row in (alone, together)]
    assert [sealed and (sealed.facts.processes, sealed.facts.pieces) for sealed in facts] == [(1, 2), (2, 2)]
    assert peers(place) == []


@pytest.mark.slow
def test_two_processes_learn_masks_as_one_that_computes_in_two_pieces(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone, together = tiny(place, *SMALL, *SEGMENT, name="alone"), tiny(place, *TWO, *SEGMENT, name="together")
    perform_job(place, together, BASE)
    monkeypatch.setattr("campaigns.worker.rounds.begin", in_two)
    perform_job(place, alone, BASE)
    assert_same(outcome(place, together), outcome(place, alone))


def test_models_are_taken_over_from_fits_on_as_many_devices_only(place: Workspace) -> None:
    rows = [tiny(place, *overrides, name=name) for name, overrides in (("a", TWO), ("b", SMALL), ("c", TWO))]
    for row in rows:
        perform_job(place, row, BASE)
    sealed = [SealedRound.read(round_of(place, row).done) for row in rows]
    assert [each and bool(each.facts.reused_from) for each in sealed] == [False, False, True]
    models = [round_of(place, row).model.read_bytes() for row in rows]
    assert models[0] == models[2] != models[1]


def worker(place: Workspace, row: CampaignRow) -> tuple["subprocess.Popen[bytes]", AttemptPaths]:
    """The baseline's first attempt in a process of its own, as a station would start it."""
    paths = place.home.campaign(row.id).job(BASE.id).attempt(1)
    Task(place.home.folder, row.id, BASE, 1, device="cpu", threads=1).write(paths.task)
    with paths.log.open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-u", "-P", "-m", "campaigns.worker", str(paths.folder)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd=paths.folder,
        )  # fmt: skip
    return child, paths


def in_the_midst(place: Workspace, row: CampaignRow, paths: AttemptPaths) -> list[psutil.Process]:
    """Wait until it trains; the processes beside it."""
    wait_for(lambda: round_of(place, row).checkpoint.exists() or None, on_failure=lambda: paths.log.read_text())
    (other,) = peers(place)
    return [other]


@pytest.fixture
def undisturbed(place: Workspace) -> dict[str, bytes]:
    """What the baseline comes to."""
    row = tiny(place, *TWO, LONG, name="undisturbed")
    perform_job(place, row, BASE)
    shutil.rmtree(place.home.fits)  # or what is done already would be taken over
    return outcome(place, row)


@pytest.mark.slow
@pytest.mark.parametrize("step", [StopStep.PAUSE, pytest.param(StopStep.NOW, marks=pytest.mark.long)])
def test_a_stop_in_the_midst_ends_all_processes_and_goes_on_to_the_same_bytes(
    step: StopStep, undisturbed: dict[str, bytes], place: Workspace
) -> None:
    row = tiny(place, *TWO, LONG)
    child, paths = worker(place, row)
    others = in_the_midst(place, row, paths)
    for number in (signal.SIGUSR1, signal.SIGTERM):  # a scheduler may send it to every process of a job
        others[0].send_signal(number)
    StopRequest(step).write(paths.asked)
    assert child.wait(patience()) == 0
    said = Exit.read(paths.exit)
    assert said is not None
    assert said.ending is Ending.STOPPED, paths.log.read_text()
    require_ended(others)
    assert not round_of(place, row).model.exists()
    perform_job(place, row, BASE, attempt=2)
    assert_same(outcome(place, row), undisturbed)


@pytest.mark.slow
@pytest.mark.long
def test_with_the_worker_go_the_other_processes(undisturbed: dict[str, bytes], place: Workspace) -> None:
    row = tiny(place, *TWO, LONG)
    child, paths = worker(place, row)
    others = in_the_midst(place, row, paths)
    child.kill()
    child.wait(patience())
    require_ended(others)
    assert not paths.exit.exists()
    perform_job(place, row, BASE, attempt=2)
    assert_same(outcome(place, row), undisturbed)


def test_with_another_process_goes_the_worker_at_once_and_without_last_words(place: Workspace) -> None:
    row = tiny(place, *TWO, LONG)
    child, paths = worker(place, row)
    kill(in_the_midst(place, row, paths))
    assert child.wait(patience()) == LOST
    assert not paths.exit.exists()
    assert "lost: process 1 of 2 was killed by SIGKILL" in paths.log.read_text()
    assert round_of(place, row).checkpoint.exists()


@pytest.mark.slow
def test_an_attempt_that_lost_a_process_is_lost_and_the_next_one_comes_to_the_same_bytes(
    undisturbed: dict[str, bytes], place: Workspace
) -> None:
    row = tiny(place, *TWO, LONG, "protocol.add=[6]", "protocol.epochs=[60, 2]")
    go_on(place, row.name)
    log = place.home.campaign(row.id).job(BASE.id).attempt(1).log
    wait_for(lambda: round_of(place, row).checkpoint.exists() or None, on_failure=lambda: log.read_text())
    kill(peers(place))
    assert settle(place, row.name) == "done"
    with place.store() as store:
        first, second, *_ = [attempt for attempt in list_attempts(store, row.id) if attempt.job == BASE.id]
    assert (first.state, first.exit_code, second.state) == (AttemptState.LOST, LOST, AttemptState.DONE)
    assert "process 1 of 2 was killed by SIGKILL" in first.last_words
    made = outcome(place, row)
    assert_same({name: made[name] for name in undisturbed}, undisturbed)
    assert peers(place) == []
