"""Stopping a campaign's workers at their next checkpoint."""

from campaigns.core.states import CampaignState, Intent
from campaigns.services.campaigns.intent import ask
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow

S = CampaignState


def pause(workspace: Workspace, name: str) -> CampaignRow:
    """Stop its workers at their next checkpoint.

    Raises:
        NotNow: it is over.
    """
    return ask(workspace, name, Intent.PAUSE, "pause asked", not_in={S.DONE, S.CANCELLED, S.FAILED, S.NEW})
