"""The recipes that come with the program."""

from dataclasses import dataclass
from pathlib import Path

from campaigns.recipe import SHIPPED, load_recipe, shipped


@dataclass(frozen=True, slots=True)
class ShippedRecipe:
    """One recipe of the shelf."""

    name: str
    about: str
    path: Path
    """To copy and change."""


def shipped_recipes() -> list[ShippedRecipe]:
    """Return every shipped recipe, by name."""
    return [ShippedRecipe(name, load_recipe(name).about, SHIPPED / f"{name}.toml") for name in shipped()]
