"""How one round was trained: its loss after every epoch, and every try at its job."""

from dataclasses import dataclass

from campaigns.core.ids import JobId
from campaigns.errors import none_such
from campaigns.services.workspace import Workspace
from campaigns.store.attempts import list_attempts, list_losses
from campaigns.store.campaigns import get_campaign
from campaigns.store.rows import AttemptRow


@dataclass(frozen=True, slots=True)
class TrainingOf:
    """One round of one job."""

    job: JobId
    round: int
    losses: tuple[float, ...]
    """The mean of each epoch, in order; none before the first, or where the model was reused."""
    attempts: tuple[AttemptRow, ...]
    """Every try at the job, oldest first, whichever rounds it came to."""


def training(workspace: Workspace, name: str, *, job: str, round_: int) -> TrainingOf:
    """How a round was trained so far.

    Raises:
        NoSuchName: there is no campaign of that name, or it has no such job.
    """
    with workspace.store() as store:
        row = get_campaign(store, name)
        jobs = [one.id for one in row.plan.jobs]
        if job not in jobs:
            raise none_such("job in this campaign", job, jobs)
        id_ = JobId(job)
        tried = tuple(one for one in list_attempts(store, row.id) if one.job == job)
        return TrainingOf(id_, round_, list_losses(store, row.id, id_, round_), tried)
