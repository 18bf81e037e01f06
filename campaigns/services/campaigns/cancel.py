"""Stopping a campaign's workers now."""

from campaigns.core.states import CampaignState, Intent
from campaigns.services.campaigns.intent import ask
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow

S = CampaignState


def cancel(workspace: Workspace, name: str) -> CampaignRow:
    """Stop its workers now. What is finished stays; `retry` goes on from there.

    Raises:
        NotNow: it is done.
    """
    return ask(workspace, name, Intent.CANCEL, "cancel asked", not_in={S.DONE})
