"""Arms that take turns: the rounds come in another order, and are the same to the byte."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns.core.ids import JobId
from campaigns.core.states import AttemptState
from campaigns.home.process import Worker
from campaigns.services.campaigns.start import start
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.attempts import finished_rounds, list_attempts
from campaigns.store.campaigns import read_feed
from tests.stage import assert_same, outcome, perform, said, settle, tiny, wait_for

LONG = "protocol.epochs=[2, 40, 2]"
"""The first round of an arm takes more than a second: time enough to strike in the middle of it."""
ARMS = (JobId("arm-t0-ag"), JobId("arm-t0-random"))


@pytest.fixture
def one_core() -> Iterator[None]:
    """A machine on which one job runs at a time."""
    if not hasattr(os, "sched_setaffinity"):
        pytest.skip("this system binds no process to a core")
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    yield
    os.sched_setaffinity(0, before)


@pytest.mark.slow
@pytest.mark.usefixtures("one_core")
def test_arms_that_take_turns_leave_the_same_bytes_also_when_one_is_killed(place: Workspace, tmp_path: Path) -> None:
    undisturbed = open_workspace(tmp_path / "undisturbed")
    whole, row = tiny(undisturbed, LONG), tiny(place, LONG, "run.order=breadth")
    perform(undisturbed, whole)
    start(place, row.name)
    journal = place.home.campaign(row.id).job(ARMS[0]).attempt(1).journal
    wait_for(lambda: journal.exists() and "epoch_done" in journal.read_text(), on_failure=lambda: said(place))
    worker = Worker.read(place.home.campaign(row.id).job(ARMS[0]).attempt(1).process)
    assert worker is not None
    os.kill(worker.pid, signal.SIGKILL)
    assert settle(place, row.name) == "done", said(place)
    assert_same(outcome(place, row), outcome(undisturbed, whole), log=said(place))
    with place.store() as store:
        rounds, attempts, feed = finished_rounds(store, row.id), list_attempts(store), read_feed(store, row.id)
    ended = sorted((done, number) for job in ARMS for number, done in rounds[job].items() if number)
    assert [number for _, number in ended] == [1, 1, 2, 2]
    assert rounds[JobId("full")][0] > ended[-1][0], "no arm waits for the full model, so it comes after the first trial"
    made_room = [attempt for attempt in attempts if attempt.state is AttemptState.STOPPED]
    assert {attempt.last_words for attempt in made_room} == {
        "makes room for other criteria after round 1; goes on when its turn comes"
    }
    assert [line.text.partition(":")[0] for line in feed if "lost" in line.text] == ["lost (1)"]
    assert [line.text for line in feed if "stopped" in line.text or "room" in line.text] == []
