"""What people had said when a round began, against what the round made of it."""

import numpy as np
from numpy.typing import NDArray

from campaigns.core.plan import Plan
from campaigns.datasets.dataset import UNKNOWN
from campaigns.errors import BadData
from campaigns.home.evaluation import Evaluation, or_none
from campaigns.home.labels import RoundLabels, read_labels
from campaigns.home.paths import RoundPaths
from campaigns.home.tested import read_tested
from campaigns.oracle.measures import only_countable
from campaigns.recipe.metrics import METRICS, REPORTED
from campaigns.services.verify.ledger import Ledger

Ints = NDArray[np.int64]


def labels_of(ledger: Ledger, files: RoundPaths) -> RoundLabels | None:
    """Return the labels of a round; None, and a line in the ledger, when they cannot be read."""
    try:
        labels = read_labels(files.labels)
    except BadData as error:
        ledger.differ(files.labels, "the labels", "as they were written", str(error))
        return None
    if labels is None:
        ledger.differ(files.labels, "the labels", "those that the round trained on", "missing")
    return labels


def pool_of(labels: RoundLabels, images: int, scored: Ints, *, may_skip: bool) -> Ints:
    """Return the pool that labels leave of so many images; of images that cannot be read, those that were scored."""
    pool = np.setdiff1d(np.arange(images), np.concatenate([labels.rows, labels.set_aside]))
    return pool[np.isin(pool, scored)] if may_skip else pool


def check_measured(ledger: Ledger, files: RoundPaths, plan: Plan, evaluation: Evaluation) -> None:
    """Measure a round again, from the logits that it kept and the labels that it knew."""
    labels = labels_of(ledger, files)
    try:
        tested = read_tested(files.tested)
    except BadData as error:
        ledger.differ(files.tested, "the logits", "as they were written", str(error))
        return
    if labels is None or tested is None:
        ledger.unchecked["measures whose logits are not to be had"] += 1
        return
    rows, logits = tested
    known = np.full(
        (1 + max(rows.max(initial=0), labels.test_rows.max(initial=0)), len(plan.classes)), UNKNOWN, np.int8
    )
    known[labels.test_rows] = labels.test_labels
    values = only_countable(METRICS[REPORTED].per_class(logits, known[rows]), known[rows])
    expected = or_none(dict(zip(plan.classes, values, strict=True)))
    ledger.demand_all(files.evaluation, {"per_class": expected}, {"per_class": evaluation.per_class})
    ledger.demand(files.evaluation, "images", int((known[rows] != UNKNOWN).any(axis=1).sum()), evaluation.images)
    ledger.checked["measures made again"] += 1
