BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'alwsl','m001_first','2026-11-22 00:00:00.000000+00:00');
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
        ) STRICT;
INSERT INTO "attempt" VALUES('one.abcdef','baseline-t0',1,'done','cpu',1,7,3.5,2.0,20.0,0,'','',0,2,3,0.25,321);
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
        ) STRICT;
INSERT INTO "campaign" VALUES('one.abcdef','one','smoke','about','shapes','wildcat tiny','{"schedule":{"initial":10,"add":[10,10,10],"epochs":[3,3,3,3]},"trials":1,"criteria":["ag"],"train_images":100,"test_images":40,"has_full":true,"full_epochs":3,"reading_points":[40],"classes":["cat","dog"]}',1.0,'run',2);
CREATE TABLE dataset (
            name TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            root TEXT NOT NULL,
            added REAL NOT NULL
        ) STRICT;
INSERT INTO "dataset" VALUES('mine','folder','/a',1.0);
CREATE TABLE epoch (
            campaign TEXT NOT NULL,
            job TEXT NOT NULL,
            round INTEGER NOT NULL,
            number INTEGER NOT NULL,
            loss REAL NOT NULL,
            seconds REAL NOT NULL,
            PRIMARY KEY (campaign, job, round, number),
            FOREIGN KEY (campaign, job) REFERENCES job(campaign, id) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
INSERT INTO "epoch" VALUES('one.abcdef','baseline-t0',0,1,0.5,2.0);
INSERT INTO "epoch" VALUES('one.abcdef','baseline-t0',0,2,0.25,2.0);
CREATE TABLE feed (
            id INTEGER PRIMARY KEY,
            at REAL NOT NULL,
            campaign TEXT NOT NULL REFERENCES campaign(id) ON DELETE CASCADE,
            job TEXT,
            is_warning INTEGER NOT NULL,
            text TEXT NOT NULL
        ) STRICT;
INSERT INTO "feed" VALUES(1,18.0,'one.abcdef','baseline-t0',1,'hm');
INSERT INTO "feed" VALUES(2,2.0,'one.abcdef',NULL,0,'started');
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
        ) STRICT;
INSERT INTO "job" VALUES('one.abcdef','baseline-t0','baseline',0,NULL,0,'done',0);
INSERT INTO "job" VALUES('one.abcdef','full','full',NULL,NULL,1,'waiting',0);
INSERT INTO "job" VALUES('one.abcdef','arm-t0-ag','arm',0,'ag',2,'waiting',0);
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
        ) STRICT;
INSERT INTO "round" VALUES('one.abcdef','baseline-t0',0,10,0.75,'[0.5, 1.0]',4.0,1.5,1.0,0.25,17.0,NULL);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX attempt_live ON attempt(state) WHERE state = 'running';
CREATE INDEX feed_campaign ON feed(campaign, id);
COMMIT;
