"""A campaign and an attempt for the store, and everything that a store holds."""

import sqlite3
from typing import Any

from campaigns.core.ids import CampaignId, JobId
from campaigns.core.plan import Plan
from campaigns.core.schedule import Schedule
from campaigns.core.states import AttemptState, Intent
from campaigns.store.attempts import add_attempt
from campaigns.store.campaigns import add_campaign
from campaigns.store.rows import AttemptRow, CampaignRow
from campaigns.store.store import Store

PLAN = Plan(Schedule(10, (10, 10, 10), (3, 3, 3, 3)), 1, ("ag",), 100, 40, True, 3, (40,), ("cat", "dog"))
TABLES = ("campaign", "job", "attempt", "round", "epoch", "feed", "dataset", "lease")


def a_campaign(name: str = "one", *, created: float = 1.0) -> CampaignRow:
    """Nobody has asked anything of it yet."""
    id_ = CampaignId(f"{name}.abcdef")
    return CampaignRow(id_, name, "smoke", "about", "shapes", "wildcat tiny", PLAN, created, Intent.NEW, None)


def an_attempt(campaign: CampaignRow, job: str = "arm-t0-ag", number: int = 1) -> AttemptRow:
    """It has just been started."""
    return AttemptRow(
        campaign.id, JobId(job), number, AttemptState.RUNNING, "cpu", 1, handle=None, started=2.0, ended=None,
        exit_code=None, last_words="", activity="starting", round=None, epoch=None, epochs=None, loss=None,
        journal_offset=0,
    )  # fmt: skip


def begun(store: Store, name: str = "one") -> AttemptRow:
    """A campaign with one attempt at its arm."""
    campaign = a_campaign(name)
    attempt = an_attempt(campaign)
    add_campaign(store, campaign)
    add_attempt(store, attempt)
    return attempt


def everything(connection: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    return {name: [tuple(row) for row in connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2")] for name in TABLES}
