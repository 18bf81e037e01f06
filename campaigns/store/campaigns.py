"""Campaigns and their jobs.

Statements are raw: the station runs them at every turn, `list`, `show` and the first screen read them, and `new` and
`delete`, while somebody waits, would spend more on loading sqlite-utils than on all they do here.
"""

import sqlite3
from collections.abc import Collection, Mapping
from typing import Any

from campaigns.core.ids import CampaignId, Job, JobId, JobKind
from campaigns.core.plan import Plan
from campaigns.core.states import JOB_MOVES, Intent, JobState
from campaigns.errors import NameTaken, none_such
from campaigns.store.rows import CampaignRow, FeedRow, JobRow, RequestRow, StampRow
from campaigns.store.store import Store


def add_campaign(store: Store, campaign: CampaignRow) -> None:
    """Add a new campaign with all its jobs, or neither.

    Raises:
        NameTaken: a campaign has that name.
    """
    with store.writing() as db:
        try:
            db.execute(
                """INSERT INTO campaign
                     (id, name, recipe, about, dataset, model, plan, created, intent, until_round, executor)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                (
                    campaign.id, campaign.name, campaign.recipe, campaign.about, campaign.dataset, campaign.model,
                    campaign.plan.to_json(), campaign.created, campaign.intent, campaign.until_round,
                    campaign.executor,
                ),
            )  # fmt: skip
        except sqlite3.IntegrityError as error:
            raise NameTaken(
                f"there is a campaign {campaign.name!r} already",
                hint=f"give --name, or continue it: alwsl-tui run {campaign.name}",
            ) from error
        db.executemany(
            "INSERT INTO job (campaign, id, kind, trial, criterion, position, state) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (campaign.id, job.id, job.kind, job.trial, job.criterion, at, JobState.WAITING)
                for at, job in enumerate(campaign.plan.jobs)
            ],
        )


def list_campaigns(store: Store, *, but: Collection[CampaignId] = ()) -> list[CampaignRow]:
    """Return every campaign, newest last; those in `but` are left out, and cost nearly nothing."""
    rows = store.connection.execute("SELECT * FROM campaign ORDER BY created, id")
    return [_campaign(row) for row in rows if row["id"] not in but]


def waiting_campaigns(store: Store) -> list[CampaignRow]:
    """Return the campaigns that are meant to run and have a job that waits, oldest first."""
    query = """SELECT * FROM campaign WHERE intent = 'run' AND id IN (SELECT campaign FROM job WHERE state = 'waiting')
               ORDER BY created, id"""
    return [_campaign(row) for row in store.connection.execute(query)]


def moving_campaigns(store: Store, also: Collection[CampaignId]) -> list[CampaignRow]:
    """Return the campaigns that are meant to run and have a job that waits, and those in `also` that still exist."""
    query = f"""SELECT * FROM campaign WHERE id IN ({", ".join("?" * len(also))}) OR
                (intent = 'run' AND id IN (SELECT campaign FROM job WHERE state = 'waiting'))"""
    return [_campaign(row) for row in store.connection.execute(query, tuple(also))]


def campaign_names(store: Store) -> dict[CampaignId, str]:
    """Return the name of every campaign."""
    return {CampaignId(row["id"]): row["name"] for row in store.connection.execute("SELECT id, name FROM campaign")}


def unfinished_campaigns(store: Store) -> set[CampaignId]:
    """Return the campaigns with a job that is not done."""
    rows = store.connection.execute("SELECT DISTINCT campaign FROM job WHERE state != 'done'")
    return {CampaignId(row["campaign"]) for row in rows}


def list_stamps(store: Store) -> list[StampRow]:
    """Return the stamp of every campaign, newest last."""
    query = """SELECT campaign.id AS campaign, intent, until_round, coalesce(feed.id, 0) AS noted, feed.at AS noted_at
               FROM campaign LEFT JOIN feed
               ON feed.id = (SELECT max(last.id) FROM feed AS last WHERE last.campaign = campaign.id)
               ORDER BY campaign.created, campaign.id"""
    return [StampRow(**{**dict(row), "intent": Intent(row["intent"])}) for row in store.connection.execute(query)]


def get_campaign(store: Store, name: str) -> CampaignRow:
    """Return the campaign of that name or id.

    Raises:
        NoSuchName: there is none.
    """
    row = store.connection.execute("SELECT * FROM campaign WHERE name = ? OR id = ?", (name, name)).fetchone()
    if row is None:
        raise none_such("campaign", name, [c.name for c in list_campaigns(store)])
    return _campaign(row)


def delete_campaign(store: Store, campaign: CampaignId) -> None:
    """Forget a campaign and all that belongs to it."""
    with store.writing() as db:
        db.execute("DELETE FROM campaign WHERE id = ?", (campaign,))


def set_intent(store: Store, campaign: CampaignId, intent: Intent, *, until_round: int | None = None) -> None:
    """Record what a person asks of a campaign from now on."""
    with store.writing() as db:
        db.execute("UPDATE campaign SET intent = ?, until_round = ? WHERE id = ?", (intent, until_round, campaign))


def set_executor(store: Store, campaign: CampaignId, executor: str) -> None:
    """Record which executor runs a campaign from now on."""
    with store.writing() as db:
        db.execute("UPDATE campaign SET executor = ? WHERE id = ?", (executor, campaign))


def is_wanted(store: Store, campaign: CampaignRow) -> bool:
    """Return whether a campaign is there and what is asked of it is still to run, as far as in this row of before."""
    query = "SELECT 1 FROM campaign WHERE id = ? AND intent = 'run' AND until_round IS ?"
    return store.connection.execute(query, (campaign.id, campaign.until_round)).fetchone() is not None


def list_jobs(store: Store, campaign: CampaignId | None = None) -> list[JobRow]:
    """Return the jobs of a campaign, or of all, in the order they start."""
    where, values = of_campaign(campaign)
    query = f"SELECT * FROM job {where} ORDER BY campaign, position, shard"
    return [_job(row) for row in store.connection.execute(query, values)]


def open_jobs(store: Store) -> list[JobRow]:
    """Return the jobs of every campaign that is meant to move and still can, oldest campaign first, and all that run.

    The station looks at these ten times a second, so campaigns that are done must not be among them.
    """
    query = """SELECT job.* FROM job JOIN campaign ON campaign.id = job.campaign
               WHERE job.state = 'running' OR (campaign.intent = 'run' AND campaign.id IN
                 (SELECT campaign FROM job WHERE state IN ('waiting', 'running')))
               ORDER BY campaign.created, campaign.id, position, shard"""
    return [_job(row) for row in store.connection.execute(query)]


def is_name_taken(store: Store, name: str) -> bool:
    """Return whether a campaign bears that name."""
    return store.connection.execute("SELECT 1 FROM campaign WHERE name = ?", (name,)).fetchone() is not None


def move_job(store: Store, campaign: CampaignId, job: JobId, to: JobState) -> None:
    """Change a job's state; saying the present state again changes nothing.

    Raises:
        ValueError: the move is not legal.
    """
    with store.writing() as db:
        query = "SELECT state FROM job WHERE campaign = ? AND id = ?"
        now = JobState(db.execute(query, (campaign, job)).fetchone()["state"])
        if now is to:
            return
        if to not in JOB_MOVES[now]:
            raise ValueError(f"job {job} cannot go from {now} to {to}")
        db.execute("UPDATE job SET state = ? WHERE campaign = ? AND id = ?", (to, campaign, job))


def set_request(store: Store, campaign: CampaignId, job: JobId, request: RequestRow | None) -> None:
    """Record what people are asked to label for a job, and how far they are; None: nothing."""
    values = (None,) * 3 if request is None else (request.round, request.asked, request.answered)
    with store.writing() as db:
        db.execute(
            "UPDATE job SET asked_round = ?, asked = ?, answered = ? WHERE campaign = ? AND id = ?",
            (*values, campaign, job),
        )


def reopen_failed(store: Store, campaign: CampaignId) -> int:
    """Let failed jobs wait again, lost attempts of all jobs forgiven; how many had failed."""
    with store.writing() as db:
        db.execute("UPDATE job SET lost = 0 WHERE campaign = ?", (campaign,))
        updated = db.execute("UPDATE job SET state = 'waiting' WHERE campaign = ? AND state = 'failed'", (campaign,))
        return updated.rowcount


def put_plan(store: Store, campaign: CampaignId, plan: Plan) -> None:
    """Record what a campaign is to do by now."""
    with store.writing() as db:
        db.execute("UPDATE campaign SET plan = ? WHERE id = ?", (plan.to_json(), campaign))


def reopen_arms(store: Store, campaign: CampaignId) -> None:
    """Let arms that are done wait again: their campaign has further rounds. That is no move of a campaign that runs."""
    with store.writing() as db:
        query = "UPDATE job SET state = 'waiting' WHERE campaign = ? AND kind = 'arm' AND state = 'done'"
        db.execute(query, (campaign,))


def count_lost(store: Store, campaign: CampaignId, job: JobId, *, by: int = 1) -> int:
    """Count one more lost attempt at a job, or `by` of them; how many there are now."""
    with store.writing() as db:
        db.execute("UPDATE job SET lost = lost + ? WHERE campaign = ? AND id = ?", (by, campaign, job))
        row = db.execute("SELECT lost FROM job WHERE campaign = ? AND id = ?", (campaign, job)).fetchone()
        return int(row["lost"])


def note(
    store: Store, campaign: CampaignId, text: str, *, at: float, job: JobId | None = None, is_warning: bool = False
) -> None:
    """Record something that a person may want to read; nobody reads of a campaign that was just deleted."""
    with store.writing() as db:
        db.execute(
            """INSERT INTO feed (at, campaign, job, is_warning, text) SELECT ?1, ?2, ?3, ?4, ?5
               WHERE EXISTS (SELECT 1 FROM campaign WHERE id = ?2)""",
            (at, campaign, job, is_warning, text),
        )


def read_feed(store: Store, campaign: CampaignId, after: int = 0) -> list[FeedRow]:
    """Return what happened in a campaign since the feed entry `after`, oldest first."""
    rows = store.connection.execute("SELECT * FROM feed WHERE campaign = ? AND id > ? ORDER BY id", (campaign, after))
    return [_feed(dict(row)) for row in rows]


def last_entry(store: Store, campaign: CampaignId) -> int:
    """Return the number of a campaign's last feed entry; 0 when there is none."""
    row = store.connection.execute("SELECT max(id) AS last FROM feed WHERE campaign = ?", (campaign,)).fetchone()
    return int(row["last"] or 0)


def read_news(store: Store, *, after: int, last: int) -> list[tuple[str, FeedRow]]:
    """Return what happened in all campaigns since the feed entry `after`, at most the `last` newest, oldest first.

    Each with the name of its campaign.
    """
    query = """SELECT feed.*, name FROM feed JOIN campaign ON campaign.id = feed.campaign
               WHERE feed.id > ? ORDER BY feed.id DESC LIMIT ?"""
    rows = [dict(row) for row in store.connection.execute(query, (after, last))]
    return [(row.pop("name"), _feed(row)) for row in reversed(rows)]


def of_campaign(campaign: CampaignId | None) -> tuple[str, tuple[str, ...]]:
    """Return the condition of a query on one campaign, or on all, and its values.

    Two statements rather than one with `coalesce(?, campaign)`: that one reads the whole table for every campaign.
    """
    return ("", ()) if campaign is None else ("WHERE campaign = ?", (campaign,))


def _feed(row: Mapping[str, Any]) -> FeedRow:
    return FeedRow(**{**row, "is_warning": bool(row["is_warning"])})


def _campaign(row: sqlite3.Row) -> CampaignRow:
    return CampaignRow(**{**dict(row), "intent": Intent(row["intent"]), "plan": Plan.from_json(row["plan"])})


def _job(row: sqlite3.Row) -> JobRow:
    job = Job(JobKind(row["kind"]), row["trial"], row["criterion"], row["round"], row["shard"])
    asked = row["asked"]
    request = None if asked is None else RequestRow(row["asked_round"], asked, row["answered"])
    return JobRow(CampaignId(row["campaign"]), job, row["position"], JobState(row["state"]), row["lost"], request)
