"""A copy of a store is whole, whoever writes to it meanwhile."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from campaigns.errors import BadHome, KeptElsewhere
from campaigns.store.campaigns import campaign_names
from campaigns.store.copied import copy_store, move_store, open_copied_store
from campaigns.store.store import open_store
from tests.patience import patience
from tests.stage import wait_for

ERROR = KeptElsewhere("n2 keeps the home")


@contextmanager
def busy(path: Path) -> Iterator[None]:
    """Somebody writes rows into two tables, always to both, and moves the log into the store again and again."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE a (n INTEGER PRIMARY KEY, text TEXT)")
        connection.execute("CREATE TABLE b (n INTEGER PRIMARY KEY, text TEXT)")
    ended, begun = threading.Event(), threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=patience())) as connection:
            number = 0
            while not ended.is_set():
                number += 1
                connection.execute("BEGIN IMMEDIATE")
                for table in ("a", "b"):
                    connection.execute(f"INSERT INTO {table} VALUES (?, ?)", (number, "x" * 900))
                connection.execute("COMMIT")
                if number % 40 == 0:
                    connection.execute(f"PRAGMA wal_checkpoint({('PASSIVE', 'RESTART', 'TRUNCATE')[number % 3]})")
                begun.set()
                time.sleep(0.001)  # a store that is begun anew while it is copied is copied again, and not for ever

    thread = threading.Thread(target=write)
    thread.start()
    try:
        wait_for(begun.is_set, on_failure=lambda: "nobody writes")
        yield
    finally:
        ended.set()
        thread.join()


def test_what_is_copied_while_somebody_writes_belongs_together(tmp_path: Path) -> None:
    path, counts = tmp_path / "alwsl.db", []
    with busy(path):
        for number in range(40):
            folder = tmp_path / f"copy-{number}"
            folder.mkdir()
            copy_store(path, folder)
            with closing(sqlite3.connect(folder / path.name)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                a, b = (connection.execute(f"SELECT count(*), max(n) FROM {table}").fetchone() for table in "ab")
            assert a == b
            assert a[0] == a[1], "all rows up to the last one are there"
            counts.append(a[0])
    assert counts == sorted(counts)
    assert counts[-1] > counts[0]


def test_a_copy_that_is_looked_at_takes_no_writes_and_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "alwsl.db"
    with open_store(path):
        pass
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    with open_copied_store(path, error=ERROR) as store:
        assert campaign_names(store) == {}
        with pytest.raises(KeptElsewhere), store.writing():
            pass
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_a_store_that_is_moved_takes_along_what_its_log_holds(tmp_path: Path) -> None:
    inside, store = tmp_path / "home/alwsl.db", tmp_path / "here/id/alwsl.db"
    inside.parent.mkdir()
    with open_store(inside) as first:
        first.connection.execute("CREATE TABLE kept (n)")
        first.connection.execute("INSERT INTO kept VALUES (7)")
        assert inside.with_name("alwsl.db-wal").stat().st_size > 0
        move_store(inside, store)
        assert not inside.exists()
    with open_store(store) as moved:
        assert [row["n"] for row in moved.connection.execute("SELECT n FROM kept")] == [7]
    assert sorted(path.name for path in store.parent.iterdir()) == ["alwsl.db", "alwsl.db.lock"]
    with open_store(inside), pytest.raises(BadHome, match="there are two stores"):
        move_store(inside, store)
