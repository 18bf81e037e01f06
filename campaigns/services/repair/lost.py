"""Folders of campaigns that the store does not know: what a repair would bring back."""

from campaigns.core.ids import CampaignId
from campaigns.services.workspace import Workspace, folders
from campaigns.store.campaigns import campaign_names


def lost(workspace: Workspace) -> list[str]:
    """Return the folders of campaigns that the store does not know, by name.

    Raises:
        BadHome: the store cannot be opened.
    """
    names = [paths.folder.name for paths in folders(workspace.home) if not paths.unsettled.exists()]
    if not names:
        return []
    with workspace.store() as store:
        known = campaign_names(store)
    return [name for name in names if CampaignId(name) not in known]
