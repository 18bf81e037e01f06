"""Jobs that the disk has stopped."""

from dataclasses import dataclass

from campaigns.core.ids import CampaignId, JobId
from campaigns.errors import NoRoom
from campaigns.store.store import Store

LATELY = 3600.0
"""Seconds that a stop is remembered."""


@dataclass(frozen=True, slots=True)
class Pause:
    """How often lately the disk has stopped a job, and when it did last."""

    ended: float
    """Seconds since the epoch."""
    times: int


def list_pauses(store: Store, *, now: float) -> dict[tuple[CampaignId, JobId], Pause]:
    """Return the waiting jobs, of campaigns that are meant to run, that the disk has stopped lately."""
    query = """SELECT attempt.campaign, attempt.job, max(ended) AS ended, count(*) AS times
               FROM campaign CROSS JOIN job ON job.campaign = campaign.id
               CROSS JOIN attempt ON attempt.campaign = job.campaign AND attempt.job = job.id
               WHERE campaign.intent = 'run' AND job.state = 'waiting' AND attempt.state = 'stopped'
                 AND attempt.exit_code = ? AND abs(attempt.ended - ?) < ?
               GROUP BY attempt.campaign, attempt.job"""
    return {
        (CampaignId(row["campaign"]), JobId(row["job"])): Pause(row["ended"], row["times"])
        for row in store.connection.execute(query, (NoRoom.exit_code, now, LATELY))
    }
