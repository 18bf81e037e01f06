"""Folders that are classes, read as the table of a data set: `cats/1.jpg` is a cat and nothing else."""

from collections.abc import Sequence

from campaigns.datasets.dataset import NEGATIVE, POSITIVE
from campaigns.datasets.label_table import LabelTable
from campaigns.datasets.table_splits import HELD_OUT, TRAIN
from campaigns.errors import Mistake

FOLDERS = "folders"
"""What is said for the table of labels where there is none: names of folders are the classes."""
NOBODY = frozenset({"no_label", "unlabeled", "unlabelled"})
"""Folders of images that nobody has labelled."""
_SPLITS = TRAIN | frozenset(HELD_OUT)


def read_class_folders(root: str, images: Sequence[str], classes: Sequence[str] | None) -> LabelTable:
    """Return the labels that names of folders give these images; paths below `root`, with forward slashes.

    Folders called `train`, `test`, `valid` and the like around them say the split: `test` is held out, or else the one
    that validates. An image in no folder has no label, and so has one in `unlabelled`.
    """
    places = {image: _place(image) for image in images}
    named = {image: (split, name) for image, (split, name) in places.items() if name and name.lower() not in NOBODY}
    there = sorted({name for _, name in named.values()})
    known = tuple(classes) if classes is not None else tuple(there)
    mistakes = [
        Mistake(
            f"{root}/{next(i for i, (_, n) in named.items() if n == name)}", f"lies in {name!r}, no class of the list"
        )
        for name in there
        if name not in known
    ]
    if not named:
        mistakes.append(Mistake(root, "has no image in a folder that could be its class, as in cats/1.jpg"))
    rows = {
        image: tuple(POSITIVE if each == name else NEGATIVE for each in known) for image, (_, name) in named.items()
    }
    held_out = next((name for name in HELD_OUT if any(split == name for split, _ in named.values())), None)
    splits = {image: "test" if split == held_out else "train" for image, (split, _) in named.items()}
    loose = len(images) - len(named)
    notes = [f"the folder of an image is its class: {len(known)} classes"]
    notes += [f"the folders {held_out} are held out for testing"] if held_out else []
    notes += [f"{loose} images lie in no folder of a class and have no label"] if loose else []
    return LabelTable(known, rows, splits if held_out else None, tuple(mistakes), tuple(notes), "names of folders")


def _place(image: str) -> tuple[str, str]:
    """Return the split that an image's folders say, and the class; empty where they say none."""
    folders = image.split("/")[:-1]
    split = folders.pop(0).lower() if folders and folders[0].lower() in _SPLITS else ""
    return split, folders[0] if folders else ""
