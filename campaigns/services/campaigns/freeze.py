"""What must not change after a campaign was created: its recipe, its split, its charter."""

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from campaigns.core.classes import Naming
from campaigns.core.differences import differing
from campaigns.core.labels import Labelling
from campaigns.core.plan import Plan
from campaigns.core.seeds import entropy
from campaigns.datasets.dataset import Dataset
from campaigns.errors import BadData, BadHome, Mistake
from campaigns.home.charter import Charter
from campaigns.home.checksums import digest
from campaigns.home.disk import system_error
from campaigns.home.files import write_text
from campaigns.home.intake import Intake, looking, write_intake
from campaigns.home.paths import CampaignPaths
from campaigns.home.split import FrozenSplit, LabelSource
from campaigns.recipe import Recipe, dump_recipe, recipe_sum
from campaigns.services.campaigns.requirements import require_apart
from campaigns.store.rows import CampaignRow


def charter_of(row: CampaignRow, frozen: str) -> Charter:
    """Return what the folder of a campaign keeps of its row, and the hash of what it froze."""
    return Charter(row.id, row.name, row.recipe, row.about, row.dataset, row.model, row.created, row.plan, frozen)


def frozen_sum(paths: CampaignPaths) -> str:
    """Hash of what a campaign froze when it was made: its recipe, but for where the data lie, and its split.

    Raises:
        BadRecipe: the recipe cannot be read.
        OSError: the split cannot be.
    """
    return hashlib.sha256(f"{recipe_sum(paths.recipe)} {digest(paths.split)}".encode()).hexdigest()


def draw_split(recipe: Recipe, dataset: Dataset) -> FrozenSplit:
    """Draw the initial sets. The schedule has to fit the data.

    Raises:
        BadData: people would be asked about two images of one id.
    """
    protocol, is_human = recipe.protocol, recipe.oracle == "human"
    if is_human:
        require_apart(dataset)
    known = np.arange(len(dataset.train)) if is_human else np.flatnonzero(dataset.train.known)
    ids = dataset.train.ids

    def drawn(trial: int) -> tuple[str, ...]:
        rng = np.random.default_rng(entropy(protocol.seed, trial, "initial"))
        return tuple(ids[int(row)] for row in rng.permutation(known)[: protocol.initial])

    unlabelled = () if is_human else tuple(ids[int(row)] for row in np.flatnonzero(~dataset.train.known))
    return FrozenSplit(
        dataset.fingerprint,
        LabelSource(recipe.oracle),
        train=len(ids),
        unlabelled=unlabelled,
        initial=tuple(drawn(trial) for trial in range(protocol.trials)),
        test_order=_test_order(recipe, dataset) if is_human else None,
    )


def with_answers(split: FrozenSplit, labelling: Labelling, classes: Sequence[str]) -> FrozenSplit:
    """Return the split of a campaign that begins with these classes after people have answered about its images.

    Raises:
        BadData: one of them was renamed: what people say of it is said of the class under its new name.
    """
    if not labelling.changes:
        return split
    changed = labelling.changes[-1][1].at
    names = Naming(labelling.changes).after(changed)
    if renamed := [name for name in classes if names.get(name) is not None]:
        raise BadData(
            "classes of these images were renamed while people labelled them",
            mistakes=[Mistake(name, f"it is called {names[name]!r}") for name in renamed],
            hint="give --classes the names of today",
        )
    return replace(split, changed=changed)


def _test_order(recipe: Recipe, dataset: Dataset) -> tuple[str, ...]:
    """Return the test images in the order in which people label them: at every moment those of then are a sample."""
    rng = np.random.default_rng(entropy(recipe.protocol.seed, "test order"))
    return tuple(dataset.test.ids[int(row)] for row in rng.permutation(len(dataset.test)))


def freeze(
    paths: CampaignPaths, row: CampaignRow, recipe: Recipe, split: FrozenSplit, intake: Intake | None = None
) -> None:
    """Leave the folder complete or not at all, and unsettled: it counts once its row is in the store.

    `intake` is what a folder of photographs that may grow holds now; None where images stay what they are.
    """
    draft = paths.draft()
    try:
        draft.folder.mkdir(parents=True, mode=0o700)
        draft.unsettled.touch(mode=0o600)
        write_text(draft.recipe, dump_recipe(recipe))
        split.write(draft.split)
        if intake is not None:
            with looking(draft.intakes):
                write_intake(draft.intakes, 0, intake)
        charter_of(row, frozen_sum(draft)).write(draft.charter)
        draft.folder.replace(paths.folder)
    except OSError as error:
        shutil.rmtree(draft.folder, ignore_errors=True)
        raise system_error(error, paths.folder) or BadHome(
            f"cannot write {paths.folder}: {error.strerror}", hint="give another --home"
        ) from error


def unlike(plan: Plan, recipe: Recipe, split: FrozenSplit) -> list[tuple[str, Any, Any]]:
    """Return where plan and split are not those of the recipe: what, as the recipe has it, as they have it."""
    protocol = recipe.protocol
    wanted = {
        "initial": protocol.initial,
        "add": list(protocol.add),
        "epochs": list(recipe.schedule.epochs),
        "until": recipe.training.until,
        "yardstick": recipe.model.learning.yardstick,
        "trials": protocol.trials,
        "criteria": list(recipe.criteria.names),
        "full": protocol.full,
        "full epochs": _listed(recipe.full_epochs),
        "reading points": list(protocol.reading_points),
        "initial sets": protocol.trials,
        "images of each": [protocol.initial] * len(split.initial),
        "different images of each": [protocol.initial] * len(split.initial),
        "images with labels": split.train - len(split.unlabelled),
    }
    actual = {
        "initial": plan.schedule.initial,
        "add": list(plan.schedule.add),
        "epochs": list(plan.schedule.epochs),
        "until": plan.until,
        "yardstick": plan.yardstick,
        "trials": plan.trials,
        "criteria": list(plan.criteria),
        "full": plan.has_full,
        "full epochs": _listed(plan.full_epochs),
        "reading points": list(plan.reading_points),
        "initial sets": len(split.initial),
        "images of each": [len(ids) for ids in split.initial],
        "different images of each": [len(set(ids)) for ids in split.initial],
        "images with labels": plan.train_images,
    }
    return list(differing(wanted, actual))


def _listed(counts: int | tuple[int, ...]) -> int | list[int]:
    return list(counts) if isinstance(counts, tuple) else counts
