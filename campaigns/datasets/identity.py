"""What makes images and data sets the same as before: fingerprints, splits apart."""

import hashlib
from collections.abc import Sequence

from campaigns.datasets.dataset import Split
from campaigns.errors import BadData


def fingerprint(kind: str, classes: Sequence[str], splits: Sequence[Split], sizes: Sequence[Sequence[int]] = ()) -> str:
    """Hex digest over what a campaign depends on. Neither the folder's place nor file times count: backups change them.

    `kind` carries a version: a change of how labels are made must change the fingerprint.
    """
    digest = hashlib.sha256()
    for words in ([kind], classes, *(split.ids for split in splits)):
        # The count and the line ends keep ("ab", "c") apart from ("a", "bc"); no id holds a line end.
        digest.update(f"{len(words)}\n".encode())
        digest.update("\n".join(words).encode())
    for split in splits:
        digest.update(f"{split.labels.shape}\n".encode())
        digest.update(split.labels.tobytes())
    digest.update(repr([list(some) for some in sizes]).encode())
    return digest.hexdigest()


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
