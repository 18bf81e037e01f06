"""Where the data of a campaign lie, when it was made on another machine."""

from pathlib import Path

from campaigns.datasets.campaign_data import open_campaign_data
from campaigns.datasets.catalogue import drawn
from campaigns.errors import AlwslError, BadData
from campaigns.home.files import write_text
from campaigns.home.paths import CampaignPaths
from campaigns.home.split import FrozenSplit
from campaigns.home.typed_paths import expanded
from campaigns.recipe import Recipe, load_recipe, with_root
from campaigns.services.data import registered, require_text, resolved
from campaigns.services.workspace import Workspace


def root_here(
    workspace: Workspace, paths: CampaignPaths, recipe: Recipe, split: FrozenSplit, *, folder: Path | None = None
) -> tuple[bool, str | None]:
    """Return whether the very data are here, and their folder; None for data that are drawn, or that are not here.

    Only `folder` and what `data add` made known are looked at: a recipe from elsewhere could name any folder of this
    machine.

    Raises:
        BadData: the very data are not in `folder`.
    """
    if folder is not None:
        return True, _require_data(workspace, paths, recipe, split, expanded(folder).absolute())
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


def _require_data(workspace: Workspace, paths: CampaignPaths, recipe: Recipe, split: FrozenSplit, folder: Path) -> str:
    """Return a folder as a recipe has it; raise BadData unless the very data of a campaign lie there."""
    require_text(folder)
    spec = recipe.data.model_copy(update={"root": str(folder)})
    with workspace.store() as store:
        data = open_campaign_data(workspace.home, paths, spec, split, registered=registered(store))
    if unlike := data.unlike(split) or ("images",) * bool(data.missing or data.replaced):
        raise BadData(
            f"the {' and '.join(unlike)} in {folder} are not those that the campaign was made with",
            hint="give the folder with --folder as it was then, or leave it out to look at the campaign alone",
        )
    return str(folder)


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
        here = resolved(spec, registered(store))
    write_text(paths.recipe, with_root(paths.recipe, here.root, here.each))
