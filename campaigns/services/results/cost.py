"""What a campaign has cost."""

from pathlib import Path

from campaigns.home.files import damaged, read_json
from campaigns.reporting import cost as reporting
from campaigns.reporting.cost import CostOf
from campaigns.services.workspace import Workspace
from campaigns.store.attempts import list_attempts, list_rounds
from campaigns.store.campaigns import get_campaign, list_jobs


def load_cost(workspace: Workspace, name: str) -> CostOf:
    """Seconds of every round so far, and what choosing by each criterion takes.

    Raises:
        NoSuchName: there is no campaign of that name.
    """
    with workspace.store() as store:
        row = get_campaign(store, name)
        jobs, rounds = list_jobs(store, row.id), list_rounds(store, row.id)
        attempts = list_attempts(store, row.id)
    paths, steps = workspace.home.campaign(row.id), {}
    for job in row.plan.jobs:
        for number in row.plan.schedule.rounds:
            if said := _seconds(paths.job(job.id).round(number).done):
                steps[job.id, number] = said
    return reporting.cost(row, jobs, rounds, attempts=attempts, steps=steps)


def _seconds(path: Path) -> dict[str, float]:
    """How long each step of a complete round took; nothing of one that is not.

    Raises:
        Damaged: no worker wrote that file.
    """
    said = read_json(path)
    found = said.get("seconds") if isinstance(said, dict) else None
    if said is None:
        return {}
    if not isinstance(found, dict) or not all(isinstance(value, int | float) for value in found.values()):
        raise damaged(path, "it has no seconds")
    return found
