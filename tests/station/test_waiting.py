"""The queue as a station keeps it between two looks."""

import pytest

from campaigns.core.ids import Job, JobKind
from campaigns.core.states import Intent, JobState
from campaigns.services.workspace import Workspace
from campaigns.station import waiting
from campaigns.station.executors.local import LocalExecutor
from campaigns.station.waiting import KeptQueue
from campaigns.store.campaigns import move_job, set_intent
from tests.patience import patience
from tests.stage import tiny

BASE = Job(JobKind.BASELINE, 0)


def test_the_queue_is_looked_at_again_when_something_may_have_changed_it(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "LOOK_SECONDS", patience())
    row = tiny(place)
    with place.store() as store, place.store() as somebody:
        queue = KeptQueue(place.home, store, LocalExecutor())
        first = queue.turns(has_moved=queue.is_stale())
        assert list(first) == [], "nobody has asked for it"
        queue.keep()
        assert not queue.is_stale()
        move_job(store, row.id, BASE.id, JobState.RUNNING)  # as the station does itself in a turn
        assert queue.turns(has_moved=False) is first
        queue.keep()
        assert not queue.is_stale()
        set_intent(somebody, row.id, Intent.RUN)
        assert queue.is_stale()
        asked = queue.turns(has_moved=True)
        assert {turn.reason for turn in asked if turn.is_blocked} == {"baseline-t0 is not done"}
        assert any(turn.slot is not None for turn in asked), "the full model needs no baseline"
        queue.keep()
        assert queue.turns(has_moved=False) is not asked, "what may start is looked at until it has started"


def test_the_queue_is_looked_at_now_and_then_in_any_case(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "LOOK_SECONDS", 0.0)
    with place.store() as store:
        queue = KeptQueue(place.home, store, LocalExecutor())
        first = queue.turns(has_moved=False)
        queue.keep()
        assert queue.turns(has_moved=False) is not first
