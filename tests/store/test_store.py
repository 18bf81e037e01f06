"""Opening a store, writing to it from several places at once."""

import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from campaigns.core.ids import JobId
from campaigns.errors import BadHome, NoSuchName
from campaigns.store.campaigns import add_campaign, count_lost, get_campaign, list_campaigns, list_jobs, note, read_feed
from campaigns.store.schema import migrations
from campaigns.store.store import Store, open_store
from campaigns.store.versions import MIGRATIONS
from tests.patience import patience
from tests.store.rows import TABLES, a_campaign, begun, everything

OPEN = "import sys; from campaigns.store.store import open_store\nfrom pathlib import Path\n"


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=patience(), check=False
    )


def test_the_list_of_migrations_is_that_of_the_schema() -> None:
    with Database(memory=True) as empty:
        pending = migrations.pending(empty)
    assert tuple(migration.name for migration in pending) == MIGRATIONS


def test_a_new_store_has_every_table_and_waits_for_nobody(tmp_path: Path) -> None:
    with open_store(tmp_path / "deep" / "s.db") as store:
        assert all(rows == [] for rows in everything(store.connection).values())
        assert store.connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert store.connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as store:
        begun(store)
        before = everything(store.connection)
    with open_store(tmp_path / "s.db") as store:
        assert everything(store.connection) == before


def test_opening_a_store_that_is_up_to_date_loads_no_migrations(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db"):
        pass
    code = OPEN + "with open_store(Path(sys.argv[1])): pass\nprint('sqlite_utils' in sys.modules)"
    assert python(code, str(tmp_path / "s.db")).stdout == "False\n"
    assert python(code, str(tmp_path / "new.db")).stdout == "True\n"


def test_a_newer_store_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with open_store(path) as store:
        begun(store)
        store.connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('alwsl', 'm999_later', '2099')"
        )
        before = everything(store.connection)
    with pytest.raises(BadHome, match=r"newer alwsl-tui .*m999_later") as caught, open_store(path):
        pass
    assert "--home" in caught.value.hint
    with closing(sqlite3.connect(path)) as connection:
        assert everything(connection) == before


def test_what_is_no_store_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    path.write_text("hello " * 1000)
    with pytest.raises(BadHome, match=r"cannot open the store .*s\.db"), open_store(path):
        pass
    with pytest.raises(BadHome, match="cannot open the store"), open_store(path / "below" / "s.db"):
        pass


def test_several_processes_may_make_the_same_store_at_once(tmp_path: Path) -> None:
    code = OPEN + "import time\ntime.sleep(max(0, float(sys.argv[2]) - time.time()))\n"
    code += "for n in range(5):\n    with open_store(Path(sys.argv[1], f'{n}.db')): pass"
    at = str(time.time() + 0.8)
    with ThreadPoolExecutor(4) as several:
        found = [several.submit(python, code, str(tmp_path), at) for _ in range(4)]
    assert [one.result().stderr for one in found] == [""] * 4


def begin_and_fail(store: Store) -> None:
    begun(store)  # opens transactions of its own
    get_campaign(store, "another")


def test_a_transaction_in_a_transaction_is_one(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as store:
        with pytest.raises(NoSuchName), store.writing():
            begin_and_fail(store)
        assert list_campaigns(store) == []
        with store.writing():
            begun(store)
        assert not store.connection.in_transaction
    with open_store(tmp_path / "s.db") as store:
        assert len(list_campaigns(store)) == 1


def test_writers_at_once_lose_nothing_and_never_meet_a_lock(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    campaign = a_campaign()
    with open_store(path) as store:
        add_campaign(store, campaign)

    def write(writer: int) -> None:
        with open_store(path) as store:
            for n in range(40):
                with store.writing():
                    list_jobs(store)  # reads before it writes, as services do
                    count_lost(store, campaign.id, JobId("full"))
                    note(store, campaign.id, f"{writer} {n}", at=float(n))

    def read(_reader: int) -> None:
        with open_store(path) as store:
            for _ in range(100):
                store.connection.execute("BEGIN")
                assert len(read_feed(store, campaign.id)) == max(job.lost for job in list_jobs(store))
                store.connection.execute("COMMIT")

    with ThreadPoolExecutor(6) as several:
        work = [several.submit(write, n) for n in range(4)] + [several.submit(read, n) for n in range(2)]
        for one in work:
            one.result()
    with open_store(path) as store:
        assert [job.lost for job in list_jobs(store) if job.job.id == "full"] == [160]
        assert len({row.text for row in read_feed(store, campaign.id)}) == 160


def test_the_tables_are_those_that_these_tests_look_at(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as store:
        found = store.connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '*sqlite_*'"
        )
        assert {row["name"] for row in found} == set(TABLES)


def test_what_is_read_at_one_moment_does_not_change_while_others_write(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as store, open_store(tmp_path / "s.db") as other:
        with store.reading():
            assert list_campaigns(store) == []
            add_campaign(other, a_campaign())
            assert list_campaigns(store) == []
        assert len(list_campaigns(store)) == 1
        assert not store.connection.in_transaction
