"""Recipes that are made from the counts of a data set, and why they came out as they did."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

from campaigns.recipe import BACKBONES, PROTOCOL, Recipe
from campaigns.recipe.protocol import FROZEN, MANY_TRIALS, SHARE, is_in_paper_shares, protocol_tree
from campaigns.recipe.reading import overridden
from campaigns.recipe.tasks import MULTILABEL, TASKS
from campaigns.services.campaigns.arithmetic import device_of
from campaigns.services.campaigns.choice import MODEL, given

STAND_IN = 5000
"""Images that are taken for the data's while nobody has counted them."""


@dataclass(frozen=True, slots=True)
class Made:
    """A recipe that was made from counts."""

    recipe: Recipe
    why: str
    """What was chosen and for what reason, in a line; what overrides say is left out."""


def outline(overrides: Sequence[str]) -> Recipe:
    """Return the recipe as far as it is known before anything is counted: its data, and where it runs.

    Raises:
        BadRecipe: something is wrong with either.
    """
    keys = {override: override.partition("=")[0].strip() for override in overrides}
    early = [override for override, key in keys.items() if key.partition(".")[0] in {"data", "run"}]
    tree = protocol_tree(STAND_IN, kind=MODEL, is_frozen=True)
    return overridden(tree, early, name=PROTOCOL)


def from_counts(images: int, overrides: Sequence[str]) -> Made:
    """Return the recipe for data with so many labelled training images, with `key=value` overrides applied.

    Raises:
        BadRecipe: the overrides are wrong, or there are too few images for any protocol.
    """
    early, kind = outline(overrides), given(overrides, "model.kind") or MODEL
    training, has_card = given(overrides, "model.training"), device_of(early.run) == "cuda"
    is_frozen = training == "frozen" if training is not None else not has_card
    tree = protocol_tree(images, kind=str(kind), is_frozen=is_frozen)
    if any(given(overrides, key) is not None for key in ("protocol.epochs", "protocol.full_epochs")):
        tree.pop("training", None)  # whoever gives epochs wants them
    task = given(overrides, "model.task") or MULTILABEL
    if task in TASKS:  # another name is told with the rest that is wrong
        tree["criteria"]["names"] = TASKS[task].criteria(tree["criteria"]["names"])
    tree["about"] = f"Protocol for {early.data.name}, made from its {images} labelled training images"
    recipe = overridden(deepcopy(tree), overrides, name=PROTOCOL)
    chosen = overridden(
        tree, [f"data.name={early.data.name}", f"model.kind={kind}", f"model.task={task}"], name=PROTOCOL
    )
    return Made(recipe, _why(recipe, chosen, images, has_card=has_card))


def _why(recipe: Recipe, chosen: Recipe, images: int, *, has_card: bool) -> str:
    protocol, model, reasons = recipe.protocol, recipe.model, []
    if (protocol.initial, protocol.add) == (chosen.protocol.initial, chosen.protocol.add):
        sizes = [protocol.schedule.labelled(number) for number in protocol.schedule.rounds]
        labelled = f"{', '.join(map(str, sizes))} of {images} labelled images"
        share = f"the paper's 2 % would be {images // SHARE}" if not is_in_paper_shares(images) else ""
        reasons.append(f"{labelled}, {f'up to half of them, as {share}' if share else 'the shares of the paper'}")
    if protocol.trials == chosen.protocol.trials:
        enough = "as three could tell nothing apart" if protocol.trials == MANY_TRIALS else "as in the paper"
        reasons.append(f"{protocol.trials} trials, {enough}")
    if all(getattr(model, key) == getattr(chosen.model, key) for key in FROZEN):
        where = "a GPU is here" if has_card else "it runs on the processor"
        backbone = f"{BACKBONES[model.backbone].title} at {model.image_size} px"
        how = "a head on a frozen" if model.training == "frozen" else "fine-tuning as in the paper, of a"
        reasons.append(f"{how} {backbone}, as {where}")
    return f"protocol made from counts: {'; '.join(reasons)}" if reasons else ""
