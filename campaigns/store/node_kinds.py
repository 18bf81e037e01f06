"""Kinds of nodes, from what workers said of theirs: which one a trial began on, and which nodes are of another."""

from collections.abc import Sequence

from campaigns.core.execution import device_of, executor_of
from campaigns.core.ids import CampaignId
from campaigns.store.store import Store


def first_kind(store: Store, campaign: CampaignId, trial: int | None, executor: str | None = None) -> str:
    """Return the kind of node that a trial, or the full model, began on; empty while it has not begun.

    With an executor, it is the first kind there since the campaign was handed to it; without one, the first of all. It
    has begun with the first attempt that came as far as a round: one that was refused, or that only opened data, has
    made nothing that the next one goes on with.
    """
    query = """SELECT attempt.kind, attempt.slot
               FROM attempt
               JOIN job ON job.campaign = attempt.campaign AND job.id = attempt.job
               JOIN campaign ON campaign.id = attempt.campaign
               WHERE attempt.campaign = ? AND job.trial IS ? AND attempt.kind != '' AND attempt.round IS NOT NULL
                 AND attempt.started >= iif(?, campaign.kinds_since, 0)
               ORDER BY attempt.rowid"""
    for row in store.connection.execute(query, (campaign, trial, executor is not None)):
        if executor is None or executor_of(row["slot"]) == executor:
            return str(row["kind"])
    return ""


def begin_anew(store: Store, campaign: CampaignId, *, at: float) -> None:
    """Let the kinds of nodes that a campaign began on before that time, in seconds since the epoch, keep it no more."""
    with store.writing() as db:
        db.execute("UPDATE campaign SET kinds_since = ? WHERE id = ?", (at, campaign))


def nodes_of_other_kinds(store: Store, executor: str, device: str, kind: str) -> Sequence[str]:
    """Return the nodes of an executor whose device was last seen to be of another kind than this, by name.

    `device` is `cpu` or `cuda`: a node with a card is of one kind for each. What ran before a campaign came here ran on
    nodes of elsewhere, which may bear the same names.
    """
    last: dict[str, str] = {}
    query = """SELECT slot, node, attempt.kind
               FROM attempt JOIN campaign ON campaign.id = attempt.campaign
               WHERE attempt.kind != '' AND node != '' AND attempt.started >= campaign.kinds_since
               ORDER BY attempt.rowid"""
    for row in store.connection.execute(query):
        if (executor_of(row["slot"]), device_of(row["slot"])) == (executor, device):
            last[row["node"]] = row["kind"]
    return sorted(node for node, of_node in last.items() if of_node != kind)
