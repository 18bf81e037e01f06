"""The schema, and how a later one takes over the stores of this one."""

import hashlib
import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from campaigns.core.events import EpochDone, Evaluated, Event, Noted, RoundStarted
from campaigns.core.execution import Handle
from campaigns.core.ids import JobId
from campaigns.errors import BadHome
from campaigns.home.journal import Recorded
from campaigns.store import schema, store, versions
from campaigns.store.attempts import add_attempt, ingest, list_attempts, list_rounds, set_handle
from campaigns.store.campaigns import add_campaign, delete_campaign, list_jobs, note, read_feed, read_news
from campaigns.store.datasets import add_dataset
from campaigns.store.leases import LeaseRow, put_leases
from campaigns.store.rows import DatasetRow
from campaigns.store.store import Store, open_store
from tests.store.rows import TABLES, a_campaign, an_attempt, begun, everything

LATER = "m003_of_a_test"


def m003_of_a_test(db: Database) -> None:
    """Do what a later program may have to: rename and add columns of tables that others refer to, and add a table."""
    db.table("job").transform(rename={"position": "place"}, column_order=["campaign", "id", "place"])
    db.table("attempt").transform(rename={"slot": "berth"})
    db.table("feed").transform(types={"is_warning": int})
    db.table("campaign").add_column("oracle", str, not_null_default="dataset")
    db.table("label").create({"image": str, "value": int}, pk="image", strict=True)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program knows one migration more."""
    more = present()
    more(name=LATER)(m003_of_a_test)
    names = (*versions.MIGRATIONS, LATER)
    monkeypatch.setattr(schema, "migrations", more)
    for module in (schema, store):
        monkeypatch.setattr(module, "MIGRATIONS", names)


def filled(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """A store with a row in every table, two attempts at one job, and what it holds."""
    with open_store(path) as opened:
        attempt = begun(opened)
        set_handle(opened, attempt, Handle("a handle"))
        events: list[Event] = [
            RoundStarted(1, 20, 3),
            EpochDone(1, 1, 0.7, 2.0),
            Evaluated(1, 0.5, (0.5, None), 4.0),
            Noted("hm"),
        ]
        ingest(opened, attempt, [Recorded(n, float(n), event) for n, event in enumerate(events, 1)], offset=9)
        add_attempt(opened, an_attempt(a_campaign(), "full", 2))
        add_attempt(opened, an_attempt(a_campaign(), "full", 1))
        note(opened, attempt.campaign, "forgotten", at=9.0)
        opened.connection.execute("DELETE FROM feed WHERE text = 'forgotten'")
        add_dataset(opened, DatasetRow("mine", "folder", "/a", 1.0))
        put_leases(opened, [LeaseRow("mine", "a.jpg", "anna", "a screen", "", 9.0)])
        before = everything(opened.connection)
        assert all(before[table] for table in TABLES)
        return before


def indexes(opened: Store) -> set[tuple[str, str]]:
    """Every index that we made, and what it is for."""
    query = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    return {(row["name"], row["tbl_name"]) for row in opened.connection.execute(query)}


def test_a_second_migration_keeps_every_row_with_all_that_refers_to_it(tmp_path: Path, later: None) -> None:
    path = tmp_path / "s.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "MIGRATIONS", versions.MIGRATIONS)
        patch.setattr(schema, "MIGRATIONS", versions.MIGRATIONS)
        patch.setattr(schema, "migrations", present())
        before = filled(path)
        with open_store(path) as opened:
            had = indexes(opened)
    for _ in range(2):  # the second time it is up to date
        with open_store(path) as opened:
            after = everything(opened.connection)
            assert [set(row) for row in after["job"]] == [set(row) for row in before["job"]]
            assert [row[:-1] for row in after["campaign"]] == before["campaign"]
            rest = [table for table in TABLES if table not in {"job", "campaign"}]
            assert {table: after[table] for table in rest} == {table: before[table] for table in rest}
            assert indexes(opened) == had
            db = opened.connection
            assert [row["number"] for row in db.execute("SELECT number FROM attempt ORDER BY rowid")] == [1, 2, 1]
            assert db.execute("PRAGMA foreign_key_check").fetchall() == []
            assert db.execute("PRAGMA foreign_keys").fetchone()[0] == 1
            assert db.execute("SELECT place FROM job WHERE id = 'full'").fetchone() is not None
    with open_store(path) as opened:
        opened.connection.execute("INSERT INTO feed (at, campaign, is_warning, text) VALUES (1, 'one.abcdef', 0, 'x')")
        (last,) = (row["id"] for row in opened.connection.execute("SELECT max(id) AS id FROM feed"))
        assert last == 3, "numbers of the feed never come back"
        delete_campaign(opened, a_campaign().id)
        assert {table: rows for table, rows in everything(opened.connection).items() if rows}.keys() == {
            "dataset",
            "lease",
        }


def present() -> Migrations:
    """The migrations that there are."""
    ours = Migrations("alwsl")
    for name in versions.MIGRATIONS:
        ours(name=name)(getattr(schema, name))
    return ours


def test_a_migration_that_fails_leaves_the_store_as_it_was(
    tmp_path: Path, later: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "s.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "MIGRATIONS", versions.MIGRATIONS)
        patch.setattr(schema, "MIGRATIONS", versions.MIGRATIONS)
        patch.setattr(schema, "migrations", present())
        before = filled(path)

    def half(db: Database) -> None:
        m003_of_a_test(db)
        raise RuntimeError("the lights went out")

    broken = present()
    broken(name=LATER)(half)
    with monkeypatch.context() as patch:
        patch.setattr(schema, "migrations", broken)
        with pytest.raises(RuntimeError, match="lights"), open_store(path):
            pass
    raw = sqlite3.connect(path)
    assert everything(raw) == before
    raw.close()
    with open_store(path) as opened:
        assert len(list(opened.connection.execute("SELECT oracle FROM campaign"))) == 1


def test_a_store_of_a_later_program_is_refused_and_left_as_it_is(tmp_path: Path, later: None) -> None:
    path = tmp_path / "s.db"
    with open_store(path):
        pass
    content = path.read_bytes()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "MIGRATIONS", versions.MIGRATIONS)
        with pytest.raises(BadHome, match=f"newer alwsl-tui .*{LATER}"), open_store(path):
            pass
    assert path.read_bytes() == content


def test_what_is_measured_is_kept_with_the_metric_it_was_measured_by(tmp_path: Path) -> None:
    filled(tmp_path / "s.db")
    with open_store(tmp_path / "s.db") as opened:
        (row,) = opened.connection.execute("SELECT metric, value, per_class FROM round").fetchall()
        assert tuple(row) == ("map", 0.5, "[0.5, null]")
        (round_,) = list_rounds(opened)
        assert (round_.value, round_.per_class) == (0.5, (0.5, None))
        assert [attempt.handle for attempt in list_attempts(opened)] == ["a handle", None, None]
        assert {row.lost for row in list_jobs(opened)} == {0}


def test_the_station_finds_what_runs_and_what_is_open_by_an_index(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as opened:
        for query, index in {
            "SELECT * FROM attempt WHERE state = 'running'": "attempt_state",
            "SELECT campaign FROM job WHERE state = 'waiting'": "job_state",
            "SELECT * FROM feed WHERE campaign = 'a' AND id > 3": "feed_campaign",
        }.items():
            plan = " ".join(row["detail"] for row in opened.connection.execute(f"EXPLAIN QUERY PLAN {query}"))
            assert index in plan


def test_who_asks_for_news_since_an_entry_misses_none_after_a_deletion(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as opened:
        first, second = a_campaign("first"), a_campaign("second")
        for campaign in (first, second):
            add_campaign(opened, campaign)
            note(opened, campaign.id, "begun", at=1.0, job=JobId("full"))
        heard = read_news(opened, after=0, last=99)[-1][1].id
        delete_campaign(opened, second.id)
        note(opened, first.id, "after the deletion", at=2.0)
        assert [row.text for _, row in read_news(opened, after=heard, last=99)] == ["after the deletion"]
        assert [row.text for row in read_feed(opened, first.id, after=heard)] == ["after the deletion"]


def test_a_store_of_before_later_columns_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with pytest.MonkeyPatch.context() as patch:
        first = Migrations("alwsl")
        first(name="m001_first")(schema.m001_first)
        patch.setattr(schema, "migrations", first)
        for module in (schema, store):
            patch.setattr(module, "MIGRATIONS", ("m001_first",))
        with open_store(path) as opened:
            assert "prepare_seconds" not in Database(opened.connection).table("attempt").columns_dict
            opened.connection.execute("ALTER TABLE dataset DROP COLUMN options")
    filled(path)
    with open_store(path) as opened:
        rows = opened.connection.execute("SELECT DISTINCT prepare_seconds, standing, node FROM attempt").fetchall()
    assert [tuple(row) for row in rows] == [(0, "", "")]


def test_a_migration_that_stores_have_is_never_changed(tmp_path: Path) -> None:
    """A store that has it would keep the old tables, open, and fail at the first line that is written."""
    raw = sqlite3.connect(tmp_path / "s.db")
    schema.m001_first(Database(raw))
    columns = raw.execute(
        "SELECT m.name, c.name, c.type, c.[notnull], c.pk FROM sqlite_master m, pragma_table_info(m.name) c "
        "WHERE m.type = 'table' ORDER BY m.name, c.cid"
    ).fetchall()
    raw.close()
    assert hashlib.sha256(repr(columns).encode()).hexdigest()[:16] == "30ad1635b01d826f"
