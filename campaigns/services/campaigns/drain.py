"""Stopping a campaign's workers at the end of their rounds."""

from campaigns.core.states import CampaignState, Intent
from campaigns.services.campaigns.intent import ask
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow

S = CampaignState


def drain(workspace: Workspace, name: str) -> CampaignRow:
    """Stop each worker at the end of its round.

    Raises:
        NotNow: it is over.
    """
    return ask(workspace, name, Intent.DRAIN, "drain asked", not_in={S.DONE, S.CANCELLED, S.FAILED, S.NEW})
