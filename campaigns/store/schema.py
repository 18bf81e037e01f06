"""The schema, as migrations that are only ever appended to."""

import sqlite3

from sqlite_utils import Database, Migrations

from campaigns.store.store import MIGRATIONS

migrations = Migrations("alwsl")


@migrations()
def m001_first(db: Database) -> None:
    """Campaigns, their jobs, the attempts at them, and what rounds and epochs gave."""
    db.conn.execute("""
        CREATE TABLE campaign (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            recipe TEXT NOT NULL,           -- where it came from: a shipped name or a file
            about TEXT NOT NULL,
            dataset TEXT NOT NULL,
            model TEXT NOT NULL,
            plan TEXT NOT NULL,             -- JSON of core.plan.Plan
            created REAL NOT NULL,          -- seconds since the epoch, here and below
            intent TEXT NOT NULL,
            until_round INTEGER             -- no arm goes beyond this round for now
        ) STRICT""")
    db.conn.execute("""
        CREATE TABLE job (
            campaign TEXT NOT NULL REFERENCES campaign(id) ON DELETE CASCADE,
            id TEXT NOT NULL,
            kind TEXT NOT NULL,
            trial INTEGER,
            criterion TEXT,
            position INTEGER NOT NULL,      -- jobs start in this order
            state TEXT NOT NULL,
            lost INTEGER NOT NULL DEFAULT 0, -- attempts lost since a person last asked for this job
            PRIMARY KEY (campaign, id)
        ) STRICT""")
    db.conn.execute("""
        CREATE TABLE attempt (
            campaign TEXT NOT NULL,
            job TEXT NOT NULL,
            number INTEGER NOT NULL,
            state TEXT NOT NULL,
            slot TEXT NOT NULL,             -- cpu, cuda:0
            threads INTEGER NOT NULL,
            pid INTEGER,
            born REAL,                      -- start time of the process: a pid alone is used again
            started REAL NOT NULL,
            ended REAL,
            exit_code INTEGER,
            last_words TEXT NOT NULL DEFAULT '',
            activity TEXT NOT NULL DEFAULT 'starting',
            round INTEGER,
            epoch INTEGER,
            epochs INTEGER,
            loss REAL,
            journal_offset INTEGER NOT NULL DEFAULT 0,  -- bytes of the journal already told here
            PRIMARY KEY (campaign, job, number),
            FOREIGN KEY (campaign, job) REFERENCES job(campaign, id) ON DELETE CASCADE
        ) STRICT""")
    db.conn.execute("CREATE INDEX attempt_live ON attempt(state) WHERE state = 'running'")
    db.conn.execute("""
        CREATE TABLE round (
            campaign TEXT NOT NULL,
            job TEXT NOT NULL,
            number INTEGER NOT NULL,
            labelled INTEGER NOT NULL,
            mean_ap REAL,
            ap TEXT,                        -- JSON list, one number or null a class
            train_seconds REAL NOT NULL DEFAULT 0,
            evaluate_seconds REAL,
            score_seconds REAL,
            select_seconds REAL,
            done REAL,
            reused_from TEXT,               -- where its model came from, when it was not trained here
            PRIMARY KEY (campaign, job, number),
            FOREIGN KEY (campaign, job) REFERENCES job(campaign, id) ON DELETE CASCADE
        ) STRICT""")
    db.conn.execute("""
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
    db.conn.execute("""
        CREATE TABLE feed (
            id INTEGER PRIMARY KEY,
            at REAL NOT NULL,
            campaign TEXT NOT NULL REFERENCES campaign(id) ON DELETE CASCADE,
            job TEXT,
            is_warning INTEGER NOT NULL,
            text TEXT NOT NULL
        ) STRICT""")
    db.conn.execute("CREATE INDEX feed_campaign ON feed(campaign, id)")
    db.conn.execute("""
        CREATE TABLE dataset (
            name TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            root TEXT NOT NULL,
            added REAL NOT NULL
        ) STRICT""")


@migrations()
def m002_marks(db: Database) -> None:
    """Processes known again whatever the clock says; entries of the feed whose numbers never come back."""
    # Start time of the process as no clock changes it; NULL in rows of before.
    db.conn.execute("ALTER TABLE attempt ADD COLUMN mark TEXT")
    # Without AUTOINCREMENT the number of the last entry is given again once its campaign is deleted, and who asks
    # for what is newer than that number misses one.
    db.conn.execute("ALTER TABLE feed RENAME TO earlier_feed")
    db.conn.execute("DROP INDEX feed_campaign")
    db.conn.execute("""
        CREATE TABLE feed (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at REAL NOT NULL,
            campaign TEXT NOT NULL REFERENCES campaign(id) ON DELETE CASCADE,
            job TEXT,
            is_warning INTEGER NOT NULL,
            text TEXT NOT NULL
        ) STRICT""")
    db.conn.execute("INSERT INTO feed SELECT id, at, campaign, job, is_warning, text FROM earlier_feed")
    db.conn.execute("DROP TABLE earlier_feed")
    db.conn.execute("CREATE INDEX feed_campaign ON feed(campaign, id)")
    # The station asks ten times a second which jobs are open; a home of a thousand campaigns has tens of thousands.
    db.conn.execute("CREATE INDEX job_state ON job(state, campaign)")


def migrate(connection: sqlite3.Connection) -> None:
    """Bring an older store, or an empty file, to the present schema."""
    known = tuple(migration.name for migration in migrations.pending(Database(connection))) + tuple(
        migration.name for migration in migrations.applied(Database(connection))
    )
    assert sorted(known) == sorted(MIGRATIONS), "MIGRATIONS in store.py lists the migrations of schema.py"
    migrations.apply(Database(connection))
