"""Campaigns, jobs and data sets in the store."""

from pathlib import Path

import pytest

from campaigns.core.events import EpochDone, Event, Noted, RoundStarted
from campaigns.core.ids import JobId
from campaigns.core.states import JOB_MOVES, Intent, JobState
from campaigns.errors import NameTaken, NoSuchName
from campaigns.home.journal import Recorded
from campaigns.store.attempts import ingest
from campaigns.store.campaigns import (
    add_campaign,
    count_lost,
    delete_campaign,
    get_campaign,
    list_campaigns,
    list_jobs,
    move_job,
    note,
    open_jobs,
    read_feed,
    reopen_failed,
    set_intent,
)
from campaigns.store.datasets import add_dataset, drop_dataset, list_datasets
from campaigns.store.rows import DatasetRow
from campaigns.store.store import open_store
from tests.store.rows import a_campaign, begun, everything

J = JobState
FULL = JobId("full")
WAYS = {J.WAITING: [], J.RUNNING: [J.RUNNING], J.DONE: [J.RUNNING, J.DONE], J.FAILED: [J.RUNNING, J.FAILED]}
"""How a job comes to each state."""


def test_a_campaign_comes_back_as_it_was_by_name_and_by_id(tmp_path: Path) -> None:
    campaign = a_campaign()
    with open_store(tmp_path / "s.db") as store:
        add_campaign(store, campaign)
    with open_store(tmp_path / "s.db") as store:
        assert get_campaign(store, campaign.name) == get_campaign(store, campaign.id) == campaign
        assert tuple(row.job for row in list_jobs(store, campaign.id)) == campaign.plan.jobs
        assert {row.state for row in list_jobs(store)} == {J.WAITING}


def test_a_name_that_is_taken_is_refused_and_nothing_is_half_there(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as store:
        begun(store)
        before = everything(store.connection)
        with pytest.raises(NameTaken) as caught:
            add_campaign(store, a_campaign())
        assert "--name" in caught.value.hint
        assert everything(store.connection) == before


def test_a_name_that_nothing_bears_suggests_the_nearest(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as store:
        add_campaign(store, a_campaign("voc-weldon"))
        with pytest.raises(NoSuchName) as caught:
            get_campaign(store, "voc-weldom")
        assert caught.value.hint == "did you mean 'voc-weldon'?"


def test_campaigns_are_listed_by_age(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as store:
        for name, created in {"b": 2.0, "c": 3.0, "a": 1.0}.items():
            add_campaign(store, a_campaign(name, created=created))
        assert [row.name for row in list_campaigns(store)] == ["a", "b", "c"]


def test_what_belongs_to_a_campaign_goes_with_it_and_nothing_else(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as store:
        kept = begun(store, "kept")
        before = everything(store.connection)
        gone = begun(store, "gone")
        said: list[Event] = [RoundStarted(1, 20, 3), EpochDone(1, 1, 0.5, 1.0), Noted("hm")]
        ingest(store, gone, [Recorded(at, 1.0, event) for at, event in enumerate(said, 1)], offset=5)
        assert everything(store.connection) != before
        delete_campaign(store, gone.campaign)
        assert everything(store.connection) == before
        assert get_campaign(store, kept.campaign).name == "kept"


@pytest.mark.parametrize("now", J)
@pytest.mark.parametrize("to", J)
def test_a_job_makes_legal_moves_only_and_saying_a_state_again_is_none(tmp_path: Path, now: J, to: J) -> None:
    with open_store(tmp_path / "s.db") as store:
        campaign = a_campaign()
        add_campaign(store, campaign)
        for step in WAYS[now]:
            move_job(store, campaign.id, FULL, step)
        if to is now or to in JOB_MOVES[now]:
            move_job(store, campaign.id, FULL, to)
            expected = to
        else:
            with pytest.raises(ValueError, match=f"cannot go from {now} to {to}"):
                move_job(store, campaign.id, FULL, to)
            expected = now
        assert {row.job.id: row.state for row in list_jobs(store)}[FULL] is expected


def test_a_retry_opens_what_failed_and_forgives_what_was_lost(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as store:
        campaign = a_campaign()
        add_campaign(store, campaign)
        assert [count_lost(store, campaign.id, FULL) for _ in range(3)] == [1, 2, 3]
        move_job(store, campaign.id, FULL, J.RUNNING)
        move_job(store, campaign.id, FULL, J.FAILED)
        assert reopen_failed(store, campaign.id) == 1
        assert reopen_failed(store, campaign.id) == 0
        assert {(row.state, row.lost) for row in list_jobs(store)} == {(J.WAITING, 0)}


def test_the_station_looks_at_what_is_meant_to_run_and_at_what_still_does(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as store:
        for name in ("run", "paused", "new"):
            add_campaign(store, a_campaign(name))
        set_intent(store, a_campaign("run").id, Intent.RUN, until_round=2)
        set_intent(store, a_campaign("paused").id, Intent.PAUSE)
        move_job(store, a_campaign("paused").id, FULL, J.RUNNING)
        found = [(row.campaign.split(".")[0], row.job.id) for row in open_jobs(store)]
        assert sorted(found) == [("paused", "full"), *(("run", id_) for id_ in ("arm-t0-ag", "baseline-t0", "full"))]
        assert (get_campaign(store, "run").intent, get_campaign(store, "run").until_round) == (Intent.RUN, 2)


def test_the_feed_is_read_from_where_one_stopped(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as store:
        campaign = a_campaign()
        add_campaign(store, campaign)
        for n in range(3):
            note(store, campaign.id, f"note {n}", at=float(n), job=FULL, is_warning=n == 1)
        whole = read_feed(store, campaign.id)
        assert [(row.text, row.is_warning, row.job) for row in whole][1] == ("note 1", True, "full")
        assert read_feed(store, campaign.id, after=whole[0].id) == whole[1:]


def test_a_data_set_is_made_known_once(tmp_path: Path) -> None:
    mine = DatasetRow("mine", "folder", "/a", 1.0)
    with open_store(tmp_path / "s.db") as store:
        add_dataset(store, mine)
        add_dataset(store, DatasetRow("mine", "folder", "/a", 2.0))
        assert list_datasets(store) == [mine]
        with pytest.raises(NameTaken, match="already /a"):
            add_dataset(store, DatasetRow("mine", "folder", "/b", 2.0))
        drop_dataset(store, "mine")
        assert list_datasets(store) == []
