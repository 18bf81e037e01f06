"""Names in a store, read in a few milliseconds while somebody waits for a completion; nothing is locked or written."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

PATIENCE_SECONDS = 0.05
_CAMPAIGNS = "SELECT name FROM campaign ORDER BY created DESC, name"
_DATASETS = "SELECT name FROM dataset ORDER BY name"
_JOBS = "SELECT job.id FROM job JOIN campaign ON campaign.id = job.campaign WHERE campaign.name = ? ORDER BY position"


def campaign_names(store: Path) -> list[str]:
    """Return the names of campaigns, the newest first; none where the store cannot be read."""
    return _read(store, _CAMPAIGNS)


def dataset_names(store: Path) -> list[str]:
    """Return the names that were given to `data add`; none where the store cannot be read."""
    return _read(store, _DATASETS)


def job_names(store: Path, campaign: str) -> list[str]:
    """Return the jobs of a campaign in the order in which they start; none where the store cannot be read."""
    return _read(store, _JOBS, (campaign,))


def _read(store: Path, query: str, parameters: Sequence[str] = ()) -> list[str]:
    try:
        if not store.is_file():
            return []
        # With a log and its index somebody writes, and SQLite reads with him; else it would make the index.
        beside = (store.with_name(store.name + ending) for ending in ("-wal", "-shm"))
        how = "mode=ro" if all(path.exists() for path in beside) else "immutable=1"
        connection = sqlite3.connect(f"{store.absolute().as_uri()}?{how}", uri=True, timeout=PATIENCE_SECONDS)
        with closing(connection):
            return [str(row[0]) for row in connection.execute(query, parameters)]
    except (sqlite3.Error, OSError, ValueError):  # a completion that cannot be had is none
        return []
