"""What an attempt's end means for its job."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from campaigns.core.execution import (
    Condition,
    EndCause,
    Ended,
    EngineStanding,
    Handle,
    Lost,
    Queued,
    Running,
    Unreachable,
)
from campaigns.core.states import AttemptState, Intent, JobState
from campaigns.home.exit import Ending, Exit
from campaigns.home.paths import AttemptPaths
from campaigns.station.attempt import Live
from campaigns.station.judging import counts, judge
from tests.store.rows import a_campaign, an_attempt

STOPPED = Exit(Ending.STOPPED)


def live(tmp_path: Path, *, slot: str = "slurm:cpu", has_moved: bool = True) -> Live:
    attempt = replace(an_attempt(a_campaign()), slot=slot)
    return Live(attempt, AttemptPaths(tmp_path), time.monotonic(), Handle("x"), has_moved=has_moved)


@pytest.mark.parametrize("cause", [EndCause.TIME, EndCause.PREEMPTION])
@pytest.mark.parametrize("ending", [STOPPED, None])
def test_what_an_engine_stops_has_stopped_and_counts_no_loss(
    tmp_path: Path, cause: EndCause, ending: Exit | None
) -> None:
    how = judge(live(tmp_path), ending, Ended(0, "its time was up on n1", cause))
    assert (how.state, how.job, how.words) == (AttemptState.STOPPED, JobState.WAITING, "its time was up on n1")
    assert (how.is_loss, how.entry) == (False, "its time was up on n1; goes on from its checkpoint")


def test_one_whose_time_is_up_before_it_has_done_anything_is_lost_and_counts(tmp_path: Path) -> None:
    idle, condition = live(tmp_path, has_moved=False), Ended(-9, "its time was up on n1", EndCause.TIME)
    how = judge(idle, None, condition)
    assert (how.state, how.is_loss, counts(idle, condition)) == (AttemptState.LOST, True, True)


@pytest.mark.parametrize(
    ("cause", "does_count"),
    [(EndCause.WORKER, True), (EndCause.NODE, False), (EndCause.ENGINE, False), (EndCause.TIME, True)],
)
def test_only_a_workers_own_end_counts(tmp_path: Path, cause: EndCause, does_count: bool) -> None:
    worker = live(tmp_path, has_moved=False)
    for condition in (Ended(-9, "gone", cause), Lost("gone", cause)):
        how = judge(worker, None, condition)
        assert (how.state, how.words, how.is_loss) == (AttemptState.LOST, "gone", True)
        assert counts(worker, condition) is does_count
        worker_without_process = replace(worker, handle=None)
        assert not counts(worker_without_process, condition)


def test_what_an_engine_could_not_start_has_stopped_and_waits_for_another_try(tmp_path: Path) -> None:
    how = judge(live(tmp_path, has_moved=False), None, Ended(0, "Slurm could not start it on n1", EndCause.LAUNCH))
    assert (how.state, how.job, how.code, how.is_loss) == (AttemptState.STOPPED, JobState.WAITING, None, False)
    assert how.entry == "Slurm could not start it on n1; it tries again"


def test_a_worker_that_has_moved_is_lost_though_the_engine_says_that_it_never_started(tmp_path: Path) -> None:
    moved, condition = live(tmp_path), Ended(0, "Slurm could not start it on n1", EndCause.LAUNCH)
    how = judge(moved, None, condition)
    assert (how.state, how.is_loss, counts(moved, condition)) == (AttemptState.LOST, True, True)


def test_who_was_asked_to_stop_has_stopped_as_asked_whatever_the_engine_says(tmp_path: Path) -> None:
    worker = live(tmp_path)
    worker.obey(Intent.PAUSE, lambda _handle, _step: None)
    for ending, cause in ((STOPPED, EndCause.TIME), (None, EndCause.WORKER), (None, EndCause.NODE)):
        how = judge(worker, ending, Ended(0, "preempted on n1", cause))
        assert (how.state, how.words, how.entry) == (AttemptState.STOPPED, "stopped as asked", "")


@pytest.mark.parametrize("condition", [Queued("Priority"), Running("n1"), Unreachable(1.0)])
def test_nothing_that_is_not_gone_ends_without_last_words(tmp_path: Path, condition: Condition) -> None:
    assert live(tmp_path).end_by(None, condition) is None
    assert live(tmp_path, slot="cpu").end_by(Exit(Ending.DONE), Running()) is None, "a process here ends by itself"
    # Last words are the last file: the engine may notice later, or be out of reach.
    assert live(tmp_path).end_by(Exit(Ending.DONE), condition) == Ended(0, "")


def test_why_a_worker_stopped_unasked_is_asked_of_an_engine_that_answers(tmp_path: Path) -> None:
    assert live(tmp_path).end_by(STOPPED, Running("n1")) is None
    assert live(tmp_path).end_by(STOPPED, Unreachable(1.0)) == Ended(0, "")


def test_an_engine_that_stays_silent_is_said_to_be_so_since_the_first_time(tmp_path: Path) -> None:
    worker = live(tmp_path)
    worker.attempt = worker.standing_at(Running("n1"))
    worker.attempt = worker.standing_at(Unreachable(5.0))
    again = worker.standing_at(Unreachable(9.0))
    assert (again.standing, again.standing_since, again.node) == (EngineStanding.UNREACHABLE, 5.0, "n1")
    assert again.doing == "slurm is out of reach"
    worker.attempt = again
    back = worker.standing_at(Running("n1"))
    assert (back.standing, back.doing, back.place) == (EngineStanding.NONE, "starting", "slurm:cpu on n1")


def test_files_of_an_attempt_far_away_are_looked_at_once_a_second_and_at_its_end(tmp_path: Path) -> None:
    far, near = live(tmp_path), live(tmp_path, slot="cpu")
    assert [far.is_due(Running("n1")) for _ in range(3)] == [True, False, False]
    assert far.is_due(Ended(0, ""))
    assert [near.is_due(Running()) for _ in range(3)] == [True, True, True]
