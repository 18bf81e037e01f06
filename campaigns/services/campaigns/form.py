"""What a form for a new campaign offers, and how its fields become overrides of a recipe."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from campaigns.recipe import BACKBONES, HEADS, Recipe, load_recipe
from campaigns.recipe.heads import as_text
from campaigns.recipe.tasks import TASKS
from campaigns.selection.criteria import names as criterion_names
from campaigns.services.campaigns.choice import CampaignChoice, source_of
from campaigns.services.campaigns.recipes import ShippedRecipe, shipped_recipes
from campaigns.services.data import Known, known_data
from campaigns.services.workspace import Workspace

SCALARS = (
    "data.name", "model.task", "model.kind", "model.backbone", "model.weights", "model.training", "model.image_size",
    "protocol.initial", "protocol.trials", "protocol.seed", "run.device",
    "run.order",
)  # fmt: skip
NUMBERS = ("protocol.add", "protocol.epochs", "protocol.report_at")
"""Keys that hold lists of numbers; in a form they are `100, 100, 500`."""
NAMES = ("criteria.names",)
"""Keys that hold lists of names."""

Settings = Mapping[str, str]
"""Keys of a recipe and their values, as a person types them."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from."""

    recipes: tuple[ShippedRecipe, ...]
    data: tuple[Known, ...]
    tasks: tuple[tuple[str, str], ...]
    """Name and title."""
    models: tuple[tuple[str, str], ...]
    backbones: tuple[tuple[str, str], ...]
    """Without those of libraries, which are too many."""
    criteria: tuple[str, ...]


def choices(workspace: Workspace) -> Choices:
    """Return what there is to choose from in this home."""
    tasks = tuple((task.name, task.title) for task in TASKS.values())
    models = tuple((name, HEADS.ours[name].title if name in HEADS.ours else "") for name in HEADS.names())
    # An installed package is not loaded before somebody wants what it brings: it is named without a title.
    backbones = tuple((name, BACKBONES.ours[name].title if name in BACKBONES.ours else "") for name in BACKBONES)
    return Choices(
        tuple(shipped_recipes()), tuple(known_data(workspace)), tasks, models, backbones, criterion_names()
    )  # fmt: skip


def settings_of(source: str) -> Settings:
    """Return what a recipe says for the fields of a form.

    Raises:
        BadRecipe: it is wrong, or is not to be had.
    """
    return settings_from(load_recipe(source_of(CampaignChoice(source))))


def settings_from(recipe: Recipe) -> Settings:
    """Return what a recipe that was read or made says for the fields of a form."""
    tree = recipe.model_dump(mode="json")
    settings = {}
    options = tuple(f"model.{name}" for name in HEADS[tree["model"]["kind"]].defaults)
    for key in (*SCALARS, *NUMBERS, *NAMES, *options):
        section, _, name = key.partition(".")
        # A task that need not be named is not written down.
        value = recipe.model.task if key == "model.task" else tree[section][name]
        settings[key] = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return settings


def overrides_of(base: Settings, wanted: Settings) -> tuple[str, ...]:
    """Return where the fields differ from the recipe, as `key=value`, with what such a choice brings with it.

    An empty field that holds one value leaves it to the recipe.
    """
    changes = {}
    for key, text in wanted.items():
        if key in SCALARS:
            if text.strip() and text.strip() != base[key]:
                changes[key] = text.strip()
        elif listed(text) != listed(base[key]):
            is_number = key in NUMBERS
            parts = (part if is_number and part.isdecimal() else json.dumps(part) for part in listed(text))
            changes[key] = f"[{', '.join(parts)}]"
    return tuple(f"{key}={value}" for key, value in (changes | _brought(base, changes)).items())


def listed(text: str) -> tuple[str, ...]:
    """Split a list as people type one: `1 2`, `1, 2` and `[1, 2]` are the same."""
    return tuple(part for part in re.split(r"[\s,;\[\]]+", text) if part)


def _brought(base: Settings, changes: Settings) -> dict[str, str]:
    """Return what else has to change, or the recipe would be wrong for a reason that nobody typed."""
    brought = {}
    if "model.kind" in changes and changes["model.kind"] in HEADS:
        before, after = (HEADS[kind].defaults for kind in (base["model.kind"], changes["model.kind"]))
        lost = {f"model.{name}": default for name, default in before.items() if name not in after}
        brought = {key: as_text(default) for key, default in lost.items() if base[key] != str(default)}
    name = changes.get("model.backbone", "")
    # To look for a name in a library may take seconds, and this is asked at each letter of it.
    has_none = name in BACKBONES.names() and BACKBONES[name].imagenet is None
    if has_none and base["model.weights"] == "imagenet" and "model.weights" not in changes:
        brought["model.weights"] = "none"
    return brought
