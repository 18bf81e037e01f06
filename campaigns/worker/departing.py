"""A round's model on its way out of its campaign: backbone and head together, with what has to be known of them."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from campaigns.datasets.campaign_data import CampaignData, open_campaign_data
from campaigns.datasets.dataset import Dataset, Labels, Split
from campaigns.datasets.depth import bits_of
from campaigns.errors import BadData
from campaigns.home.allotment import Allotment
from campaigns.home.checksums import digest
from campaigns.home.errand import Reply, RoundOf
from campaigns.home.evaluation import Evaluation
from campaigns.home.files import damaged
from campaigns.home.labels import Ints, classes_in, read_labels
from campaigns.home.model_file import Measured, ModelDescription, Origin, Preparation
from campaigns.home.paths import CampaignPaths, HomePaths, RoundPaths
from campaigns.home.round import SealedRound
from campaigns.home.split import FrozenSplit
from campaigns.learning.backbones import BACKBONES, Backbone
from campaigns.learning.checkpoints import load_weights
from campaigns.learning.device import choose_device, prepare
from campaigns.learning.inputs import joined
from campaigns.learning.models import DTYPES, MapModel, WeakModel, build_head
from campaigns.learning.pixels import decode
from campaigns.learning.scoring import score_pool
from campaigns.learning.setup import frozen_backbone, opener, readable_rows
from campaigns.learning.thresholds import best_thresholds
from campaigns.learning.trained import FrozenModel, TrainedModel, probabilities_of
from campaigns.recipe import Recipe, load_recipe
from campaigns.recipe.backbones import Cached
from campaigns.version import VERSION

Say = Callable[[Reply], None]
SAMPLES = 8
"""Pictures that a model's exported form is tried on."""


@dataclass(frozen=True, slots=True)
class Departing:
    """A model that leaves its campaign."""

    trained: TrainedModel
    samples: NDArray[np.uint8]
    """(n, S, S, 3): pictures of the test set that can be read, warped."""


def model_of(source: RoundOf, device: Literal["auto", "cpu", "cuda"], *, has_thresholds: bool, say: Say) -> Departing:
    """Return the model that a round left; its thresholds are chosen on the campaign's test set, where asked for.

    Raises:
        BadData: the data set is not there, or is not what the campaign was created on; or the model is damaged.
        NoWeights: the weights of a frozen backbone are not to be had.
        NoDevice: the device is not there.
    """
    home = HomePaths(source.home)
    paths = home.campaign(source.campaign)
    files = paths.job(source.job).round(source.round)
    recipe, split = load_recipe(paths.recipe), FrozenSplit.read(paths.split)
    prepare(Allotment().cores(), recipe.run.deterministic)
    chosen = choose_device(device)
    data = open_campaign_data(home, paths, recipe.data, split)
    dataset = data.dataset
    if unlike := data.unlike(split):
        raise BadData(
            f"the {' and '.join(unlike)} of {dataset.name} are not what they were when the campaign was created",
            hint="put images and labels back as they were",
        )
    classes = classes_in(files.labels) or dataset.classes
    head = build_head(recipe.model, len(classes), BACKBONES[recipe.model.backbone].channels)
    description = replace(_described(source, recipe, dataset, paths, files), classes=classes)
    if recipe.model.training == "frozen":
        tested: MapModel = head.folded()
        model: WeakModel = FrozenModel(frozen_backbone(recipe, chosen).module, tested)
    else:
        model = WeakModel(BACKBONES[recipe.model.backbone].architecture(), head)
        tested = model
        model.precision = DTYPES[recipe.run.precision]
        model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    load_weights(files.model, tested)
    model.to(chosen)
    if has_thresholds and recipe.model.learning.link == "sigmoid":
        known = _known(dataset, files)
        scores = _scores(recipe, data, known, home=home, model=tested, device=chosen, say=say)
        if scores is not None:
            description = replace(description, thresholds=best_thresholds(*scores, classes))
    shown = _shown(dataset)
    pixels, is_readable = decode(shown, np.arange(min(SAMPLES, len(shown))), recipe.model.image_size)
    return Departing(TrainedModel(model, description, chosen), pixels[is_readable])


def _described(
    source: RoundOf, recipe: Recipe, dataset: Dataset, paths: CampaignPaths, files: RoundPaths
) -> ModelDescription:
    sealed = SealedRound.read(files.done)
    if sealed is None:
        raise damaged(files.done, "it is missing")
    evaluation = Evaluation.read(files.evaluation)
    backbone = BACKBONES[recipe.model.backbone]
    return ModelDescription(
        task=recipe.model.task,
        classes=dataset.classes,
        head=recipe.model.kind,
        options=asdict(recipe.model.options),
        backbone=backbone.name,
        licence=_licence(backbone, recipe.model.weights),
        training=recipe.model.training,
        precision=recipe.run.precision if recipe.model.training == "finetune" else "float32",
        preparation=Preparation(recipe.model.image_size, backbone.mean, backbone.std, bits_of(_shown(dataset))),
        thresholds={},
        measured=None if evaluation is None else _measured(evaluation),
        origin=Origin(
            campaign=source.campaign,
            job=source.job,
            round=source.round,
            recipe=digest(paths.recipe),
            dataset=dataset.name,
            fingerprint=dataset.fingerprint,
            labelled=sealed.labelled,
            version=VERSION,
        ),
        features="pooled" if recipe.model.is_pooled else "full",
    )


def _licence(backbone: Backbone, weights: str) -> str:
    if weights == "none":
        return "none: it began with random weights"
    if weights == "imagenet" and backbone.imagenet is not None:
        return backbone.imagenet.licence
    if isinstance(backbone.imagenet, Cached) and backbone.imagenet.has(Path(weights)):
        return backbone.imagenet.licence
    return f"that of the file {Path(weights).name}, which this program does not know"


def _shown(dataset: Dataset) -> Split:
    """Return a split that has images: the test split, unless nothing was set aside for testing."""
    return dataset.test if len(dataset.test) else dataset.train


def _measured(evaluation: Evaluation) -> Measured:
    return Measured(evaluation.metric, evaluation.images, evaluation.value, evaluation.per_class)


def _known(dataset: Dataset, files: RoundPaths) -> tuple[Ints, Labels]:
    """Return the rows of test images that have labels, and these: of people, as the round knew them; else the data's.

    (t,) and (t, C)

    Raises:
        BadData: what the round kept of people's labels is damaged.
    """
    told = read_labels(files.labels)
    if told is not None:
        return told.test_rows, told.test_labels
    rows = np.flatnonzero(dataset.test.known).astype(np.int64)
    return rows, dataset.test.labels[rows]


def _scores(
    recipe: Recipe, data: CampaignData, known: tuple[Ints, Labels], *, home: HomePaths, model: MapModel,
    device: torch.device, say: Say,
) -> tuple[NDArray[np.floating], Labels] | None:  # fmt: skip
    """Return probabilities and labels, both (t, C), of the test images that can be read and have labels.

    None where none has.
    """

    def working(what: str, done: int, of: int) -> None:
        say(Reply(working=(what, done, of)))

    def note(text: str) -> None:
        say(Reply(note=text))

    dataset = data.dataset
    if not len(dataset.test):
        note("no image is set aside for testing: no threshold can be chosen, and 0.5 is taken")
        return None
    test = joined(
        [
            opener(recipe, part, home=home, device=device, working=working, tell=note)("test", part.test)
            for part in data.parts
            if len(part.test)
        ]
    )
    readable = readable_rows(dataset.test, test, on_unreadable=recipe.data.on_unreadable, warn=note)
    rows, labels = known
    is_usable = np.isin(rows, readable)
    if not is_usable.any():
        note("no test image has a label: no threshold can be chosen on them, and 0.5 is taken")
        return None
    scores = score_pool(
        model, test, rows[is_usable], batch_size=16,
        progress=lambda done, of: working("choosing thresholds", done, of), warn=note,
    )  # fmt: skip
    return probabilities_of(scores.logits), labels[is_usable]
