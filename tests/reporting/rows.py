"""A campaign of two trials and two criteria, as rows that no store has seen, with seconds worked out by hand."""

from campaigns.core.ids import CampaignId, Job, JobKind
from campaigns.core.plan import Plan
from campaigns.core.schedule import Schedule
from campaigns.core.states import AttemptState, Intent, JobState
from campaigns.store.rows import AttemptRow, CampaignRow, JobRow, RoundRow

CAMPAIGN = CampaignId("c")
CLASSES = ("cat", "dog", "newt")
PLAN = Plan(Schedule(10, (5, 5), (1, 1, 1)), 2, ("ag", "unc"), 100, 40, True, 1, (20,), CLASSES)
JOBS = [JobRow(CAMPAIGN, job, at, JobState.DONE, 0) for at, job in enumerate(PLAN.jobs)]
ROW = CampaignRow(CAMPAIGN, "pets", "file", "", "pets", "weldon", PLAN, 0.0, Intent.RUN, None)
FULL, BASE = Job(JobKind.FULL), [Job(JobKind.BASELINE, trial) for trial in (0, 1)]


def arm(trial: int, name: str) -> Job:
    return Job(JobKind.ARM, trial, name)


def took(job: Job, number: int, *seconds: float | None) -> RoundRow:
    """A measured round: seconds to train, evaluate, score, select."""
    train, evaluate, score, select = seconds
    labelled = 100 if job.kind is JobKind.FULL else PLAN.schedule.labelled(number)
    return RoundRow(
        CAMPAIGN, job.id, number, labelled, "map", 0.5, (0.5, 0.5, 0.5), train or 0.0, evaluate, score, select, 1.0
    )


def ran(job: Job, slot: str, number: int = 1) -> AttemptRow:
    """An attempt on a slot."""
    return AttemptRow(
        CAMPAIGN, job.id, number, AttemptState.DONE, slot, 1, None, 0.0, 1.0, 0, "", "", None, None, None, None, 0
    )
