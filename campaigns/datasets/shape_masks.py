"""The drawn scenes with masks: which form each pixel shows. Pictures are those of `shapes`, byte for byte."""

import hashlib
from dataclasses import replace
from functools import lru_cache, partial

import numpy as np

from campaigns.core.fingerprint import Fingerprint
from campaigns.datasets.dataset import POSITIVE, VOID, Dataset, Mask, Split
from campaigns.datasets.scene import EDGE, label_map
from campaigns.datasets.shapes import CLASSES, SPLITS, numbered_scene, open_shapes

VERSION = "shape-masks-1"
"""Raise it when an index is to give another mask."""
BACKGROUND = "background"
"""The first class: what no form covers."""
KEPT = 4096
"""Masks that are kept once they are drawn: every round is measured on the same."""


def open_shape_masks(*, images: int, test_images: int, size: int) -> Dataset:
    """Open scenes of ten forms with a mask each; background is a class, and edges are void."""
    plain = open_shapes(images=images, test_images=test_images, size=size)
    train, test = (
        _with_masks(split, name, size) for split, name in zip((plain.train, plain.test), SPLITS, strict=True)
    )
    labels = hashlib.sha256(f"{VERSION} {plain.fingerprint.labels}".encode()).hexdigest()
    mark = Fingerprint(plain.fingerprint.images, labels)
    return Dataset("shapes-masks", (BACKGROUND, *plain.classes), train, test, mark)


def _with_masks(split: Split, name: str, size: int) -> Split:
    everywhere = np.full((len(split), 1), POSITIVE, np.int8)
    labels = np.concatenate([everywhere, split.labels], axis=1)
    return replace(split, labels=labels, mask=partial(_mask, name, size))


@lru_cache(maxsize=KEPT)
def _mask(split: str, size: int, at: int) -> Mask:
    scene, names = numbered_scene(split, at, size=size)
    present = [CLASSES.index(name) for name in names]
    forms = label_map(scene, size=size)
    classes = np.full(EDGE + 1, VOID, np.uint8)
    classes[0] = 0
    classes[1 : 1 + len(present)] = np.add(present, 1)
    mask: Mask = classes[forms]
    mask.flags.writeable = False
    return mask
