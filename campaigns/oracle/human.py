"""The oracle that asks people: what they have said of a data set's images, frozen when a round begins."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np

from campaigns.core.ids import Job
from campaigns.core.labels import LabelledImage, Labelling, resolve
from campaigns.datasets.campaign_data import CampaignData
from campaigns.datasets.dataset import UNKNOWN, Dataset
from campaigns.datasets.files import file_mark
from campaigns.errors import WaitingForLabels
from campaigns.home.answers import read_answers
from campaigns.home.label_paths import LabelPaths
from campaigns.home.labels import RoundLabels, read_labels, write_labels
from campaigns.home.paths import CampaignPaths
from campaigns.home.split import FrozenSplit
from campaigns.oracle.oracle import Ints, Occasion, RevealedLabels
from campaigns.oracle.requests import Request, is_answered, request_of, standing
from campaigns.oracle.signs import SIGNS, signs_of

NAMED = 5
"""How many images a warning lists."""


@dataclass(frozen=True, slots=True)
class HumanOracle:
    """Reveals what people answered; where they have not, the worker ends and waits."""

    paths: CampaignPaths
    job: Job
    data: CampaignData
    split: FrozenSplit
    answers: LabelPaths
    warn: Callable[[str], None]
    """Hears of labels that are set aside."""

    @property
    def dataset(self) -> Dataset:
        """Every image that may be asked about."""
        return self.data.dataset

    def labels_of(self, rows: Ints, occasion: Occasion) -> RevealedLabels:
        """Return what the round may train on: kept from an earlier try, else as people have said by now, and kept.

        Raises:
            WaitingForLabels: they have not answered all of what the round asks for, and the request is not closed.
            BadData: what was kept is damaged.
        """
        kept = read_labels(occasion.paths.labels)
        if kept is None:
            labelling = resolve(read_answers(self.answers))
            request = self._answered(rows, occasion, labelling)
            kept = self._frozen(rows, labelling, request.tests_until)
            write_labels(occasion.paths.labels, kept)
        tests = np.full((len(self.dataset.test), len(kept.classes)), UNKNOWN, np.int8)
        tests[kept.test_rows] = kept.test_labels
        return RevealedLabels(
            kept.rows, kept.labels, kept.classes, kept.set_aside, tests, kept.digest,
            kept.intake if self.data.intakes else None,
        )  # fmt: skip

    def _answered(self, rows: Ints, occasion: Occasion, labelling: Labelling) -> Request:
        """Return the request of a round; raise WaitingForLabels unless what it asks for was answered."""
        # What was picked for earlier rounds and not answered is back in the pool: only the last picks are waited for.
        asked = rows[len(rows) - occasion.fresh :]
        images = tuple(self.dataset.train.ids[int(row)] for row in asked)
        request = request_of(self.paths, self.split, self.job, occasion.round, images)
        now = standing(request, labelling)
        if not now.is_complete:
            raise WaitingForLabels(
                f"waits for labels: {now.words(occasion.round)}",
                hint=f"alwsl-tui label {self.paths.folder.name.rpartition('.')[0]}",
            )
        return request

    def _frozen(self, rows: Ints, labelling: Labelling, tests_until: int) -> RoundLabels:
        train, test = self.dataset.train.ids, self.dataset.test.ids
        classes = self.split.classes_by(self.dataset.classes, labelling.changes)
        is_known = partial(_is_known, classes)
        asked = dict.fromkeys(int(row) for row in rows)
        doubtful = self._doubtful(labelling, asked)
        labelled = {image: known for image, known in labelling.images.items() if image not in doubtful}
        trained = [row for row in asked if is_known(labelled.get(train[row]))]
        answered = [row for row, image in enumerate(train) if is_answered(labelling.images.get(image))]
        spent = {row for row in answered if not is_known(labelled.get(train[row]))}
        spent |= {row for row, image in enumerate(train) if image in self.data.missing or image in doubtful}
        tests = [row for row, image in enumerate(test) if is_known(labelled.get(image))]
        return RoundLabels(
            np.array(trained, np.int64),
            signs_of(classes, labelled, [train[row] for row in trained]),
            np.array(sorted(spent.difference(trained)), np.int64),
            np.array(tests, np.int64),
            signs_of(classes, labelled, [test[row] for row in tests]),
            labelling.last,
            classes,
            intake=self.data.last,
            changed=labelling.changes[-1][1].at if labelling.changes else None,
            tests=tests_until if self.data.last else None,
        )

    def _doubtful(self, labelling: Labelling, asked: Iterable[int]) -> frozenset[str]:
        """Return images whose file is not the one that people saw, of those that may be trained or tested on."""
        wanted = [(self.dataset.train, row) for row in asked]
        wanted += [(self.dataset.test, row) for row in range(len(self.dataset.test))]
        other = frozenset(
            split.ids[row]
            for split, row in wanted
            if split.ids[row] in labelling.images
            and split.ids[row] not in self.data.replaced
            and not _is_as_seen(split.path(row), labelling.images[split.ids[row]])
        )
        if other:
            names = ", ".join(islice(sorted(other), NAMED)) + ("" if len(other) <= NAMED else " and more")
            self.warn(f"another file lies in the place of {len(other)} labelled photographs: {names}; not trained on")
        return self.data.replaced | other


def _is_known(classes: Sequence[str], image: LabelledImage | None) -> bool:
    """Return whether yes or no is known of a class that is asked about, of an image that was not skipped."""
    if image is None or image.skips:
        return False
    return any(SIGNS[image.labels[name]] != UNKNOWN for name in classes if name in image.labels)


def _is_as_seen(path: Path | None, image: LabelledImage) -> bool:
    """Return whether a file has the bytes that were looked at last; one that cannot be read may have them."""
    if path is None or image.mark is None:
        return True
    try:
        return file_mark(path) == image.mark
    except OSError:
        return True
