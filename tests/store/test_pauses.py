"""Jobs that rest because of what was not their fault."""

from dataclasses import replace
from pathlib import Path

import pytest

from campaigns.core.states import AttemptState, Intent, JobState
from campaigns.errors import JobFailed, NoRoom
from campaigns.store.attempts import add_attempt, end_attempt
from campaigns.store.campaigns import move_job, set_intent
from campaigns.store.pauses import LATELY, Pause, list_pauses
from campaigns.store.store import open_store
from tests.store.rows import begun

NOW = 5000.0


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (NoRoom.exit_code, "the disk took no more"),
        (JobFailed.exit_code, "another worker is at it"),
        (None, "its node could not take it"),
    ],
)
def test_the_last_of_such_stops_says_why_and_all_are_counted(tmp_path: Path, code: int | None, why: str) -> None:
    with open_store(tmp_path / "store.sqlite") as store:
        first = begun(store)
        second, third, lost = (replace(first, number=number) for number in (2, 3, 4))
        ends = ((first, 0, 10), (second, NoRoom.exit_code, 20), (third, code, 5))
        for attempt, at in ((second, 1), (third, 1), (lost, 1)):
            add_attempt(store, replace(attempt, started=at))
        for attempt, ended, ago in ends:
            end_attempt(store, attempt, AttemptState.STOPPED, at=NOW - ago, code=ended, last_words="")
        # One that was lost counts against its retries, and does not rest.
        end_attempt(store, lost, AttemptState.LOST, at=NOW, code=None, last_words="")
        assert list_pauses(store, now=NOW) == {}
        set_intent(store, first.campaign, Intent.RUN)
        move_job(store, first.campaign, first.job, JobState.WAITING)
        assert list_pauses(store, now=NOW) == {(first.campaign, first.job): Pause(NOW - 5, 2, why)}
        assert list_pauses(store, now=NOW + 2 * LATELY) == {}
