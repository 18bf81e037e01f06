"""Jobs that score a part of a long pool: they are there from when a round asks for them until it goes on."""

from collections.abc import Sequence

from campaigns.core.ids import CampaignId, Job, JobId
from campaigns.core.states import JobState
from campaigns.store.store import Store


def add_scoring(store: Store, campaign: CampaignId, jobs: Sequence[Job]) -> None:
    """Add jobs that score for another one, beside it in the order in which jobs start; those that are there wait again.

    Nobody hears of a job whose campaign was just deleted.
    """
    with store.writing() as db:
        db.executemany(
            """INSERT INTO job (campaign, id, kind, trial, criterion, position, state, round, shard)
               SELECT campaign, ?2, ?3, trial, criterion, position, ?4, ?5, ?6 FROM job WHERE campaign = ?1 AND id = ?7
               ON CONFLICT (campaign, id) DO UPDATE SET state = excluded.state""",
            [
                (campaign, job.id, job.kind, JobState.WAITING, job.round, job.shard, job.asking.id)
                for job in jobs
            ],
        )  # fmt: skip


def end_scoring(store: Store, campaign: CampaignId, job: Job) -> list[JobId]:
    """Forget the jobs that scored for another one, which goes on; return which they were."""
    with store.writing() as db:
        query = """DELETE FROM job WHERE campaign = ? AND kind = 'score' AND trial IS ? AND criterion IS ?
                   RETURNING id"""
        return [JobId(row["id"]) for row in db.execute(query, (campaign, job.trial, job.criterion)).fetchall()]
