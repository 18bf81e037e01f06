"""Opening a store that this user may read, but not change: nothing is written beside it, and no lock is taken."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from campaigns.home.access import is_readable, no_access
from campaigns.store.store import BESIDE, BUSY_SECONDS, Store, is_up_to_date, open_store


@contextmanager
def open_readonly_store(path: Path) -> Iterator[Store]:
    """Open a store to look at; of one that SQLite cannot open where it lies, a copy that is thrown away.

    Raises:
        NoAccess: one of its files cannot be read.
        BadHome: as `open_store`.
    """
    files = [file for ending in BESIDE if (file := path.with_name(path.name + ending)).exists()]
    for file in files:
        if not is_readable(file):
            raise no_access(file, path.parent)
    with ExitStack() as stack:
        if (connection := _connect(path)) is not None:
            stack.callback(connection.close)
            yield Store(connection)
        else:
            # A log without its index, or a schema of an older version: both want a place to write in.
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            for file in files:
                if not file.name.endswith("-shm"):
                    shutil.copyfile(file, folder / file.name)
            yield stack.enter_context(open_store(folder / path.name))


def _connect(path: Path) -> sqlite3.Connection | None:
    """Open it where it lies; None where SQLite would have to write something for that."""
    log = path.with_name(f"{path.name}-wal")
    # Without a log nobody is writing. Else SQLite reads log and index as whoever writes does.
    how = "mode=ro" if log.exists() else "immutable=1"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{how}", uri=True, timeout=BUSY_SECONDS, isolation_level=None
    )
    try:
        connection.row_factory = sqlite3.Row
        if is_up_to_date(connection, path):
            return connection
    except sqlite3.DatabaseError:  # what is wrong with it shows when the copy is opened
        pass
    except BaseException:
        connection.close()
        raise
    connection.close()
    return None
