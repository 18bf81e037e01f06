"""Rebuilding a store: is the file still one, set aside what is none, put back rows that are missing.

`damage` has a raw connection of its own: what it looks at may be no store.
"""

import sqlite3
from collections import deque
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, astuple, dataclass, fields
from pathlib import Path

from campaigns.core.ids import CampaignId, JobId
from campaigns.core.states import AttemptState, JobState
from campaigns.home.journal import Recorded
from campaigns.store.attempts import ingest
from campaigns.store.rows import AttemptRow, JobRow
from campaigns.store.store import BESIDE, BUSY_SECONDS, Store, alone, is_damage, unopened


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of a campaign."""

    jobs: int = 0
    attempts: int = 0
    rounds: int = 0
    epochs: int = 0

    def __sub__(self, other: "Counts") -> "Counts":
        return Counts(*(a - b for a, b in zip(astuple(self), astuple(other), strict=True)))


def damage(path: Path) -> str:
    """Say what SQLite finds wrong with a store, in one line; empty when it is sound or is not there.

    Raises:
        BadHome: it cannot be opened for another reason.
    """
    if not path.exists():
        return ""
    if not path.is_file():
        return "it is no file"
    # `immutable` would pass over what only the write-ahead log holds; reading must not make a file either.
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS)) as db:
            answers = [str(row[0]) for row in db.execute("PRAGMA integrity_check(3)")]
            # That looks at pages and keys, not at what the texts between them have become.
            for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                deque(db.execute(f'SELECT * FROM "{table}"'), maxlen=0)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        if not is_damage(error):
            raise unopened(path, error) from error
        return str(error)
    return "" if answers == ["ok"] else "; ".join(answers)


def set_aside(path: Path) -> Path:
    """Give a damaged store another name, with the log beside it; the name. Nothing of it is removed."""
    number = 1
    while any(_beside(path.with_name(f"{path.name}.damaged-{number}"))):
        number += 1
    kept = path.with_name(f"{path.name}.damaged-{number}")
    # Nobody opens what is half moved: a log that is left beside a new store would be taken for its own.
    with alone(path):
        for file in reversed(_beside(path)):  # the store last: killed in between, the next repair moves the rest
            file.rename(kept.with_name(kept.name + file.name.removeprefix(path.name)))
    return kept


def _beside(path: Path) -> list[Path]:
    """Return those of a store's files that are there."""
    return [file for ending in BESIDE if (file := path.with_name(path.name + ending)).exists()]


def counts(store: Store, campaign: CampaignId) -> Counts:
    """Count the rows that the store has of a campaign."""
    db, names = store.tables, [field.name.removesuffix("s") for field in fields(Counts)]
    return Counts(*(db.table(name).count_where("campaign = ?", [campaign]) for name in names))


def put_attempt(store: Store, attempt: AttemptRow) -> None:
    """Put an attempt behind all others as it is given, whatever the store said of it."""
    with store.writing():
        # Replaced, not changed: that gives it a new place in the order in which attempts were put in.
        store.tables.table("attempt").insert(asdict(attempt), replace=True)


def put_job_state(store: Store, job: JobRow, state: JobState) -> None:
    """Put a job where its folder shows it, whatever the store said: that is no move of a campaign that runs."""
    with store.writing():
        store.tables.table("job").update((job.campaign, job.job.id), {"state": state})


def put_round(store: Store, campaign: CampaignId, job: JobId, events: Sequence[Recorded]) -> None:
    """Add a round of which no attempt has spoken, from events that its files show."""
    nobody = AttemptRow(
        campaign, job, 0, AttemptState.DONE, slot="", threads=0, handle=None, started=0.0, ended=None,
        exit_code=None, last_words="", activity="", round=None, epoch=None, epochs=None, loss=None, journal_offset=0,
    )  # fmt: skip
    ingest(store, nobody, events, offset=0)
