"""What makes images and data sets the same as before: fingerprints, splits apart."""

import hashlib
from collections.abc import Mapping, Sequence

from campaigns.core.fingerprint import Fingerprint
from campaigns.datasets.dataset import Split
from campaigns.errors import BadData


def fingerprint(
    kind: str, classes: Sequence[str], splits: Sequence[Split], sizes: Sequence[Sequence[int]] = ()
) -> Fingerprint:
    """Return the hashes of images and of labels. Neither the folder's place nor file times count.

    `kind` carries a version: a change of how labels are made must change the fingerprint.
    """
    images, labels = hashlib.sha256(), hashlib.sha256()
    for digest, lists in ((images, ([kind], *(split.ids for split in splits))), (labels, ([kind], classes))):
        for words in lists:
            # The count and the line ends keep ("ab", "c") apart from ("a", "bc"); no id holds a line end.
            digest.update(f"{len(words)}\n".encode())
            digest.update("\n".join(words).encode())
    images.update(repr([list(some) for some in sizes]).encode())
    for split in splits:
        labels.update(f"{split.labels.shape}\n".encode())
        labels.update(split.labels.tobytes())
    return Fingerprint(images.hexdigest(), labels.hexdigest())


def shared(train: Split, test: Split, *, name: str) -> None:
    """Raise BadData if an image is in both splits: a result on it would be worth nothing.

    Raises:
        BadData: with an example.
    """
    both = set(train.ids) & set(test.ids)
    if both:
        raise BadData(
            f"{name}: {len(both)} images are both in the training and in the test split, for example {min(both)}",
            hint="choose data.train and data.test so that they have no image in common",
        )


def require_apart(train: Mapping[str, str], test: Mapping[str, str], *, name: str) -> None:
    """Raise BadData if a file name is in both splits; ids by file name, because ids belong to the file they stand in.

    Raises:
        BadData: with an example.
    """
    if both := train.keys() & test.keys():
        file = min(both)
        raise BadData(
            f"{name}: {len(both)} images are both in the training and in the test split, for example {train[file]} "
            f"({file})",
            hint="choose data.train and data.test so that they have no image in common",
        )


def uniform(text: str) -> float:
    """Return a number in [0, 1) from nothing but the text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7]) / (1 << 56)
