"""Where the data of a campaign lie, when it was made on another machine."""

from campaigns.datasets.campaign_data import open_campaign_data
from campaigns.datasets.catalogue import drawn
from campaigns.errors import AlwslError
from campaigns.home.files import write_text
from campaigns.home.paths import CampaignPaths
from campaigns.home.split import FrozenSplit
from campaigns.recipe import Recipe, load_recipe, with_root
from campaigns.services.data import registered, resolved
from campaigns.services.workspace import Workspace


def root_here(
    workspace: Workspace, paths: CampaignPaths, recipe: Recipe, split: FrozenSplit
) -> tuple[bool, str | None]:
    """Return whether the very data are here, and their folder; None for data that are drawn, or that are not here.

    Only what `data add` made known is looked at: a recipe from elsewhere could name any folder of this machine.
    """
    bare = recipe.data.model_copy(update={"root": None})
    with workspace.store() as store:
        known = registered(store)
    try:
        spec = resolved(bare, known)
        data = open_campaign_data(workspace.home, paths, spec, split, registered=known)
    except AlwslError:
        return False, None
    is_same = not (data.unlike(split) or data.missing or data.replaced)
    return (True, spec.root) if is_same else (False, None)


def settle(workspace: Workspace, paths: CampaignPaths) -> None:
    """Before a campaign goes on: one that came here without its data is told where they lie, once somebody has said.

    Raises:
        BadData: nobody has said where they lie.
        NoSuchName: nobody knows their name.
        BadRecipe: its recipe cannot be read.
    """
    if not paths.carried.exists():
        return
    spec = load_recipe(paths.recipe).data
    if spec.root is not None or drawn(spec.name) is not None:
        return
    with workspace.store() as store:
        root = resolved(spec, registered(store)).root
    write_text(paths.recipe, with_root(paths.recipe, root))
