"""The recipe of a campaign as it was frozen, and what several differ in."""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from campaigns.errors import BadHome
from campaigns.home.disk import system_error
from campaigns.recipe import text_now
from campaigns.services.workspace import Workspace
from campaigns.store.campaigns import get_campaign


@dataclass(frozen=True, slots=True)
class RecipeDifference:
    """One key in which frozen recipes differ."""

    key: str
    """As `--set` takes it: `model.kind`."""
    values: tuple[str, ...]
    """One a campaign; empty where its recipe does not have the key."""


def recipe_text(workspace: Workspace, name: str) -> str:
    """Read the recipe of a campaign as it was frozen, in TOML, with the rounds by which it was extended.

    Raises:
        NoSuchName: there is no campaign of that name.
        BadHome: its folder is gone.
        BadRecipe, Damaged: it was extended, and one of its files is damaged.
    """
    with workspace.store() as store:
        row = get_campaign(store, name)
    paths = workspace.home.campaign(row.id)
    try:
        return text_now(paths)
    except OSError as error:
        if told := system_error(error, workspace.home.folder):
            raise told from error
        raise BadHome(
            f"cannot read {paths.recipe}: {error.strerror}", hint="its folder has gone, or is damaged"
        ) from error


def recipe_differences(workspace: Workspace, names: Sequence[str]) -> tuple[RecipeDifference, ...]:
    """Return every key in which the frozen recipes of these campaigns differ, in the order of the recipes.

    What a recipe is called is no such key: where it was changed, that only lists the others.

    Raises:
        AlwslError: as `recipe_text`.
    """
    recipes = [dict(_leaves(tomllib.loads(recipe_text(workspace, name)))) for name in names]
    keys = dict.fromkeys(key for leaves in recipes for key in leaves if key != "about")
    rows = (RecipeDifference(key, tuple(leaves.get(key, "") for leaves in recipes)) for key in keys)
    return tuple(row for row in rows if len(set(row.values)) > 1)


def _leaves(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Yield every value of a recipe by its dotted key, as a person would write it."""
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value if isinstance(value, str) else json.dumps(value, default=str)
