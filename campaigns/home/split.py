"""`split.json`: what a campaign fixes about its data when it is created: the initial sets, and what is left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from campaigns.core.classes import Changes, classes_of
from campaigns.core.fingerprint import Fingerprint
from campaigns.home.files import damaged
from campaigns.home.records import plain, read_record, write_plain

SCHEMA = 1
MOST_BYTES = 1 << 32
"""A split without labels names every image that has none, and there may be a hundred million."""


class LabelSource(StrEnum):
    """Where labels come from."""

    DATASET = "dataset"
    """The data set has them all; a simulated oracle reveals them."""
    HUMAN = "human"
    """People answer when they are asked."""


@dataclass(frozen=True, slots=True)
class FrozenSplit:
    """The initial set of every trial, in images' ids; the pool is the rest of the training split, in its order."""

    fingerprint: Fingerprint
    """Of the data set's images and of its labels. A data set of another fingerprint is other data."""
    labels: LabelSource
    """Where the labels of the pool come from."""
    train: int
    """Images of the training split."""
    unlabelled: tuple[str, ...]
    """Ids of training images whose labels nobody knows; a simulated oracle leaves them out."""
    initial: tuple[tuple[str, ...], ...]
    """For each trial."""
    test_order: tuple[str, ...] | None = None
    """Ids of the test images in the order in which people label them; None where nobody does."""
    changed: float | None = None
    """When classes had last been changed, in seconds since 1970, before the campaign was created: it has begun with
    others since. None where they had not been."""

    def classes_by(self, initial: Sequence[str], changes: Changes, *, up_to: int | None = None) -> tuple[str, ...]:
        """Return the classes that the campaign asks about by a line of answers, by now without one.

        `initial` are those that it was created with.
        """
        return classes_of(initial, changes, up_to=up_to, since=self.changed)

    def unlike(self, fingerprint: Fingerprint) -> tuple[str, ...]:
        """Return which of `images` and `labels` of a data set are not as they were frozen.

        Where people label, labels that lie beside the images are none of the campaign's.
        """
        parts = fingerprint.unlike(self.fingerprint)
        return tuple(part for part in parts if part == "images" or self.labels is LabelSource.DATASET)

    def write(self, path: Path) -> None:
        """Write it to a file."""
        content = plain(self, schema=SCHEMA)
        if self.test_order is None:  # as versions wrote it that knew no people
            del content["test_order"]
        if self.changed is None:
            del content["changed"]
        write_plain(path, content)

    @classmethod
    def read(cls, path: Path) -> "FrozenSplit":
        """Return the split in a file.

        Raises:
            Damaged: there is none, or it is not one of this version.
        """
        split = read_record(cls, path, schema=SCHEMA, most_bytes=MOST_BYTES)
        if split is None:
            raise damaged(path, "it is missing")
        return split
