"""Letting a campaign run in the background."""

from campaigns.core.states import CampaignState, Intent
from campaigns.services.campaigns.intent import ask
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow

S = CampaignState


def start(workspace: Workspace, name: str, *, until_round: int | None = None) -> CampaignRow:
    """Let a campaign run in the background, to its end or to a round; one that runs already goes on.

    Raises:
        NotNow: it is done, cancelled or failed.
    """
    return ask(workspace, name, Intent.RUN, "started", not_in={S.DONE, S.CANCELLED, S.FAILED}, until_round=until_round)
