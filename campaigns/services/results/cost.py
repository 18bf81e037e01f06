"""What a campaign has cost."""

from campaigns.home.choice import sealed_round
from campaigns.reporting import cost as reporting
from campaigns.reporting.cost import CostOf
from campaigns.services.workspace import Workspace
from campaigns.store.attempts import list_attempts, list_rounds
from campaigns.store.campaigns import get_campaign, list_jobs


def load_cost(workspace: Workspace, name: str) -> CostOf:
    """Return the seconds of every round so far, and what choosing by each criterion takes.

    Raises:
        NoSuchName: there is no campaign of that name.
        Damaged: a round says of itself what no worker writes.
    """
    with workspace.store() as store:
        row = get_campaign(store, name)
        jobs, rounds = list_jobs(store, row.id), list_rounds(store, row.id)
        attempts = list_attempts(store, row.id)
    paths, steps = workspace.home.campaign(row.id), {}
    for job in row.plan.jobs:
        for number in row.plan.schedule.rounds:
            if sealed := sealed_round(paths.job(job.id).round(number)):
                steps[job.id, number] = sealed.seconds
    return reporting.cost(row, jobs, rounds, attempts=attempts, steps=steps)
