"""What people had said when a round began, against what the round made of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from campaigns.core.answers import AnswerLine, ClassChange, Import, TakesBack
from campaigns.core.classes import Changes
from campaigns.core.labels import changes_in, taken_back
from campaigns.datasets.dataset import UNKNOWN
from campaigns.errors import BadData
from campaigns.home.evaluation import Evaluation, or_none
from campaigns.home.labels import RoundLabels, read_labels
from campaigns.home.paths import RoundPaths
from campaigns.home.split import FrozenSplit
from campaigns.home.tested import read_tested
from campaigns.oracle.measures import only_countable
from campaigns.recipe.metrics import METRICS
from campaigns.services.verify.ledger import Ledger

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ClassHistory:
    """What people said of the classes themselves."""

    entries: tuple[AnswerLine, ...]
    """Lines that changed them, that took something back, and imports; in order."""
    last: int
    """Number of the last line of all."""
    is_carried: bool = False
    """The campaign was brought here: its rounds know lines by other numbers."""

    @classmethod
    def of(cls, entries: Sequence[AnswerLine], *, is_carried: bool) -> "ClassHistory":
        """Return what lines of answers say of classes."""
        kept = tuple(entry for entry in entries if isinstance(entry.statement, ClassChange | TakesBack | Import))
        return cls(kept, entries[-1].number if entries else 0, is_carried)

    def changes(self, labels: RoundLabels) -> Changes:
        """Return the changes that counted when a round began."""
        known = [entry for entry in self.entries if self.is_carried or entry.number <= labels.last]
        void = taken_back(known)
        changes = changes_in(entry for entry in known if entry.number not in void)
        latest = -inf if labels.changed is None else labels.changed
        return tuple(change for change in changes if change[1].at <= latest) if self.is_carried else changes


def check_classes(
    ledger: Ledger, files: RoundPaths, split: FrozenSplit, planned: Sequence[str], history: ClassHistory
) -> None:
    """Compare the classes of a round with what people had made of `planned`, those of the plan, when it began."""
    if (labels := labels_of(ledger, files)) is None:
        return
    expected = split.classes_by(planned, history.changes(labels))
    if (labels.last > history.last or history.is_carried) and expected != labels.classes:
        ledger.unchecked["classes of rounds, since the answers are not here, or have other numbers"] += 1
        return
    ledger.demand(files.labels, "the classes", list(expected), list(labels.classes))
    ledger.checked["classes of rounds"] += 1


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


def check_measured(ledger: Ledger, files: RoundPaths, evaluation: Evaluation, *, metric: str) -> None:
    """Measure a round again, from the logits that it kept and the labels that it knew."""
    labels = labels_of(ledger, files)
    try:
        tested = read_tested(files.tested)
    except BadData as error:
        ledger.differ(files.tested, "the logits", "as they were written", str(error))
        return
    if labels is None or tested is None or tested[1].shape[1] != len(labels.classes):
        ledger.unchecked["measures whose logits are not to be had"] += 1
        return
    rows, logits = tested
    images = 1 + max(rows.max(initial=0), labels.test_rows.max(initial=0))
    known = np.full((images, len(labels.classes)), UNKNOWN, np.int8)
    known[labels.test_rows] = labels.test_labels
    values = only_countable(METRICS[metric].per_class(logits, known[rows]), known[rows])
    expected = or_none(dict(zip(labels.classes, values, strict=True)))
    ledger.demand_all(files.evaluation, {"per_class": expected}, {"per_class": evaluation.per_class})
    ledger.demand(files.evaluation, "images", int((known[rows] != UNKNOWN).any(axis=1).sum()), evaluation.images)
    ledger.checked["measures made again"] += 1
