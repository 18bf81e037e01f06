"""Rebuilding a store: is the file still one, set aside what is none, put back rows that are missing."""

import contextlib
import sqlite3
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from campaigns.core.events import Recorded
from campaigns.core.ids import CampaignId, JobId
from campaigns.core.states import AttemptState, JobState
from campaigns.store.attempts import ingest
from campaigns.store.rows import AttemptRow, JobRow
from campaigns.store.store import Store, is_damage

BESIDE = ("", "-wal", "-shm")
"""Endings of the files that are one SQLite store."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of a campaign, or of several together."""

    jobs: int = 0
    attempts: int = 0
    rounds: int = 0
    epochs: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    def __sub__(self, other: "Counts") -> "Counts":
        return Counts(*(a - b for a, b in zip(astuple(self), astuple(other), strict=True)))


def damage(path: Path) -> str:
    """What SQLite finds wrong with a store, in one line; empty when it is sound or is not there."""
    if not path.exists():
        return ""
    # `immutable` would pass over what only the write-ahead log holds; reading must not make a file either.
    connection = sqlite3.connect(f"file:{path}?mode=rw", uri=True)
    try:
        found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        return str(error)
    finally:
        connection.close()
    return "" if found == ["ok"] else "; ".join(found)


def set_aside(path: Path) -> Path:
    """Give a damaged store another name, with the log beside it; the name. Nothing of it is removed."""
    number = 1
    while (kept := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    for ending in reversed(BESIDE):  # the store last: killed in between, the next repair sets the rest aside
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + ending).rename(kept.with_name(kept.name + ending))
    return kept


def counts(store: Store, campaign: CampaignId) -> Counts:
    """Rows that the store has of a campaign."""
    db = store.connection
    tables = [field.name.removesuffix("s") for field in fields(Counts)]
    return Counts(
        *(db.execute(f"SELECT count(*) FROM {name} WHERE campaign = ?", (campaign,)).fetchone()[0] for name in tables)
    )


def put_attempt(store: Store, attempt: AttemptRow) -> None:
    """An attempt as it is given, whatever the store said of it."""
    names = [field.name for field in fields(AttemptRow)]
    key = ("campaign", "job", "number")
    said = ", ".join(f"{name} = excluded.{name}" for name in names if name not in key)
    with store.writing() as db:
        db.execute(
            f"INSERT INTO attempt ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) "
            f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {said}",
            [getattr(attempt, name) for name in names],
        )


def put_job_state(store: Store, job: JobRow, state: JobState) -> None:
    """Where a job stands, whatever the store said: no move of a campaign that runs, but what its folder shows."""
    with store.writing() as db:
        db.execute("UPDATE job SET state = ? WHERE campaign = ? AND id = ?", (state, job.campaign, job.job.id))


def put_round(store: Store, campaign: CampaignId, job: JobId, events: Sequence[Recorded]) -> None:
    """A round of which no attempt has spoken, from events that its files show."""
    nobody = AttemptRow(
        campaign, job, 0, AttemptState.DONE, slot="", threads=0, pid=None, born=None, started=0.0, ended=None,
        exit_code=None, last_words="", activity="", round=None, epoch=None, epochs=None, loss=None, journal_offset=0,
    )  # fmt: skip
    ingest(store, nobody, events, offset=0)
