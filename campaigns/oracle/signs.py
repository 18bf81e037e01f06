"""What people said, in the signs that a data set has for labels."""

from collections.abc import Mapping, Sequence

import numpy as np

from campaigns.core.labels import Label, LabelledImage
from campaigns.datasets.dataset import NEGATIVE, POSITIVE, UNKNOWN, Labels

SIGNS: Mapping[Label, int] = {
    Label.YES: POSITIVE,
    Label.NO: NEGATIVE,
    Label.UNSURE: UNKNOWN,
    Label.DISPUTED: UNKNOWN,
}
"""What a round makes of a label. Nobody who is unsure says that a class is there."""


def signs_of(classes: Sequence[str], labelled: Mapping[str, LabelledImage], images: Sequence[str]) -> Labels:
    """Return the data set's signs of these images, (n, C): UNKNOWN where nobody has said, or nobody can tell."""
    signs = np.full((len(images), len(classes)), UNKNOWN, np.int8)
    column = {name: at for at, name in enumerate(classes)}
    for at, image in enumerate(images):
        for name, label in labelled[image].labels.items():
            if name in column:
                signs[at, column[name]] = SIGNS[label]
    return signs
