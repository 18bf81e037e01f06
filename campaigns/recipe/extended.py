"""What a campaign is to do by now: its frozen recipe, with the rounds by which it was extended since."""

from dataclasses import replace

import tomli_w

from campaigns.core.plan import Plan
from campaigns.home.extensions import Extensions
from campaigns.home.paths import CampaignPaths
from campaigns.recipe.reading import Tree, load_recipe, parse, toml_of
from campaigns.recipe.spec import Recipe


def recipe_now(paths: CampaignPaths) -> Recipe:
    """Return the recipe of a campaign as if it had been created with all its rounds.

    Raises:
        BadRecipe: as `load_recipe`.
        Damaged: the extensions are not what was written.
    """
    recipe, add = load_recipe(paths.recipe), Extensions.read(paths.extensions).add
    return parse(_extended(paths, recipe, add), name=paths.recipe.name) if add else recipe


def text_now(paths: CampaignPaths) -> str:
    """Return the same as TOML; as it stands in its file where the campaign was not extended.

    Raises:
        OSError: the file cannot be read.
        BadRecipe, Damaged: as `recipe_now`, where it was.
    """
    if not (add := Extensions.read(paths.extensions).add):
        return paths.recipe.read_text(encoding="utf-8")
    return tomli_w.dumps(_extended(paths, load_recipe(paths.recipe), add))


def plan_now(paths: CampaignPaths, plan: Plan) -> Plan:
    """Return the plan of a campaign by now, from the one that it was created with or that it had meanwhile.

    Raises:
        BadRecipe, Damaged: as `recipe_now`, where it was extended.
    """
    if not paths.extensions.exists():
        return plan
    recipe = recipe_now(paths)
    return replace(plan, schedule=recipe.schedule, reading_points=recipe.protocol.reading_points)


def _extended(paths: CampaignPaths, recipe: Recipe, add: tuple[int, ...]) -> Tree:
    """Return a recipe's file with further rounds; what it says of them apart from that stays as it is."""
    tree, protocol = toml_of(paths.recipe), recipe.protocol
    schedule = protocol.schedule.extended(add)
    changed: Tree = {"add": list(schedule.add), "epochs": list(schedule.epochs)}
    if protocol.budget is not None:
        changed["budget"] = schedule.budget
    return tree | {"protocol": {**tree["protocol"], **changed}}
