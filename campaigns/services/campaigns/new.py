"""Creating a campaign."""

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from campaigns.core.ids import checked_name, new_campaign_id
from campaigns.core.states import Intent
from campaigns.datasets.campaign_data import first_intake, may_grow
from campaigns.datasets.catalogue import open_dataset
from campaigns.datasets.dataset import Dataset
from campaigns.errors import (
    AlwslError,
    NameTaken,
    UsageError,
    none_such,
)
from campaigns.home.answer_log import log_of
from campaigns.home.disk import set_aside
from campaigns.home.paths import CampaignPaths
from campaigns.recipe import PROTOCOL, Recipe, load_recipe, shipped
from campaigns.services.campaigns.arithmetic import Arithmetic, decide_arithmetic, with_arithmetic
from campaigns.services.campaigns.choice import CampaignChoice, named, source_of
from campaigns.services.campaigns.executor import choose_executor, chosen_executor
from campaigns.services.campaigns.find import find_campaign
from campaigns.services.campaigns.freeze import draw_split, freeze, with_answers
from campaigns.services.campaigns.origin import about_of
from campaigns.services.campaigns.protocol import from_counts, outline
from campaigns.services.campaigns.requirements import (
    Facts,
    facts_of,
    fits,
    free_name,
    has_device,
    idle_keys,
    plan_of,
    require_labels,
    require_module,
    with_weights,
    words_of,
)
from campaigns.services.data import registered, resolved
from campaigns.services.workspace import Workspace
from campaigns.station.cleanup import moving
from campaigns.store.campaigns import add_campaign, get_campaign, list_campaigns, note
from campaigns.store.datasets import add_dataset
from campaigns.store.rows import CampaignRow, DatasetRow
from campaigns.store.store import Store


@dataclass(frozen=True, slots=True)
class Created:
    """A campaign that was just made."""

    campaign: CampaignRow
    notes: tuple[str, ...]
    """Why the protocol came out as it did, and what a person should know of its data."""
    paths: CampaignPaths
    arithmetic: Arithmetic | None = None
    """What was decided for it; None when it was there already."""
    is_new: bool = True
    """False when it was there already."""


def find_or_create(
    workspace: Workspace,
    target: str,
    *,
    overrides: Sequence[str] = (),
    name: str | None = None,
    executor: str | None = None,
) -> Created:
    """Return the campaign that `target` means: one of that name, else a new one from a recipe of that name or file.

    Raises:
        NoSuchName: it is neither a campaign, nor a shipped recipe, nor a file.
        UsageError: overrides are given for a campaign that is there already, whose recipe is frozen.
        AlwslError: as `create_campaign`.
    """
    workspace.require_writing()
    # A name that was given decides alone: `run smoke --name two` is about two, also where a campaign smoke is.
    wanted = (name,) if name is not None else (target, Path(target).stem)
    with workspace.store() as store:
        known = [row.name for row in list_campaigns(store)]
        existing = next((get_campaign(store, n) for n in wanted if n in known), None)
    if existing is not None:
        if overrides:
            raise UsageError(
                f"the recipe of {existing.name} is frozen, --set cannot change it",
                hint="give --name for a new campaign with these settings",
            )
        choose_executor(workspace, existing.name, executor)
        return Created(existing, (), workspace.home.campaign(existing.id), is_new=False)
    if target not in shipped() and not Path(target).is_file():
        raise none_such("campaign, shipped recipe or file", target, [*known, *shipped()])
    try:
        return create_campaign(workspace, target, overrides=overrides, name=name, executor=executor)
    except NameTaken:
        # Somebody made it between our look and now: two who say `run RECIPE` at once mean the same campaign.
        if overrides:
            raise
        row = find_campaign(workspace, wanted[-1])
        return Created(row, (), workspace.home.campaign(row.id), is_new=False)


def create_campaign(
    workspace: Workspace,
    source: Path | str,
    *,
    overrides: Sequence[str] = (),
    name: str | None = None,
    executor: str | None = None,
) -> Created:
    """Create a campaign from a shipped recipe or a file, freezing everything that must not change later.

    Raises:
        BadRecipe: the recipe is wrong, or asks for more images than the data have.
        BadData: the data are missing or wrong.
        BadPackage: a module of the recipe's own is not installed, or of another shape.
        NoDevice: a GPU is asked for where none is, or a precision that this machine has no units for.
        NoEngine: it is to run on an executor that cannot be used from here.
        NameTaken: a campaign has that name.
        NotNow: this workspace only looks.
    """
    workspace.require_writing()
    executor = chosen_executor(executor)
    recipe = outline(overrides) if source == PROTOCOL else load_recipe(source, overrides)
    chosen = checked_name(named(CampaignChoice(str(source), "", tuple(overrides))) if name is None else name)
    asked = recipe
    with workspace.store() as store:
        free_name(store, chosen)
        recipe = recipe.model_copy(update={"data": resolved(recipe.data, registered(store))})
    recipe, why, dataset = _counted(workspace, recipe, overrides) if source == PROTOCOL else (recipe, "", None)
    asked = recipe if source == PROTOCOL else asked
    has_device(recipe.run, executor)
    recipe = recipe.model_copy(update={"model": with_weights(recipe.model)})
    arithmetic = decide_arithmetic(recipe)
    recipe = with_arithmetic(recipe, arithmetic)
    dataset = dataset or open_dataset(recipe.data, indexes=workspace.home.indexes)
    require_labels(recipe.model.learning, dataset)
    facts = facts_of(dataset, is_human=recipe.oracle == "human", task=recipe.model.task)
    notes = (*([why] if why else []), *facts.notes, *idle_keys(recipe))
    fits(recipe, facts)
    require_module(recipe.model, len(facts.classes))
    recipe = recipe.model_copy(update={"about": about_of(asked, images=facts.labelled)})
    split = draw_split(recipe, dataset)
    if recipe.oracle == "human":
        split = with_answers(split, log_of(workspace.home.labels(recipe.data.name)).labelling(), facts.classes)
    row = replace(_row(recipe, facts, name=chosen, source=str(source)), executor=executor)
    paths = workspace.home.campaign(row.id)
    with moving(workspace.home):
        freeze(paths, row, recipe, split, first_intake(dataset) if may_grow(recipe.data, split) else None)
        try:
            with workspace.store() as store, store.writing():
                add_campaign(store, row)
                _know_photographs(store, recipe)
                for text in notes:
                    note(store, row.id, text, at=row.created)
        except AlwslError:
            shutil.rmtree(paths.folder)
            raise
        paths.unsettled.unlink()
    set_aside(workspace.home.reserve)
    return Created(row, notes, paths, arithmetic)


def create_chosen(workspace: Workspace, choice: CampaignChoice) -> Created:
    """Create the campaign that was chosen; a name that is empty is the recipe's.

    Raises:
        AlwslError: as `create_campaign`.
    """
    name, overrides = choice.name or None, choice.overrides
    return create_campaign(workspace, source_of(choice), overrides=overrides, name=name, executor=choice.executor)


def _know_photographs(store: Store, recipe: Recipe) -> None:
    """Let the name of a folder that people label belong to it: answers are kept by that name."""
    data = recipe.data
    if data.asked is not None and data.root is not None and data.name not in registered(store):
        add_dataset(store, DatasetRow(data.name, "folder", data.root, time.time(), "{}"))


def _counted(workspace: Workspace, early: Recipe, overrides: Sequence[str]) -> tuple[Recipe, str, Dataset]:
    """Return the recipe that is made from the counts of its data, why it is so, and the data, opened."""
    dataset = open_dataset(early.data, indexes=workspace.home.indexes)
    made = from_counts(int(dataset.train.known.sum()), overrides)
    return made.recipe.model_copy(update={"data": early.data}), made.why, dataset


def _row(recipe: Recipe, facts: Facts, *, name: str, source: str) -> CampaignRow:
    return CampaignRow(
        new_campaign_id(name), name, source, recipe.about, recipe.data.name, words_of(recipe.model),
        plan_of(recipe, facts), created=time.time(), intent=Intent.NEW, until_round=None,
    )  # fmt: skip
