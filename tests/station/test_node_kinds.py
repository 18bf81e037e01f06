"""On which kind of node a job goes on, and how it is refused where it does not."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from campaigns.core.events import Event, RoundStarted, Started
from campaigns.core.execution import Ended, Handle, Running
from campaigns.core.ids import CampaignId, Job, JobKind
from campaigns.core.states import AttemptState, JobState
from campaigns.home.exit import Ending, Exit
from campaigns.home.journal import Recorded
from campaigns.home.paths import AttemptPaths
from campaigns.home.task import Task
from campaigns.station.attempt import Live
from campaigns.station.judging import judge
from campaigns.station.node_kinds import on_kind
from campaigns.store.attempts import add_attempt, ingest, list_attempts, set_standing
from campaigns.store.campaigns import add_campaign
from campaigns.store.node_kinds import begin_anew
from campaigns.store.store import Store, open_store
from tests.store.rows import a_campaign, an_attempt

BASE, ARM, FULL = Job(JobKind.BASELINE, 0), Job(JobKind.ARM, 0, "ag"), Job(JobKind.FULL)
CAMPAIGN = a_campaign()


def ran(
    store: Store, job: Job, kind: str, *, node: str, number: int = 1, slot: str = "slurm:cpu", trains: bool = True
) -> None:
    """An attempt that was at work on a node of some kind, and came as far as a round or was refused."""
    attempt = replace(an_attempt(CAMPAIGN, job.id, number), slot=slot)
    add_attempt(store, attempt)
    said: list[Event] = [Started("cpu", 1, "here", kind, node), *([RoundStarted(0, 10, 3)] if trains else [])]
    ingest(store, attempt, [Recorded(n, 1.0, event) for n, event in enumerate(said, 1)], offset=99)
    set_standing(store, replace(attempt, node=node))


def placed(
    store: Store, job: Job, *, slot: str = "slurm:cpu", mixed: str = "refuse"
) -> tuple[str, bool, tuple[str, ...]]:
    task = on_kind(store, Task(Path("/home"), CAMPAIGN.id, job, 1, "cpu", 1, slot=slot), mixed=mixed)
    return task.kind, task.is_kind_firm, task.avoid


def test_a_trial_stays_on_the_kind_that_its_baseline_began_on(tmp_path: Path) -> None:
    with open_store(tmp_path / "store.sqlite") as store:
        add_campaign(store, CAMPAIGN)
        assert placed(store, BASE) == ("", False, ())
        ran(store, BASE, "old", node="n1", trains=False)
        assert placed(store, BASE) == ("", False, ()), "it has made nothing yet"
        ran(store, BASE, "new", node="n2", number=2)
        for job in (BASE, ARM, ARM.scoring(1, 0), BASE.scoring(0, 3)):
            assert placed(store, job) == ("new", True, ("n1",))
        assert placed(store, FULL) == ("", False, ()), "it belongs to no trial"
        assert placed(store, ARM, mixed="allow") == ("new", False, ())
        ran(store, ARM, "new", node="n1")
        assert placed(store, ARM) == ("new", True, ()), "the last that a node said counts"


def test_a_node_with_a_card_is_of_one_kind_for_each_device(tmp_path: Path) -> None:
    with open_store(tmp_path / "store.sqlite") as store:
        add_campaign(store, CAMPAIGN)
        ran(store, FULL, "cpu AVX2", node="n1", slot="slurm:cpu")
        ran(store, BASE, "NVIDIA H200", node="n1", slot="slurm:cuda")
        assert placed(store, ARM, slot="slurm:cuda") == ("NVIDIA H200", True, ())


def test_who_hands_a_campaign_to_another_executor_begins_anew_there(tmp_path: Path) -> None:
    with open_store(tmp_path / "store.sqlite") as store:
        add_campaign(store, CAMPAIGN)
        ran(store, BASE, "ours", node="", slot="cpu")
        assert placed(store, ARM) == ("ours", False, ()), "told, and not refused"
        ran(store, ARM, "theirs", node="n1")
        assert placed(store, Job(JobKind.ARM, 0, "random")) == ("theirs", True, ()), "all arms of a trial alike"
        assert placed(store, ARM, slot="ray:auto:cpu") == ("ours", False, ())
        assert placed(store, ARM, slot="cpu") == ("ours", False, ()), "on this machine nothing is refused"
        ran(store, FULL, "another", node="n9")
        assert placed(store, ARM) == ("theirs", True, ("n9",))
        begin_anew(store, CAMPAIGN.id, at=3.0)  # it was handed away and back, or came from elsewhere
        assert placed(store, ARM) == ("ours", False, ())
        add_attempt(store, replace(an_attempt(CAMPAIGN, ARM.id, 2), slot="slurm:cpu", started=4.0))
        later = replace(an_attempt(CAMPAIGN, ARM.id, 2), slot="slurm:cpu", started=4.0)
        said = [Recorded(1, 4.0, Started("cpu", 1, "here", "theirs", "n1")), Recorded(2, 4.0, RoundStarted(0, 10, 3))]
        ingest(store, later, said, offset=99)
        assert placed(store, ARM) == ("theirs", True, ()), "n9 may be another node by now"


def test_where_a_worker_is_its_own_words_tell_when_its_engine_was_not_asked_in_time(tmp_path: Path) -> None:
    attempt = replace(an_attempt(CAMPAIGN), slot="slurm:cpu")
    live = Live(attempt, AttemptPaths(tmp_path), time.monotonic(), Handle("x"))
    live.hear([Recorded(1, 1.0, Started("cpu", 1, "here", "new", "n2"))])
    assert live.standing_at(Running()).node == ""
    assert live.standing_at(Ended(0, "")).node == "n2"
    assert not live.has_moved
    ours = Live(replace(attempt, slot="cpu"), AttemptPaths(tmp_path), time.monotonic(), Handle("x"))
    ours.hear([Recorded(1, 1.0, Started("cpu", 1, "here", "new", "laptop"))])
    assert ours.standing_at(Ended(0, "")).node == "", "this machine is not named"


def test_a_refused_job_waits_for_another_node_and_counts_no_loss(tmp_path: Path) -> None:
    live = Live(replace(an_attempt(CAMPAIGN), slot="slurm:cpu"), AttemptPaths(tmp_path), time.monotonic(), Handle("x"))
    how = judge(live, Exit(Ending.ELSEWHERE, error="n2 refuses it: why"), Ended(0, ""))
    assert (how.state, how.job, how.code, how.is_loss) == (AttemptState.STOPPED, JobState.WAITING, None, False)
    assert how.entry == "n2 refuses it: why; it tries another one"


@pytest.mark.parametrize("kind", ["", "new"])
def test_the_store_keeps_what_a_worker_said_of_its_node(tmp_path: Path, kind: str) -> None:
    with open_store(tmp_path / "store.sqlite") as store:
        add_campaign(store, CAMPAIGN)
        ran(store, BASE, kind, node="n1")
        (attempt,) = list_attempts(store, CampaignId(CAMPAIGN.id))
        assert (attempt.kind, attempt.node) == (kind, "n1")
