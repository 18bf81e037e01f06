"""The schema, as migrations that are only ever appended to.

Tables are made by `create` and changed by `transform`, indexes by `create_index`. Two tables are made by raw statements
because sqlite-utils has no word for AUTOINCREMENT, which `transform` keeps, and for WITHOUT ROWID, which it loses:
whoever changes `epoch` has to write that table anew.
"""

import sqlite3

from sqlite_utils import Database, Migrations
from sqlite_utils.db import ForeignKey

from campaigns.store.versions import MIGRATIONS

migrations = Migrations("alwsl")


@migrations()
def m001_first(db: Database) -> None:
    """Make campaigns, their jobs, the attempts at them, what rounds and epochs gave, the feed, and data sets.

    All times are in seconds since the epoch.
    """
    _campaigns(db)
    _attempts(db)
    _rounds(db)
    _feed(db)


@migrations()
def m002_later_columns(db: Database) -> None:
    """Add seconds of preparation and options of data sets to stores whose first migration had neither."""
    if "prepare_seconds" not in db.table("attempt").columns_dict:
        db.table("attempt").add_column("prepare_seconds", float, not_null_default=0)
    if "options" not in db.table("dataset").columns_dict:
        db.table("dataset").add_column("options", str, not_null_default="{}")


@migrations()
def m003_requests(db: Database) -> None:
    """Add to jobs how far people are with what they are asked to label."""
    for column in ("asked_round", "asked", "answered"):  # null: it waits for nobody
        db.table("job").add_column(column, int)


@migrations()
def m004_leases(db: Database) -> None:
    """Make the images that somebody labels at the moment; of a data set, as answers are, not of a campaign."""
    db.table("lease").create(
        {"dataset": str, "image": str, "by": str, "holder": str, "process": str, "until": float},
        pk=("dataset", "image"),
        not_null={"dataset", "image", "by", "holder", "process", "until"},
        strict=True,
    )


@migrations()
def m005_classes_of_rounds(db: Database) -> None:
    """Add to rounds what their classes are called, where people have changed them since the campaign was created."""
    db.table("round").add_column("classes", str)  # JSON list; null: those of the plan


@migrations()
def m006_engines(db: Database) -> None:
    """Add to campaigns which executor runs them, and to attempts what an engine says of them."""
    db.table("campaign").add_column("executor", str, not_null_default="local")
    attempts = db.table("attempt")
    attempts.add_column("standing", str, not_null_default="")  # of core.execution.Standing
    attempts.add_column("standing_words", str, not_null_default="")
    attempts.add_column("standing_since", float)
    attempts.add_column("node", str, not_null_default="")


@migrations()
def m007_scoring(db: Database) -> None:
    """Add to jobs which part of the pool of which round they score; null of all others."""
    for column in ("round", "shard"):
        db.table("job").add_column(column, int)


@migrations()
def m008_kinds_of_nodes(db: Database) -> None:
    """Add to attempts the kind of node that they ran on, and to campaigns since when these count.

    The kind is empty where a worker did not say it.
    """
    db.table("attempt").add_column("kind", str, not_null_default="")
    db.table("campaign").add_column("kinds_since", float, not_null_default=0)


def _campaigns(db: Database) -> None:
    db.table("campaign").create(
        {
            "id": str,
            "name": str,
            "recipe": str,  # where it came from: a shipped name or a file
            "about": str,
            "dataset": str,
            "model": str,
            "plan": str,  # JSON of core.plan.Plan
            "created": float,
            "intent": str,
            "until_round": int,  # no arm goes beyond this round for now
        },
        pk="id",
        not_null={"id", "name", "recipe", "about", "dataset", "model", "plan", "created", "intent"},
        strict=True,
    ).create_index(["name"], unique=True)
    jobs = db.table("job").create(
        {
            "campaign": str,
            "id": str,
            "kind": str,
            "trial": int,
            "criterion": str,
            "position": int,  # jobs start in this order
            "state": str,
            "lost": int,  # attempts lost since a person last asked for this job
        },
        pk=("campaign", "id"),
        not_null={"campaign", "id", "kind", "position", "state", "lost"},
        defaults={"lost": 0},
        foreign_keys=[_of_campaign("job")],
        strict=True,
    )
    # The station asks ten times a second which jobs are open; a home of a thousand campaigns has tens of thousands.
    jobs.create_index(["state", "campaign"], "job_state")
    db.table("dataset").create(
        {
            "name": str,
            "kind": str,
            "root": str,
            "added": float,
            "options": str,  # JSON of keys of a recipe's [data] that were given with it
        },
        pk="name",
        not_null={"name", "kind", "root", "added", "options"},
        defaults={"options": "{}"},
        strict=True,
    )


def _attempts(db: Database) -> None:
    attempts = db.table("attempt").create(
        {
            "campaign": str,
            "job": str,
            "number": int,
            "state": str,
            "slot": str,  # cpu, cuda:0
            "threads": int,
            "handle": str,  # what its executor calls it; nobody else can read it
            "started": float,
            "ended": float,
            "exit_code": int,
            "last_words": str,
            "activity": str,
            "round": int,
            "epoch": int,
            "epochs": int,
            "loss": float,
            "journal_offset": int,  # bytes of the journal already told here
        },
        pk=("campaign", "job", "number"),
        not_null={
            "campaign", "job", "number", "state", "slot", "threads", "started", "last_words", "activity",
            "journal_offset",
        },
        defaults={"last_words": "", "activity": "starting", "journal_offset": 0},
        foreign_keys=[_of_job("attempt")],
        strict=True,
    )  # fmt: skip
    # A partial index, of those that run, would be smaller, but `transform` refuses to rename columns beside one.
    attempts.create_index(["state"], "attempt_state")


def _rounds(db: Database) -> None:
    db.table("round").create(
        {
            "campaign": str,
            "job": str,
            "number": int,
            "labelled": int,
            "metric": str,  # what was measured on the test set
            "value": float,  # over all classes
            "per_class": str,  # JSON list, one number or null a class
            "train_seconds": float,
            "evaluate_seconds": float,
            "score_seconds": float,
            "select_seconds": float,
            "done": float,
            "reused_from": str,  # where its model came from, when it was not trained here
        },
        pk=("campaign", "job", "number"),
        not_null={"campaign", "job", "number", "labelled", "metric", "train_seconds"},
        defaults={"metric": "map", "train_seconds": 0},
        foreign_keys=[_of_job("round")],
        strict=True,
    )
    # The largest table by far: with a rowid, each of its keys would be kept twice.
    db.execute("""
        CREATE TABLE epoch (
            campaign TEXT NOT NULL,
            job TEXT NOT NULL,
            round INTEGER NOT NULL,
            number INTEGER NOT NULL,
            loss REAL NOT NULL,
            seconds REAL NOT NULL,
            PRIMARY KEY (campaign, job, round, number),
            FOREIGN KEY (campaign, job) REFERENCES job(campaign, id) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID""")


def _feed(db: Database) -> None:
    # Without AUTOINCREMENT the number of the last entry is given again once its campaign is deleted, and who asks
    # for what is newer than that number misses one.
    db.execute("""
        CREATE TABLE feed (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at REAL NOT NULL,
            campaign TEXT NOT NULL REFERENCES campaign(id) ON DELETE CASCADE,
            job TEXT,
            is_warning INTEGER NOT NULL,
            text TEXT NOT NULL
        ) STRICT""")
    db.table("feed").create_index(["campaign", "id"], "feed_campaign")


def _of_campaign(table: str) -> ForeignKey:
    return ForeignKey(table, "campaign", "campaign", "id", on_delete="CASCADE")


def _of_job(table: str) -> ForeignKey:
    return ForeignKey(
        table, None, "job", None, ("campaign", "job"), ("campaign", "id"), is_compound=True, on_delete="CASCADE"
    )


def migrate(connection: sqlite3.Connection) -> None:
    """Bring an older store, or an empty file, to the present schema."""
    # Foreign keys are off until the store is up to date: `transform` makes a table anew and drops the one before,
    # and with them on all that refers to its rows would go with it.
    db = Database(connection, execute_plugins=False)
    known = [migration.name for migration in migrations.pending(db)]
    known += [migration.name for migration in migrations.applied(db)]
    assert sorted(known) == sorted(MIGRATIONS), "MIGRATIONS in versions.py lists the migrations of schema.py"
    migrations.apply(db)
