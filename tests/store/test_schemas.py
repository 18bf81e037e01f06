"""Stores that earlier programs made: they open, and every row is there."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from campaigns.core.ids import CampaignId, JobId
from campaigns.core.states import AttemptState, Intent, JobState
from campaigns.errors import BadHome
from campaigns.store.attempts import list_attempts, list_epochs, list_rounds
from campaigns.store.campaigns import add_campaign, delete_campaign, get_campaign, list_jobs, note, read_feed, read_news
from campaigns.store.datasets import list_datasets
from campaigns.store.rows import DatasetRow
from campaigns.store.store import MIGRATIONS, Store, open_store
from tests.store.rows import TABLES, a_campaign

DUMPS = sorted(Path(__file__).parent.glob("m*.sql"))
"""One of every schema that was ever released, as the program of its day left it."""
ONE = CampaignId("one.abcdef")


def restored(dump: Path, folder: Path) -> Path:
    path = folder / "s.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(dump.read_text(encoding="utf-8"))
    return path


def columns(connection: sqlite3.Connection) -> dict[str, list[tuple[str, str, int]]]:
    """Name, type and place in the key of every column of every table."""
    return {
        name: [(row[1], row[2], row[5]) for row in connection.execute(f"PRAGMA table_info({name})")] for name in TABLES
    }


def test_there_is_a_dump_of_every_released_schema() -> None:
    assert [dump.stem for dump in DUMPS] == [name.partition("_")[0] for name in MIGRATIONS[: len(DUMPS)]]
    assert DUMPS


@pytest.mark.parametrize("dump", DUMPS, ids=lambda dump: dump.stem)
def test_a_store_of_an_earlier_program_opens_and_keeps_its_rows(tmp_path: Path, dump: Path) -> None:
    path = restored(dump, tmp_path)
    for _ in range(2):  # the second time it is up to date
        with open_store(path) as store:
            assert_rows(store)
            with open_store(tmp_path / "new.db") as new:
                assert columns(store.connection) == columns(new.connection)
            assert store.connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            assert store.connection.execute("PRAGMA foreign_key_check").fetchall() == []


def assert_rows(store: Store) -> None:
    """Everything that the dump holds."""
    campaign = get_campaign(store, "one")
    assert (campaign.id, campaign.plan, campaign.created) == (ONE, a_campaign().plan, 1.0)
    assert (campaign.intent, campaign.until_round) == (Intent.RUN, 2)
    assert {row.job.id: row.state for row in list_jobs(store)} == {
        "baseline-t0": JobState.DONE, "full": JobState.WAITING, "arm-t0-ag": JobState.WAITING,
    }  # fmt: skip
    (attempt,) = list_attempts(store)
    assert (attempt.state, attempt.pid, attempt.born, attempt.mark) == (AttemptState.DONE, 7, 3.5, None)
    assert (attempt.started, attempt.ended, attempt.journal_offset) == (2.0, 20.0, 321)
    (round_,) = list_rounds(store)
    assert (round_.mean_ap, round_.ap, round_.train_seconds, round_.done) == (0.75, (0.5, 1.0), 4.0, 17.0)
    assert [(one.number, one.loss) for one in list_epochs(store, ONE)] == [(1, 0.5), (2, 0.25)]
    assert [(one.id, one.job, one.text) for one in read_feed(store, ONE)] == [
        (1, "baseline-t0", "hm"),
        (2, None, "started"),
    ]
    assert list_datasets(store) == [DatasetRow("mine", "folder", "/a", 1.0)]


@pytest.mark.parametrize("dump", DUMPS, ids=lambda dump: dump.stem)
def test_an_old_store_with_a_migration_of_the_future_is_refused_and_left_as_it_is(tmp_path: Path, dump: Path) -> None:
    path = restored(dump, tmp_path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('alwsl', 'm999_later', '2099')"
        )
    before = path.read_bytes()
    with pytest.raises(BadHome, match="newer alwsl-tui"), open_store(path):
        pass
    assert path.read_bytes() == before


@pytest.mark.parametrize("dump", [None, *DUMPS], ids=lambda dump: dump.stem if dump else "new")
def test_who_asks_for_news_since_an_entry_misses_none_after_a_deletion(tmp_path: Path, dump: Path | None) -> None:
    with open_store(restored(dump, tmp_path) if dump else tmp_path / "s.db") as store:
        first, second = a_campaign("first"), a_campaign("second")
        for campaign in (first, second):
            add_campaign(store, campaign)
            note(store, campaign.id, "begun", at=1.0, job=JobId("full"))
        heard = read_news(store, after=0, last=99)[-1][1].id
        delete_campaign(store, second.id)
        note(store, first.id, "after the deletion", at=2.0)
        assert [row.text for _, row in read_news(store, after=heard, last=99)] == ["after the deletion"]
        assert [row.text for row in read_feed(store, first.id, after=heard)] == ["after the deletion"]
