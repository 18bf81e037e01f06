"""Recipes: TOML in, one frozen and fully checked object out, or every mistake at once.

Knows: the shape of a recipe, the recipes that are shipped. May import `selection`, `core`, `paths`, `errors`.
"""

from campaigns.recipe.backbones import BACKBONES
from campaigns.recipe.data_spec import DataSpec
from campaigns.recipe.extended import plan_now, recipe_now, text_now
from campaigns.recipe.heads import HEADS
from campaigns.recipe.model_spec import ModelSpec
from campaigns.recipe.people import PEOPLE
from campaigns.recipe.protocol import PROTOCOL
from campaigns.recipe.reading import (
    MAX_BYTES,
    SHIPPED,
    Tree,
    dump_recipe,
    load_recipe,
    override_value,
    parse,
    recipe_sum,
    shipped,
    with_root,
)
from campaigns.recipe.run_spec import RunSpec
from campaigns.recipe.spec import (
    CriteriaSpec,
    ProtocolSpec,
    Recipe,
    TrainingSpec,
)

__all__ = [
    "BACKBONES",
    "HEADS",
    "MAX_BYTES",
    "PEOPLE",
    "PROTOCOL",
    "SHIPPED",
    "CriteriaSpec",
    "DataSpec",
    "ModelSpec",
    "ProtocolSpec",
    "Recipe",
    "RunSpec",
    "TrainingSpec",
    "Tree",
    "dump_recipe",
    "load_recipe",
    "override_value",
    "parse",
    "plan_now",
    "recipe_now",
    "recipe_sum",
    "shipped",
    "text_now",
    "with_root",
]
