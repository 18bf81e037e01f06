"""Who leads a campaign that people label for, by what they have said of the test images by now."""

from campaigns.errors import AlwslError
from campaigns.reporting.leader import Leader, leader
from campaigns.services.results.rounds import rounds_today
from campaigns.services.workspace import Workspace
from campaigns.store.attempts import list_rounds
from campaigns.store.rows import CampaignRow, ValueRow
from campaigns.store.store import Store


def leader_today(workspace: Workspace, store: Store, row: CampaignRow, best: Leader | None) -> Leader | None:
    """Return who leads by today's labels; `best`, who leads by what rounds measured, where nobody labels for it.

    None as well where the files that tell are damaged: whoever opens the campaign is told.
    """
    arms = {job.id: (job.criterion, job.trial) for job in row.plan.jobs}
    rounds = list_rounds(store, row.id)
    try:
        today = rounds_today(workspace, row, rounds)
    except AlwslError:
        return None
    values = []
    for round_ in map(today.of, rounds):
        criterion, trial = arms[round_.job]
        if criterion is not None and trial is not None and round_.value is not None:
            values.append(ValueRow(criterion, trial, round_.number, round_.labelled, round_.value))
    return leader(row.plan, values) if today.rounds else best
