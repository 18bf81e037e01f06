"""Kinds of nodes, from what workers said of theirs: which one a job began on, and which nodes are of another."""

from collections.abc import Sequence

from campaigns.core.execution import executor_of
from campaigns.core.ids import CampaignId, JobId
from campaigns.store.store import Store


def first_kind(store: Store, campaign: CampaignId, job: JobId, executor: str | None = None) -> str:
    """Return the kind of node that a job began on, with that executor or with any; empty while it has not begun.

    It has begun with the first attempt that came as far as a round: one that was refused, or that only opened data, has
    made nothing that the next one goes on with.
    """
    query = """SELECT kind, slot FROM attempt WHERE campaign = ? AND job = ? AND kind != '' AND round IS NOT NULL
               ORDER BY rowid"""
    for row in store.connection.execute(query, (campaign, job)):
        if executor is None or executor_of(row["slot"]) == executor:
            return str(row["kind"])
    return ""


def nodes_of_other_kinds(store: Store, executor: str, kind: str) -> Sequence[str]:
    """Return the nodes of an executor that were last seen to be of another kind than this, by name."""
    last: dict[str, str] = {}
    query = "SELECT slot, node, kind FROM attempt WHERE kind != '' AND node != '' ORDER BY rowid"
    for row in store.connection.execute(query):
        if executor_of(row["slot"]) == executor:
            last[row["node"]] = row["kind"]
    return sorted(node for node, of_node in last.items() if of_node != kind)
