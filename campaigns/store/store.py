"""Opening a store and writing to it in short transactions.

A store has two doors. `connection` is the raw one, for what the station does at every turn or event and for what the
commands read and write while somebody waits; `tables` is that of sqlite-utils, for what is asked now and then.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from campaigns.errors import BadDisk, BadHome, NoRoom
from campaigns.home.access import is_readable, is_writable, no_access
from campaigns.home.disk import system_error
from campaigns.home.locks import exclusive
from campaigns.store.versions import MIGRATIONS

if TYPE_CHECKING:
    from sqlite_utils import Database

BUSY_SECONDS = 15.0


def unguarded() -> None:
    """Let whoever opened a store write to it."""


@dataclass(frozen=True, slots=True)
class Store:
    """An open store. What is asked and told lives beside this file, one module a subject."""

    connection: sqlite3.Connection
    require_ours: Callable[[], None] = unguarded
    """Raises an error once nothing may be written here any more: another host keeps the home."""

    @property
    def tables(self) -> "Database":
        """The same store as sqlite-utils has it. What is written belongs inside `writing`."""
        # To import it takes 0.1 to 0.3 s: more than all that `list` reads.
        from sqlite_utils import Database

        return Database(self.connection, execute_plugins=False)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction that holds the write lock from its first line; a nested one joins it.

        Raises:
            KeptElsewhere: another host keeps the home by now; nothing of it is kept.
            NoRoom: the disk is full or takes no writes; nothing of it is kept.
            BadDisk: the disk fails, likewise.
        """
        if self.connection.in_transaction:
            yield self.connection
            return
        self.require_ours()
        with _telling(self.connection):
            # IMMEDIATE: a transaction that read first and writes later fails at once when somebody wrote
            # in between, whatever the busy timeout.
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                # Whoever stood still meanwhile may have lost the home to another host.
                self.require_ours()
                self.connection.execute("COMMIT")
            except BaseException:
                _roll_back(self.connection)
                raise

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Inside, a disk that is full or fails is told in the words of the program.

        Raises:
            NoRoom: the disk is full or takes no writes.
            BadDisk: the disk fails.
        """
        with _telling(self.connection):
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read everything within as of one moment, whatever others write meanwhile; nothing is written within."""
        self.connection.execute("BEGIN")
        try:
            yield
        finally:
            _roll_back(self.connection)


@contextmanager
def open_store(path: Path, *, require_ours: Callable[[], None] = unguarded) -> Iterator[Store]:
    """Open a store for this thread, brought to the present schema; close it at the end.

    `require_ours` raises an error once nothing may be written to it any more; every transaction asks.

    Raises:
        BadHome: it cannot be opened, or a newer program wrote it; or the disk fails while it is read or written.
    """
    connection = _connect(path)
    try:
        with _telling(connection):
            yield Store(connection, require_ours)
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            raise _damaged(path, error) from error
        raise
    finally:
        connection.close()


@contextmanager
def open_empty_store() -> Iterator[Store]:
    """Open a store in memory: what a home without one looks like to somebody who must not make it."""
    with closing(_current(Path(":memory:"))) as connection:
        yield Store(connection)


def _roll_back(connection: sqlite3.Connection) -> None:
    """End a transaction: a disk that failed may have ended it already, and a commit that failed leaves it open."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")


BESIDE = ("", "-wal", "-shm")
"""Endings of the files that are one SQLite store."""


def require_access(path: Path) -> None:
    """Raise NoAccess if one of a store's files, or the folder they lie in, is closed to this user.

    SQLite only says that it cannot open or write something, not what.
    """
    for file in (*(path.with_name(path.name + ending) for ending in BESIDE), path.parent):
        if file.exists() and not (is_readable(file) and is_writable(file)):
            raise no_access(file, path.parent)


_NO_ROOM = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY}
_FAILING = {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}


@contextmanager
def _telling(connection: sqlite3.Connection) -> Iterator[None]:
    """Say what SQLite says of a disk in the words of the program; what is a mistake of ours stays what it is."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        kind = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest of the number is a detail
        if kind not in _NO_ROOM | _FAILING:
            raise
        where = connection.execute("PRAGMA database_list").fetchone()["file"]
        require_access(Path(where))
        if kind in _NO_ROOM:
            hint = "free some room there, or make it writable again"
            raise NoRoom(f"cannot write the store {where}: {error}", hint=hint) from error
        hint = "free some room there, or look at the disk (dmesg); then run the same again"
        raise BadDisk(f"cannot read or write the store {where}: {error}", hint=hint) from error


def is_damage(error: Exception) -> bool:
    """Return whether SQLite says that a file is no store, or no longer one; or that a text in it is none."""
    if not isinstance(error, sqlite3.DatabaseError):
        return isinstance(error, UnicodeDecodeError)
    code = getattr(error, "sqlite_errorcode", None)  # what Python says of its own accord has no number
    if code is None:
        return str(error).startswith("Could not decode")
    return code & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def _damaged(path: Path, error: Exception) -> BadHome:
    hint = "alwsl-tui repair builds it again from the folders of the campaigns"
    return BadHome(f"cannot open the store {path}, it is damaged: {error}", hint=hint)


def _connect(path: Path) -> sqlite3.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with alone(path):
            return _current(path)
    except (sqlite3.DatabaseError, UnicodeDecodeError, OSError) as error:
        if isinstance(error, OSError) and (told := system_error(error, path.parent)):
            raise told from error
        if is_damage(error):
            raise _damaged(path, error) from error
        raise unopened(path, error) from error


def unopened(path: Path, error: Exception) -> BadHome:
    """Build the error for a store that may be sound, but cannot be opened.

    Raises:
        NoAccess: it cannot because it is somebody else's.
    """
    require_access(path)
    hint = "check the folder's permissions, or give another --home"
    if path.exists() and not path.is_file():
        hint = "alwsl-tui repair sets it aside, and builds the store again from the folders of the campaigns"
    return BadHome(f"cannot open the store {path}: {error}", hint=hint)


def damage(store: Store) -> list[str]:
    """Return what SQLite finds wrong with the file and with references between its rows, a line each; all of it is
    read.
    """
    answers = [str(row[0]) for row in store.connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
    dangling = store.connection.execute("PRAGMA foreign_key_check")
    return answers + [f"a row of {row[0]} belongs to nothing in {row[2]}" for row in dangling]


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Nobody else opens this store meanwhile: two that make it at once would both make its tables.

    Opening an up-to-date one takes the lock too. Turning a new file to WAL fails at once, whatever the busy timeout,
    when somebody just looks whether it is up to date.
    """
    with exclusive(store_lock(path)):
        yield


def store_lock(path: Path) -> Path:
    """Return the lock of a store."""
    return path.with_name(f"{path.name}.lock")


def _current(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.row_factory = sqlite3.Row
        with _telling(connection):
            _bring_up_to_date(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _bring_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    if not is_up_to_date(connection, path):
        connection.execute("PRAGMA journal_mode = WAL")
        from campaigns.store.schema import migrate

        migrate(connection)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def is_up_to_date(connection: sqlite3.Connection, path: Path) -> bool:
    """Return whether the store at `path` has the present schema.

    Raises:
        BadHome: a newer program wrote it.
    """
    applied = _applied(connection)
    if newer := applied - set(MIGRATIONS):
        raise BadHome(
            f"{path} was written by a newer alwsl-tui ({', '.join(sorted(newer))})",
            hint="upgrade alwsl-tui, or use another home with --home",
        )
    return applied == set(MIGRATIONS)


def _applied(connection: sqlite3.Connection) -> set[str]:
    query = "SELECT name FROM sqlite_master WHERE name = '_sqlite_migrations'"
    if connection.execute(query).fetchone() is None:
        return set()
    return {row["name"] for row in connection.execute("SELECT name FROM _sqlite_migrations")}
