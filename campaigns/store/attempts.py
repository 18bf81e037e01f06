"""Attempts at jobs, and what their workers say: recording the same thing twice changes nothing.

Statements are raw. `ingest` runs some for every event of every worker, and the station the others at every turn; what
is read here stands in `list`, `show` and on the first screen. `tests/benchmarks/events.py` has the difference.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import fields
from functools import lru_cache, singledispatch
from typing import Any

from campaigns.core.events import (
    EpochDone,
    Evaluated,
    Event,
    Noted,
    Picked,
    Prepared,
    Reused,
    RoundDone,
    RoundStarted,
    Scored,
    Started,
    Working,
)
from campaigns.core.execution import LOCAL, EngineStanding, Handle, executor_of
from campaigns.core.ids import CampaignId, JobId
from campaigns.core.states import AttemptState
from campaigns.home.journal import Recorded
from campaigns.store.campaigns import of_campaign
from campaigns.store.rows import AttemptRow, EpochRow, RoundRow, ValueRow
from campaigns.store.store import Store


def add_attempt(store: Store, attempt: AttemptRow) -> None:
    """Add a new attempt."""
    columns = ("campaign", "job", "number", "state", "slot", "threads", "started")
    with store.writing() as db:
        db.execute(
            f"INSERT INTO attempt ({', '.join(columns)}) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [getattr(attempt, column) for column in columns],
        )


def set_handle(store: Store, attempt: AttemptRow, handle: Handle) -> None:
    """Keep what the executor of an attempt calls it."""
    with store.writing() as db:
        db.execute(f"UPDATE attempt SET handle = ? {_THIS}", (handle, *_key(attempt)))


def set_standing(store: Store, attempt: AttemptRow) -> None:
    """Keep what the executor of an attempt says of it, as this row has it."""
    with store.writing() as db:
        db.execute(
            f"UPDATE attempt SET standing = ?, standing_words = ?, standing_since = ?, node = ? {_THIS}",
            (attempt.standing, attempt.standing_words, attempt.standing_since, attempt.node, *_key(attempt)),
        )


def end_attempt(
    store: Store, attempt: AttemptRow, state: AttemptState, *, at: float, code: int | None, last_words: str
) -> None:
    """Record that an attempt is over."""
    query = f"""UPDATE attempt SET state = ?, ended = ?, exit_code = ?, last_words = ?, activity = '', standing = '',
                standing_words = '', standing_since = NULL {_THIS}"""
    with store.writing() as db:
        db.execute(query, (state, at, code, last_words, *_key(attempt)))


def running_attempts(store: Store) -> list[AttemptRow]:
    """Return the attempts that were running when last heard of."""
    rows = store.connection.execute("SELECT * FROM attempt WHERE state = 'running' ORDER BY rowid")
    return [_attempt(row) for row in rows]


def ended_since(store: Store, at: float) -> list[AttemptRow]:
    """Return the attempts that ended at that time or later, in seconds since the epoch, in the order they ended."""
    query = "SELECT * FROM attempt WHERE ended >= ? ORDER BY ended, rowid"
    return [_attempt(row) for row in store.connection.execute(query, (at,))]


def list_attempts(store: Store, campaign: CampaignId | None = None) -> list[AttemptRow]:
    """Return the attempts of a campaign, or of all, oldest first."""
    where, values = of_campaign(campaign)
    # As they were put in, not by `started`: a clock that was set back would show an older attempt as the last one.
    query = f"SELECT * FROM attempt {where} ORDER BY rowid"
    return [_attempt(row) for row in store.connection.execute(query, values)]


def last_number(store: Store, campaign: CampaignId, job: JobId) -> int:
    """Return the number of a job's last attempt; 0 when there was none."""
    query = "SELECT max(number) AS n FROM attempt WHERE campaign = ? AND job = ?"
    return int(store.connection.execute(query, (campaign, job)).fetchone()["n"] or 0)


def list_rounds(store: Store, campaign: CampaignId | None = None) -> list[RoundRow]:
    """Return the rounds of a campaign, or of all."""
    where, values = of_campaign(campaign)
    query = f"SELECT * FROM round {where} ORDER BY campaign, job, number"
    return [_round_row(dict(row)) for row in store.connection.execute(query, values)]


def finished_rounds(store: Store, campaign: CampaignId) -> dict[JobId, dict[int, float]]:
    """Return, for every job of a campaign that has some, the rounds that are complete, and when they were."""
    finished: dict[JobId, dict[int, float]] = {}
    query = "SELECT job, number, done FROM round WHERE campaign = ? AND done IS NOT NULL"
    for row in store.connection.execute(query, (campaign,)):
        finished.setdefault(JobId(row["job"]), {})[row["number"]] = row["done"]
    return finished


def last_rounds(store: Store, campaign: CampaignId) -> dict[JobId, int]:
    """Return, for every job of a campaign that has some, the last round that is complete."""
    query = "SELECT job, max(number) AS last FROM round WHERE campaign = ? AND done IS NOT NULL GROUP BY job"
    return {JobId(row["job"]): row["last"] for row in store.connection.execute(query, (campaign,))}


def list_values(store: Store, campaign: CampaignId, *, since: int = 0) -> list[ValueRow]:
    """Return what every arm measured at every round from `since` on, by round, criterion and trial."""
    query = """SELECT criterion, trial, number, labelled, value
               FROM job CROSS JOIN round ON round.campaign = job.campaign AND round.job = job.id
               WHERE job.campaign = ? AND criterion IS NOT NULL AND number >= ? AND value IS NOT NULL
               ORDER BY number, criterion, trial"""
    return [ValueRow(*row) for row in store.connection.execute(query, (campaign, since))]


def last_moves(store: Store) -> dict[CampaignId, float]:
    """Return when an attempt was last started or ended, by campaign; seconds since the epoch."""
    query = "SELECT campaign, max(coalesce(ended, started)) AS moved FROM attempt GROUP BY campaign"
    return {CampaignId(row["campaign"]): row["moved"] for row in store.connection.execute(query)}


def list_epochs(store: Store, campaign: CampaignId) -> list[EpochRow]:
    """Return the epochs of a campaign, in order."""
    columns = ", ".join(field.name for field in fields(EpochRow))
    epochs = store.tables.table("epoch")
    rows = epochs.rows_where("campaign = ?", [campaign], order_by="job, round, number", select=columns)
    return [EpochRow(**row) for row in rows]


def list_losses(store: Store, campaign: CampaignId, job: JobId, round_: int) -> tuple[float, ...]:
    """Return the mean loss of each epoch of one round, in order."""
    query = "SELECT loss FROM epoch WHERE campaign = ? AND job = ? AND round = ? ORDER BY number"
    return tuple(row["loss"] for row in store.connection.execute(query, (campaign, job, round_)))


def ingest(store: Store, attempt: AttemptRow, events: Sequence[Recorded], *, offset: int) -> None:
    """Record what a worker said up to byte `offset` of its journal; events and offset become true together."""
    with store.writing() as db:
        for recorded in events:
            _tell(recorded.event, db, attempt, recorded.at)
        db.execute(f"UPDATE attempt SET journal_offset = ? {_THIS}", (offset, *_key(attempt)))


@singledispatch
def _tell(event: Event, db: sqlite3.Connection, attempt: AttemptRow, at: float) -> None:
    raise TypeError(f"the store has no place for {event}")


@_tell.register
def _(event: Started, db: sqlite3.Connection, attempt: AttemptRow, at: float) -> None:
    activity = f"opening data on {event.device}"
    # Its engine says it too, if it is asked in time.
    node = "" if executor_of(attempt.slot) == LOCAL else event.node
    db.execute(
        f"UPDATE attempt SET activity = ?, kind = ?, node = iif(node = '', ?, node) {_THIS}",
        (activity, event.kind, node, *_key(attempt)),
    )


@_tell.register
def _(event: Working, db: sqlite3.Connection, attempt: AttemptRow, at: float) -> None:
    left = "" if event.left is None or event.done >= event.total else f", about {event.left:.0f} s left"
    text = f"{event.what} {event.done}/{event.total}{left}"
    db.execute(f"UPDATE attempt SET activity = ? {_THIS}", (text, *_key(attempt)))


@_tell.register
def _(event: Prepared, db: sqlite3.Connection, attempt: AttemptRow, at: float) -> None:
    db.execute(f"UPDATE attempt SET prepare_seconds = ? {_THIS}", (event.seconds, *_key(attempt)))


@_tell.register
def _(event: RoundStarted, db: sqlite3.Connection, attempt: AttemptRow, at: float) -> None:
    db.execute(
        f"UPDATE attempt SET activity = 'training', round = ?, epoch = ?, epochs = ? {_THIS}",
        (event.round, event.epoch, event.epochs, *_key(attempt)),
    )
    db.execute(
        """INSERT INTO round (campaign, job, number, labelled) VALUES (?, ?, ?, ?)
           ON CONFLICT DO UPDATE SET labelled = excluded.labelled""",
        (*_round(attempt, event.round), event.labelled),
    )


@_tell.register
def _(event: Reused, db: sqlite3.Connection, attempt: AttemptRow, at: float) -> None:
    db.execute(
        "UPDATE round SET reused_from = ? WHERE campaign = ? AND job = ? AND number = ?",
        (event.source, *_round(attempt, event.round)),
    )
    _tell(Noted(f"round {event.round} reused from {event.source}"), db, attempt, at)


@_tell.register
def _(event: EpochDone, db: sqlite3.Connection, attempt: AttemptRow, at: float) -> None:
    db.execute(
        "INSERT OR REPLACE INTO epoch VALUES (?, ?, ?, ?, ?, ?)",
        (*_round(attempt, event.round), event.epoch, event.loss, event.seconds),
    )
    db.execute(
        f"UPDATE attempt SET epoch = ?, loss = ? {_THIS}",
        (event.epoch, event.loss, *_key(attempt)),
    )
    db.execute(
        """UPDATE round SET train_seconds =
             (SELECT sum(seconds) FROM epoch
              WHERE epoch.campaign = round.campaign AND epoch.job = round.job AND epoch.round = round.number)
           WHERE campaign = ? AND job = ? AND number = ?""",
        _round(attempt, event.round),
    )


@_tell.register
def _(event: Evaluated, db: sqlite3.Connection, attempt: AttemptRow, at: float) -> None:
    db.execute(
        """UPDATE round SET metric = ?, value = ?, per_class = ?, classes = ?, evaluate_seconds = ?
           WHERE campaign = ? AND job = ? AND number = ?""",
        (
            event.metric,
            event.value,
            json.dumps(event.per_class),
            None if event.classes is None else json.dumps(event.classes),
            event.seconds,
            *_round(attempt, event.round),
        ),
    )


@_tell.register
def _(event: Scored, db: sqlite3.Connection, attempt: AttemptRow, at: float) -> None:
    db.execute(
        "UPDATE round SET score_seconds = ? WHERE campaign = ? AND job = ? AND number = ?",
        (event.seconds, *_round(attempt, event.round)),
    )


@_tell.register
def _(event: Picked, db: sqlite3.Connection, attempt: AttemptRow, at: float) -> None:
    db.execute(
        "UPDATE round SET select_seconds = ? WHERE campaign = ? AND job = ? AND number = ?",
        (event.seconds, *_round(attempt, event.round)),
    )


@_tell.register
def _(event: RoundDone, db: sqlite3.Connection, attempt: AttemptRow, at: float) -> None:
    db.execute(
        """INSERT INTO round (campaign, job, number, labelled, done) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT DO UPDATE SET done = coalesce(done, excluded.done)""",
        (*_round(attempt, event.round), event.labelled, at),
    )


@_tell.register
def _(event: Noted, db: sqlite3.Connection, attempt: AttemptRow, at: float) -> None:
    db.execute(
        """INSERT INTO feed (at, campaign, job, is_warning, text) SELECT ?1, ?2, ?3, ?4, ?5
           WHERE NOT EXISTS (SELECT 1 FROM feed WHERE at = ?1 AND campaign = ?2 AND job = ?3 AND text = ?5)""",
        (at, attempt.campaign, attempt.job, event.is_warning, event.text),
    )


_THIS = "WHERE campaign = ? AND job = ? AND number = ?"


def _key(attempt: AttemptRow) -> tuple[str, str, int]:
    return attempt.campaign, attempt.job, attempt.number


def _round(attempt: AttemptRow, number: int) -> tuple[str, str, int]:
    return attempt.campaign, attempt.job, number


def _round_row(row: dict[str, Any]) -> RoundRow:
    return RoundRow(**row | {"per_class": _listed(row["per_class"]), "classes": _listed(row["classes"])})


@lru_cache(maxsize=20_000)
def _listed(text: str | None) -> tuple[Any, ...]:
    """Return a list that the store has as JSON. Who looks again and again finds the same in rounds that are done."""
    return tuple(json.loads(text or "[]"))


def _attempt(row: sqlite3.Row) -> AttemptRow:
    typed = {"state": AttemptState(row["state"]), "standing": EngineStanding(row["standing"])}
    return AttemptRow(**dict(row) | typed)
