"""Looking a campaign up."""

from campaigns.core.ids import CampaignId
from campaigns.recipe import Recipe, recipe_now
from campaigns.services.workspace import Workspace
from campaigns.store.campaigns import get_campaign, is_name_taken
from campaigns.store.rows import CampaignRow


def find_campaign(workspace: Workspace, name: str) -> CampaignRow:
    """Return the campaign of that name or id.

    Raises:
        NoSuchName: there is none.
    """
    with workspace.store() as store:
        return get_campaign(store, name)


def campaign_exists(workspace: Workspace, name: str) -> bool:
    """Return whether a campaign bears that name."""
    with workspace.store() as store:
        return is_name_taken(store, name)


def recipe_of(workspace: Workspace, campaign: CampaignId) -> Recipe:
    """Load the recipe as it was frozen, with the rounds by which the campaign was extended."""
    return recipe_now(workspace.home.campaign(campaign))
