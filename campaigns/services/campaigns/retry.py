"""Trying again what failed."""

from campaigns.core.states import CampaignState, Intent
from campaigns.errors import NotNow
from campaigns.services.campaigns.intent import ask
from campaigns.services.monitor.progress import state_of
from campaigns.services.workspace import Workspace
from campaigns.store.campaigns import reopen_failed
from campaigns.store.rows import CampaignRow
from campaigns.store.store import Store

S = CampaignState


def retry(workspace: Workspace, name: str, *, until_round: int | None = None) -> CampaignRow:
    """Try what failed again, or take up a cancelled campaign, from the last checkpoints.

    Raises:
        NotNow: nothing failed and nothing was cancelled.
    """

    def reopen(store: Store, row: CampaignRow) -> None:
        failed = reopen_failed(store, row.id)
        if not failed and state_of(store, row) is not S.CANCELLED:
            raise NotNow(f"nothing in {row.name} has failed", hint=f"see: alwsl-tui show {row.name}")

    return ask(workspace, name, Intent.RUN, "retry asked", not_in=set(), until_round=until_round, also=reopen)
