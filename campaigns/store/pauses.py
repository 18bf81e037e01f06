"""Jobs that were stopped by what is not their fault: the disk, another worker that holds them, their engine."""

from dataclasses import dataclass

from campaigns.core.ids import CampaignId, JobId
from campaigns.errors import JobFailed, NoRoom
from campaigns.store.store import Store

LATELY = 3600.0
"""Seconds that a stop is remembered."""


_WHY = {
    NoRoom.exit_code: "the disk took no more",
    JobFailed.exit_code: "another worker is at it",
    None: "its node could not take it",
}
"""Exit codes that a stopped attempt has for these alone, and what they mean there; None: no worker was ever at work."""


@dataclass(frozen=True, slots=True)
class Pause:
    """How often lately a job was stopped so, and when it last was."""

    ended: float
    """Seconds since the epoch."""
    times: int
    why: str
    """What stopped it last, in words."""


def list_pauses(store: Store, *, now: float) -> dict[tuple[CampaignId, JobId], Pause]:
    """Return the waiting jobs, of campaigns that are meant to run, that were stopped so lately."""
    # Beside a maximum SQLite takes the other columns from its row.
    query = """SELECT attempt.campaign, attempt.job, max(ended) AS ended, count(*) AS times, exit_code
               FROM campaign CROSS JOIN job ON job.campaign = campaign.id
               CROSS JOIN attempt ON attempt.campaign = job.campaign AND attempt.job = job.id
               WHERE campaign.intent = 'run' AND job.state = 'waiting' AND attempt.state = 'stopped'
                 AND (attempt.exit_code IN (?, ?) OR attempt.exit_code IS NULL) AND abs(attempt.ended - ?) < ?
               GROUP BY attempt.campaign, attempt.job"""
    return {
        (CampaignId(row["campaign"]), JobId(row["job"])): Pause(row["ended"], row["times"], _WHY[row["exit_code"]])
        for row in store.connection.execute(query, (NoRoom.exit_code, JobFailed.exit_code, now, LATELY))
    }
