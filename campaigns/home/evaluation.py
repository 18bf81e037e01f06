"""`evaluation.json`: what a round's model was measured to be worth on the test set."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from campaigns.home.checksums import with_sum
from campaigns.home.files import damaged
from campaigns.home.records import plain, read_record, write_plain

SCHEMA = 1
SHARES = frozenset({
    "map", "of1", "of1-top3", "cf1", "cf1-top3", "macro-f1", "precision-at-1", "precision-at-3", "accuracy",
    "share-right", "iou"
})  # fmt: skip
"""Metrics of which each value lies in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One metric of one model, over all classes and by class."""

    metric: str
    """Its name: `map`."""
    images: int
    """Of the test set, those that were looked at."""
    value: float | None
    """Over the classes that have one; None when none has."""
    per_class: dict[str, float | None]
    """By class, in the data set's order; None for a class that the metric says nothing of."""
    further: dict[str, float | None] = field(default_factory=dict)
    """What other metrics come to over all classes, by name; None where one says nothing. Empty in the files of versions
    that measured no others."""
    sha256: str = field(default="", compare=False)
    """Of all the rest, as it stands in the file; empty in one that has not been written."""

    def write(self, path: Path) -> None:
        """Write it to a file, with its checksum."""
        write_plain(path, with_sum(self._content()))

    @classmethod
    def read(cls, path: Path) -> "Evaluation | None":
        """Return the evaluation in a file, whatever its checksum says; None when there is none.

        Raises:
            Damaged: it is not one of this version.
        """
        return read_record(cls, path, schema=SCHEMA, check=cls.check)

    @classmethod
    def read_intact(cls, path: Path, classes: Sequence[str], metric: str) -> "Evaluation | None":
        """Return the evaluation in a file, which has to be what was written, of these classes and this metric.

        Raises:
            Damaged: it is not.
        """
        evaluation = cls.read(path)
        if evaluation is not None and not evaluation.is_intact:
            raise damaged(path, "its checksum is wrong")
        if evaluation is not None and evaluation.per_class.keys() != set(classes):
            raise damaged(path, "it is of other classes")
        if evaluation is not None and evaluation.metric != metric:
            raise damaged(path, f"it is of another metric, {evaluation.metric[:80]!r}")
        return evaluation

    def check(self) -> None:
        """Raise ValueError unless its numbers can be those of its metric."""
        if self.images < 0:
            raise ValueError(f"images: {self.images} is not a number of images")
        for name, value in [("value", self.value), *self.per_class.items()]:
            if self.metric in SHARES and value is not None and not 0 <= value <= 1:
                raise ValueError(f"{name[:80]}: {value} is not in [0, 1]")
        for name, value in self.further.items():
            if name in SHARES and value is not None and not 0 <= value <= 1:
                raise ValueError(f"further.{name}: {value} is not in [0, 1]")

    @property
    def is_intact(self) -> bool:
        """True when its checksum is that of its content."""
        return bool(self.sha256 == with_sum(self._content())["sha256"])

    def _content(self) -> dict[str, object]:
        content = plain(self, schema=SCHEMA)
        del content["sha256"]
        if not self.further:  # a file of before has no such key, and its checksum is of what it has
            del content["further"]
        return content


def or_none(values: Mapping[str, float]) -> dict[str, float | None]:
    """Return values by class as an evaluation has them: None in the place of NaN."""
    return {name: None if math.isnan(value) else float(value) for name, value in values.items()}
