"""Letting a paused campaign go on."""

from campaigns.core.states import CampaignState, Intent
from campaigns.services.campaigns.intent import ask
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow

S = CampaignState


def resume(workspace: Workspace, name: str) -> CampaignRow:
    """Let a paused campaign go on from its checkpoints.

    Raises:
        NotNow: it is not paused.
    """
    return ask(workspace, name, Intent.RUN, "resumed", not_in=set(S) - {S.PAUSED, S.PAUSING, S.RUNNING})
