"""The learning curves of a campaign."""

from collections.abc import Sequence
from dataclasses import replace

from campaigns.reporting.series import Result, result
from campaigns.services.results.picks import arm_of
from campaigns.services.workspace import Workspace
from campaigns.store.attempts import list_attempts, list_rounds
from campaigns.store.campaigns import get_campaign, list_jobs


def load_curves(
    workspace: Workspace, name: str, *, classes: Sequence[str] = (), criteria: Sequence[str] = ()
) -> Result:
    """Return the learning curves of a campaign so far: of all its criteria, or of some, in the campaign's order.

    Raises:
        NoSuchName: there is no campaign of that name, or it has no such criterion.
        UsageError: one of the classes cannot be averaged over.
    """
    with workspace.store() as store:
        row = get_campaign(store, name)
        for criterion in criteria:
            arm_of(row, criterion)
        jobs, rounds_, attempts = list_jobs(store, row.id), list_rounds(store, row.id), list_attempts(store, row.id)
    whole = result(row.plan, jobs, rounds_, classes=classes, attempts=attempts)
    wanted = set(criteria) or set(row.plan.criteria)
    return replace(whole, curves=tuple(curve for curve in whole.curves if curve.criterion in wanted))
