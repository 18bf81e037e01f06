"""What a round's model is worth: measured on the test set by the metric of its task, and left in the round's folder."""

import math
import time
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from campaigns.core.events import Evaluated
from campaigns.datasets.dataset import UNKNOWN
from campaigns.home.evaluation import Evaluation, or_none
from campaigns.home.tested import Tested, read_tested, write_tested
from campaigns.learning.masks import count_pixels
from campaigns.learning.metrics.iou import iou_of
from campaigns.learning.models import MapModel
from campaigns.learning.scoring import score_pool
from campaigns.oracle.measures import further_by_known, only_countable
from campaigns.recipe.metrics import further_values
from campaigns.worker.journal import Journal
from campaigns.worker.mending import usable
from campaigns.worker.nonfinite import naming
from campaigns.worker.rounds import Round
from campaigns.worker.setting import Setting


def evaluate(setting: Setting, round_: Round, model: MapModel, journal: Journal) -> None:
    """Measure the round's model on the test set, by class, at the last epoch, by the metric of its task."""
    began = time.perf_counter()
    classes, path, metric = round_.classes, round_.paths.evaluation, setting.recipe.model.learning.metric
    evaluation = usable(path, lambda: Evaluation.read_intact(path, classes, metric), journal)
    if evaluation is None or not _has_tested(round_, journal):
        if setting.recipe.model.learning.is_dense:
            evaluation = _measured_by_pixel(setting, round_, model, journal)
        else:
            evaluation = _measured_by_image(setting, round_, model, journal)
        evaluation.write(path)
    seconds = round_.seconds["evaluate"] = time.perf_counter() - began
    per_class = tuple(evaluation.per_class[name] for name in classes)
    others = None if classes == setting.dataset.classes else classes
    journal.say(Evaluated(round_.number, evaluation.value, per_class, seconds, evaluation.metric, others))


def _has_tested(round_: Round, journal: Journal) -> bool:
    """Return whether the logits of all test images are there, where they are kept."""
    path = round_.paths.tested
    return round_.told.test_labels is None or usable(path, lambda: read_tested(path), journal) is not None


def _tested(setting: Setting, round_: Round, model: MapModel, journal: Journal) -> NDArray[np.float32]:
    """Return logits of the test images, (T, C), in the order of `setting.tested(told)`; (0, C) where there are none."""
    if not len(rows := setting.tested(round_.told)):
        return np.empty((0, len(round_.classes)), np.float32)

    with naming(setting.dataset.test, round_.number, spoilt=round_.paths.model):
        scores = score_pool(
            model,
            setting.test,
            rows,
            batch_size=setting.scoring_batch,
            progress=partial(journal.working, "testing"),
            warn=_halving(round_, journal),
        )
    return scores.logits


def _asked_before(setting: Setting, round_: Round, model: MapModel) -> Tested | None:
    """Return what the model says of images that it trained on without a label of some class; (n,), (n, C).

    None where classes are still those of the beginning: then everything that was asked was asked of all of them.
    """
    if round_.classes == setting.dataset.classes:
        return None
    rows = round_.labelled[(round_.told.labels == UNKNOWN).any(axis=1)]
    if not len(rows):
        return None
    with naming(setting.dataset.train, round_.number, spoilt=round_.paths.model):
        return rows, score_pool(model, setting.train, rows, batch_size=setting.scoring_batch).logits


def _measured_by_image(setting: Setting, round_: Round, model: MapModel, journal: Journal) -> Evaluation:
    """Measure a model by what it says of each test image, and keep that where people label them."""
    logits = _tested(setting, round_, model, journal)
    if round_.told.test_labels is not None:
        tested = (setting.tested(round_.told), logits)
        write_tested(round_.paths.tested, tested, _asked_before(setting, round_, model))
    return _measured(setting, round_, logits)


def _measured_by_pixel(setting: Setting, round_: Round, model: MapModel, journal: Journal) -> Evaluation:
    """Measure a model by what it says of each pixel of the test images."""
    rows, metric = setting.tested(round_.told), setting.recipe.model.learning.measure
    with naming(setting.dataset.test, round_.number, spoilt=round_.paths.model):
        counts = count_pixels(
            model, setting.test, setting.dataset.test, rows, size=setting.recipe.model.image_size,
            batch_size=setting.scoring_batch, progress=partial(journal.working, "testing"),
            warn=_halving(round_, journal),
        )  # fmt: skip
    values = iou_of(counts)
    mean = metric.over_classes(values)
    return Evaluation(
        metric.name,
        len(rows),
        value=None if math.isnan(mean) else mean,
        per_class=or_none(dict(zip(round_.classes, values, strict=True))),
    )


def _halving(round_: Round, journal: Journal) -> Callable[[str], None]:
    """Return what notes that memory did not suffice for a batch."""

    def halved(text: str) -> None:
        round_.facts.is_testing_halved = True
        journal.note(text, is_warning=True)

    return halved


def _measured(setting: Setting, round_: Round, logits: NDArray[np.float32]) -> Evaluation:
    """Return what logits of the test images are worth by the labels that the round was told."""
    metric, told = setting.recipe.model.learning.measure, round_.told
    tested = setting.tested(told)
    labels = (setting.dataset.test.labels if told.test_labels is None else told.test_labels)[tested]
    values, images = metric.per_class(logits, labels), len(tested)
    if told.test_labels is None:
        further = or_none(further_values(logits, labels, but=metric.name))
    else:
        values, further = only_countable(values, labels), further_by_known(logits, labels, but=metric.name)
        images = int((labels != UNKNOWN).any(axis=1).sum())
    mean = metric.over_classes(values)
    return Evaluation(
        metric.name,
        images,
        value=None if math.isnan(mean) else mean,
        per_class=or_none(dict(zip(round_.classes, values, strict=True))),
        further=further,
    )
