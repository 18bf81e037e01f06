"""Opening a store and writing to it in short transactions."""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from campaigns.errors import BadHome

MIGRATIONS = ("m001_first",)
"""Names of all migrations. Kept apart from them so that opening an up-to-date store need not load sqlite-utils."""

BUSY_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Store:
    """An open store. What is asked and told lives beside this file, one module a subject."""

    connection: sqlite3.Connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that holds the write lock from its first line; a nested one joins it."""
        if self.connection.in_transaction:
            yield self.connection
            return
        # IMMEDIATE: a transaction that read first and writes later fails at once when somebody wrote
        # in between, whatever the busy timeout.
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield self.connection
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """All that is read within is of one moment, whatever others write meanwhile; nothing is written within."""
        self.connection.execute("BEGIN")
        try:
            yield
        finally:
            self.connection.execute("ROLLBACK")


@contextmanager
def open_store(path: Path) -> Iterator[Store]:
    """A store for this thread, brought to the present schema, closed at the end.

    Raises:
        BadHome: it cannot be opened, or a newer program wrote it.
    """
    connection = _connect(path)
    try:
        yield Store(connection)
    finally:
        connection.close()


def _connect(path: Path) -> sqlite3.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _alone(path):
            return _current(path)
    except (sqlite3.DatabaseError, OSError) as error:
        raise BadHome(
            f"cannot open the store {path}: {error}", hint="check the folder's permissions, or give another --home"
        ) from error


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Nobody else opens this store meanwhile: two that make it at once would both make its tables.

    Opening an up-to-date one takes the lock too. Turning a new file to WAL fails at once, whatever the busy timeout,
    when somebody just looks whether it is up to date.
    """
    with path.with_name(f"{path.name}.lock").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _current(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.row_factory = sqlite3.Row
        applied = _applied(connection)
        if not applied >= set(MIGRATIONS):
            connection.execute("PRAGMA journal_mode = WAL")
            from campaigns.store.schema import migrate

            migrate(connection)
        elif newer := applied - set(MIGRATIONS):
            raise BadHome(
                f"{path} was written by a newer alwsl-tui ({', '.join(sorted(newer))})",
                hint="upgrade alwsl-tui, or use another home with --home",
            )
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _applied(connection: sqlite3.Connection) -> set[str]:
    query = "SELECT name FROM sqlite_master WHERE name = '_sqlite_migrations'"
    if connection.execute(query).fetchone() is None:
        return set()
    return {row["name"] for row in connection.execute("SELECT name FROM _sqlite_migrations")}
