"""The oracle that asks people: what they have said of a data set's images, frozen when a round begins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from campaigns.core.ids import Job
from campaigns.core.labels import Label, Labelling, resolve
from campaigns.datasets.dataset import NEGATIVE, POSITIVE, UNKNOWN, Dataset, Labels
from campaigns.errors import WaitingForLabels
from campaigns.home.answers import read_answers
from campaigns.home.labels import RoundLabels, read_labels, write_labels
from campaigns.home.paths import LabelPaths
from campaigns.home.split import FrozenSplit
from campaigns.oracle.oracle import Ints, Occasion, RevealedLabels
from campaigns.oracle.requests import is_answered, request_of, standing

SIGNS: Mapping[Label, int] = {
    Label.YES: POSITIVE,
    Label.NO: NEGATIVE,
    Label.UNSURE: UNKNOWN,
    Label.DISPUTED: UNKNOWN,
}
"""What a round makes of a label. Nobody who is unsure says that a class is there."""


@dataclass(frozen=True, slots=True)
class HumanOracle:
    """Reveals what people answered; where they have not, the worker ends and waits."""

    campaign: str
    """Id of the campaign, which is the name of its folder."""
    job: Job
    dataset: Dataset
    split: FrozenSplit
    answers: LabelPaths

    def labels_of(self, rows: Ints, occasion: Occasion) -> RevealedLabels:
        """Return what the round may train on: kept from an earlier try, else as people have said by now, and kept.

        Raises:
            WaitingForLabels: they have not answered all of what the round asks for, and the request is not closed.
            BadData: what was kept is damaged.
        """
        kept = read_labels(occasion.paths.labels)
        if kept is None:
            labelling = resolve(read_answers(self.answers))
            self._require_answers(rows, occasion, labelling)
            kept = self._frozen(rows, labelling)
            write_labels(occasion.paths.labels, kept)
        tests = np.full((len(self.dataset.test), len(kept.classes)), UNKNOWN, np.int8)
        tests[kept.test_rows] = kept.test_labels
        return RevealedLabels(kept.rows, kept.labels, kept.classes, kept.set_aside, tests, kept.digest)

    def _require_answers(self, rows: Ints, occasion: Occasion, labelling: Labelling) -> None:
        """Raise WaitingForLabels unless what the round asks for was answered."""
        # What was picked for earlier rounds and not answered is back in the pool: only the last picks are waited for.
        asked = rows[len(rows) - occasion.fresh :]
        images = tuple(self.dataset.train.ids[int(row)] for row in asked)
        request = request_of(self.campaign, self.split, self.job, occasion.round, images)
        now = standing(request, labelling)
        if not now.is_complete:
            raise WaitingForLabels(
                f"waits for labels: {now.words(occasion.round)}",
                hint=f"alwsl-tui label {self.campaign.rpartition('.')[0]}",
            )

    def _frozen(self, rows: Ints, labelling: Labelling) -> RoundLabels:
        train, test = self.dataset.train.ids, self.dataset.test.ids
        classes = self.split.classes_by(self.dataset.classes, labelling.changes)
        known = partial(_is_known, labelling, classes)
        asked = dict.fromkeys(int(row) for row in rows)
        trained = [row for row in asked if known(train[row])]
        answered = [row for row, image in enumerate(train) if is_answered(labelling.images.get(image))]
        spent = [row for row in answered if not known(train[row])]
        tests = [row for row, image in enumerate(test) if known(image)]
        return RoundLabels(
            np.array(trained, np.int64),
            _signs(labelling, classes, [train[row] for row in trained]),
            np.array(spent, np.int64),
            np.array(tests, np.int64),
            _signs(labelling, classes, [test[row] for row in tests]),
            labelling.last,
            classes,
        )


def _is_known(labelling: Labelling, classes: Sequence[str], image: str) -> bool:
    """Return whether an image was not skipped, and yes or no is known of a class that is asked about."""
    answered = labelling.images.get(image)
    if answered is None or answered.skips:
        return False
    return any(SIGNS[answered.labels[name]] != UNKNOWN for name in classes if name in answered.labels)


def _signs(labelling: Labelling, classes: Sequence[str], images: Sequence[str]) -> Labels:
    """Return the data set's signs of these images, (n, C)."""
    signs = np.full((len(images), len(classes)), UNKNOWN, np.int8)
    column = {name: at for at, name in enumerate(classes)}
    for at, image in enumerate(images):
        for name, label in labelling.images[image].labels.items():
            if name in column:
                signs[at, column[name]] = SIGNS[label]
    return signs
