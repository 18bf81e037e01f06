"""Creating a campaign, looking it up, deleting it."""

import hashlib
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from campaigns.core.disk import disk_error, set_aside, telling
from campaigns.core.files import write_text
from campaigns.core.ids import CampaignId, checked_name, new_campaign_id
from campaigns.core.keeping import Charter
from campaigns.core.seeds import entropy
from campaigns.core.split import FrozenSplit
from campaigns.core.stamps import digest
from campaigns.core.states import Intent
from campaigns.datasets.catalogue import open_dataset
from campaigns.datasets.dataset import Dataset
from campaigns.errors import (
    AlwslError,
    BadDisk,
    BadHome,
    NameTaken,
    NoRoom,
    NotNow,
    UsageError,
    nearest,
    none_such,
)
from campaigns.paths import CampaignPaths
from campaigns.recipe import Recipe, dump_recipe, load_recipe, recipe_sum, shipped
from campaigns.services.checks import Facts, facts_of, fits, free_name, has_device, plan_of, with_weights, words_of
from campaigns.services.data import registered, resolved
from campaigns.services.workspace import Workspace
from campaigns.station.machine import sane_threads
from campaigns.station.tidying import moving
from campaigns.store.attempts import running_attempts
from campaigns.store.campaigns import add_campaign, delete_campaign, get_campaign, is_name_taken, list_campaigns, note
from campaigns.store.rows import CampaignRow
from campaigns.store.store import Store


@dataclass(frozen=True, slots=True)
class Created:
    """A campaign that was just made."""

    campaign: CampaignRow
    notes: tuple[str, ...]
    """What a person should know of its data."""
    paths: CampaignPaths
    is_new: bool = True
    """False when it was there already."""


def source_of(*, dataset: str | None, model: str, recipe: str | None) -> str:
    """The recipe that these choices mean: the one named, else the paper's protocol for the data set.

    Raises:
        UsageError: neither or both were chosen, or there is no protocol for them.
    """
    if (dataset is None) == (recipe is None):
        raise UsageError("give either --dataset or --recipe", hint="`alwsl-tui recipes` lists the shipped ones")
    if recipe is not None:
        return recipe
    name = f"{dataset}-{model}"
    if name not in shipped():
        protocols = [known for known in shipped() if "-" in known]
        raise UsageError(
            f"there is no protocol for {dataset} with {model}",
            hint=f"{nearest(name, protocols)} For anything else write a recipe and give --recipe",
        )
    return name


def find_or_create(
    workspace: Workspace, target: str, *, overrides: Sequence[str] = (), name: str | None = None
) -> Created:
    """The campaign that `target` means: one of that name, else a new one from a recipe of that name or file.

    Raises:
        NoSuchName: it is neither a campaign, nor a shipped recipe, nor a file.
        UsageError: overrides are given for a campaign that is there already, whose recipe is frozen.
        AlwslError: as `create`.
    """
    # A name that was given decides alone: `run smoke --name two` is about two, also where a campaign smoke is.
    wanted = (name,) if name is not None else (target, Path(target).stem)
    with workspace.store() as store:
        known = [row.name for row in list_campaigns(store)]
        found = next((get_campaign(store, n) for n in wanted if n in known), None)
    if found is not None:
        if overrides:
            raise UsageError(
                f"the recipe of {found.name} is frozen, --set cannot change it",
                hint="give --name for a new campaign with these settings",
            )
        return Created(found, (), workspace.home.campaign(found.id), is_new=False)
    if target not in shipped() and not Path(target).is_file():
        raise none_such("campaign, shipped recipe or file", target, [*known, *shipped()])
    try:
        return create(workspace, target, overrides=overrides, name=name)
    except NameTaken:
        # Somebody made it between our look and now: two who say `run RECIPE` at once mean the same campaign.
        if overrides:
            raise
        row = get(workspace, wanted[-1])
        return Created(row, (), workspace.home.campaign(row.id), is_new=False)


def create(
    workspace: Workspace, source: Path | str, *, overrides: Sequence[str] = (), name: str | None = None
) -> Created:
    """A new campaign from a shipped recipe or a file, with everything that must not change later frozen.

    Raises:
        BadRecipe: the recipe is wrong, or asks for more images than the data have.
        BadData: the data are missing or wrong.
        NoDevice: a GPU is asked for where none is.
        NameTaken: a campaign has that name.
        NotNow: this workspace only looks.
    """
    workspace.demand_writing()
    recipe = load_recipe(source, overrides)
    chosen = checked_name(Path(source).stem if name is None else name)
    with workspace.store() as store:
        free_name(store, chosen)
        recipe = recipe.model_copy(update={"data": resolved(recipe.data, registered(store))})
    has_device(recipe.run)
    recipe = recipe.model_copy(update={"model": with_weights(recipe.model)})
    if not recipe.run.threads:
        recipe = recipe.model_copy(update={"run": recipe.run.model_copy(update={"threads": sane_threads()})})
    dataset = open_dataset(recipe.data, indexes=workspace.home.indexes)
    facts = facts_of(dataset)
    fits(recipe.protocol, recipe.criteria, facts)
    split = draw_split(recipe, dataset)
    row = _row(recipe, facts, name=chosen, source=str(source))
    paths = workspace.home.campaign(row.id)
    with moving(workspace.home):
        _freeze(paths, row, recipe, split)
        try:
            with workspace.store() as store, store.writing():
                add_campaign(store, row)
                for text in facts.notes:
                    note(store, row.id, text, at=row.created)
        except AlwslError:
            shutil.rmtree(paths.folder)
            raise
        paths.unsettled.unlink()
    set_aside(workspace.home.reserve)
    return Created(row, facts.notes, paths)


def get(workspace: Workspace, name: str) -> CampaignRow:
    """The campaign of that name or id.

    Raises:
        NoSuchName: there is none.
    """
    with workspace.store() as store:
        return get_campaign(store, name)


def exists(workspace: Workspace, name: str) -> bool:
    """True when a campaign bears that name."""
    with workspace.store() as store:
        return is_name_taken(store, name)


def delete(workspace: Workspace, name: str) -> CampaignRow:
    """Remove a campaign with everything it made: models, scores, picks, logs.

    Raises:
        NoSuchName: there is none.
        NotNow: workers are at it, or this workspace only looks.
        NoRoom: the disk is too full even for that.
        BadDisk: it fails, or is so full that the store cannot even be looked into.
    """
    workspace.demand_writing()
    try:
        return _delete(workspace, name)
    except (NoRoom, BadDisk):
        workspace.home.reserve.unlink(missing_ok=True)
        _lighten(workspace, name)
    row = _delete(workspace, name)
    set_aside(workspace.home.reserve)
    return row


def _lighten(workspace: Workspace, name: str) -> None:
    """Takes what is largest from a campaign: who deletes on a full disk wants room, and the store needs some to say so.

    Killed before the rest, a campaign is left that makes again what it lacks.
    """
    with workspace.store() as store:
        folder = workspace.home.campaign(_idle(store, name).id).folder
    for kind in ("safetensors", "pt"):
        for path in folder.glob(f"jobs/*/rounds/*/*.{kind}"):
            path.unlink(missing_ok=True)


def _idle(store: Store, name: str) -> CampaignRow:
    row = get_campaign(store, name)
    if any(attempt.campaign == row.id for attempt in running_attempts(store)):
        raise NotNow(f"workers are at {row.name}", hint=f"first: alwsl-tui cancel {row.name}")
    return row


def _delete(workspace: Workspace, name: str) -> CampaignRow:
    with telling(workspace.home.folder), moving(workspace.home), workspace.store() as store:
        with store.writing():
            row = _idle(store, name)
            paths = workspace.home.campaign(row.id)
            # Marked before its row goes: killed in between, the folder is nobody's, and is cleared away.
            if paths.folder.exists():
                paths.unsettled.touch(mode=0o600)
            delete_campaign(store, row.id)
        if paths.folder.exists():
            paths.folder.replace(paths.trash)
            shutil.rmtree(paths.trash)
    return row


def recipe_of(workspace: Workspace, campaign: CampaignId) -> Recipe:
    """The recipe as it was frozen."""
    return load_recipe(workspace.home.campaign(campaign).recipe)


def charter_of(row: CampaignRow) -> Charter:
    """What the folder of a campaign keeps of its row."""
    return Charter(row.id, row.name, row.recipe, row.about, row.dataset, row.model, row.created, row.plan)


def frozen_sum(paths: CampaignPaths) -> str:
    """Hash of what a campaign froze when it was made: its recipe, but for where the data lie, and its split.

    Raises:
        BadRecipe: the recipe cannot be read.
        OSError: the split cannot be.
    """
    return hashlib.sha256(f"{recipe_sum(paths.recipe)} {digest(paths.split)}".encode()).hexdigest()


def draw_split(recipe: Recipe, dataset: Dataset) -> FrozenSplit:
    """The initial sets, drawn. The schedule has to fit the data."""
    protocol = recipe.protocol
    known = np.flatnonzero(dataset.train.known)
    ids = dataset.train.ids

    def drawn(trial: int) -> tuple[str, ...]:
        rng = np.random.default_rng(entropy(protocol.seed, trial, "initial"))
        return tuple(ids[int(row)] for row in rng.permutation(known)[: protocol.initial])

    unlabelled = tuple(ids[int(row)] for row in np.flatnonzero(~dataset.train.known))
    return FrozenSplit(dataset.fingerprint, len(ids), unlabelled, tuple(drawn(t) for t in range(protocol.trials)))


def _row(recipe: Recipe, facts: Facts, *, name: str, source: str) -> CampaignRow:
    return CampaignRow(
        new_campaign_id(name), name, source, recipe.about, recipe.data.name, words_of(recipe.model),
        plan_of(recipe, facts), created=time.time(), intent=Intent.NEW, until_round=None,
    )  # fmt: skip


def _freeze(paths: CampaignPaths, row: CampaignRow, recipe: Recipe, split: FrozenSplit) -> None:
    """Leaves the folder complete or not at all, and unsettled: it counts once its row is in the store."""
    draft = paths.draft
    try:
        draft.folder.mkdir(parents=True, mode=0o700)
        draft.unsettled.touch(mode=0o600)
        write_text(draft.recipe, dump_recipe(recipe))
        split.write(draft.split)
        replace(charter_of(row), frozen=frozen_sum(draft)).write(draft.charter)
        draft.folder.replace(paths.folder)
    except OSError as error:
        shutil.rmtree(draft.folder, ignore_errors=True)
        raise disk_error(error, paths.folder) or BadHome(
            f"cannot write {paths.folder}: {error.strerror}", hint="give another --home"
        ) from error
