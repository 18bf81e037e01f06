"""Folders that are classes, read as the table of a data set: `cats/1.jpg` is a cat and nothing else."""

import os.path
import re
from collections.abc import Mapping, Sequence

from campaigns.datasets.dataset import NEGATIVE, POSITIVE
from campaigns.datasets.label_table import LabelTable
from campaigns.datasets.name_shapes import shape_doubts
from campaigns.datasets.split_words import HELD_OUT, TRAIN
from campaigns.errors import Mistake

FOLDERS = "folders"
"""What is said for the table of labels where there is none: names of folders are the classes."""
FOLDERS_READ = "names of folders"
"""How a person is told that they were read."""
NOBODY = frozenset({
    "no_label", "unlabeled", "unlabelled", "unsorted", "to_sort", "to_label", "todo", "unsure", "_unsure", "_unsorted",
})  # fmt: skip
"""Folders of images that nobody has labelled."""
MASKS = frozenset({"ground_truth", "groundtruth", "gt", "masks", "segmentation_masks", "seg_masks", "segmentations"})
"""Folders whose pictures say where something is, and show nothing."""
NO_CLASS = frozenset({"eval", "evaluation", "holdout", "heldout", "hold-out", "held-out", "hold_out", "held_out"})
"""Folders that sound like a split and are not read as such."""
PICTURES = frozenset({"images", "image", "imgs", "img", "photos", "pictures", "jpg", "jpeg", "png"})
"""Folders in a class that hold its images and say nothing."""
_SPLITS = TRAIN | frozenset(HELD_OUT)
_LIST = "list all classes in --classes FILE"


def read_class_folders(root: str, images: Sequence[str], classes: Sequence[str] | None) -> LabelTable:
    """Return the labels that names of folders give these images; paths below `root`, with forward slashes.

    Folders called `train`, `test`, `valid` and the like around them say the split, and so do `seg_train` and `seg_test`
    where all that lies there is in such folders: `test` is held out, or else the one that validates. An image in no
    folder has no label, and so has one in `unlabelled`. Where one folder around all others would be the only class,
    that is a mistake.
    """
    asked: list[Mistake] = []
    listed = _flat_classes(images, classes or ())
    tops = {**_named_splits(root, images, asked), **dict.fromkeys(listed, "")}
    places = {image: _place(image, tops) for image in images}
    named = {image: (split, name) for image, (split, name) in places.items() if name and name.lower() not in NOBODY}
    there = sorted({name for _, name in named.values()})
    known = tuple(classes) if classes is not None else tuple(there)
    mistakes = asked + [
        Mistake(f"{root}/{_first(named, name)}", f"lies in {name!r}, no class of the list")
        for name in there
        if name not in known
    ]
    doubts = {} if classes is not None else shape_doubts(there, way="list all classes in --classes FILE", separator=";")
    mistakes += [Mistake(f"{root}/{_first(named, name)}", f"the folder {what}") for name, what in doubts.items()]
    if not named:
        mistakes.append(Mistake(root, "has no image in a folder that could be its class, as in cats/1.jpg"))
    mistakes += _around(root, list(named), there)
    mistakes += [] if classes is not None else _levels(root, list(named), tops)
    mistakes += [] if any(tops.values()) else _beside_splits(root, images, classes)
    rows = {
        image: tuple(POSITIVE if each == name else NEGATIVE for each in known) for image, (_, name) in named.items()
    }
    held_out = next((name for name in HELD_OUT if any(split == name for split, _ in named.values())), None)
    splits = {image: "test" if split == held_out else "train" for image, (split, _) in named.items()}
    loose = len(images) - len(named)
    notes = [f"the folder of an image is its class: {len(known)} classes"]
    apart = sorted({image.partition("/")[0] for image, (split, _) in named.items() if split == held_out})
    mistakes += [] if classes is not None or held_out is None else _never_trained(root, named, held_out, apart)
    notes += [f"the folders {', '.join(apart)} are held out for testing"] if held_out else []
    deep = [image for image in named if _deeper(image, tops)]
    notes += [f"{len(deep)} images lie deeper, and the outermost folder is the class: {deep[0]}"] if deep else []
    notes += [f"{loose} images lie in no folder of a class and have no label"] if loose else []
    return LabelTable(known, rows, splits if held_out else None, tuple(mistakes), tuple(notes), FOLDERS_READ)


def _first(named: Mapping[str, tuple[str, str]], name: str) -> str:
    """Return the first image of a folder."""
    return next(image for image, (_, folder) in named.items() if folder == name)


def _named_splits(root: str, images: Sequence[str], mistakes: list[Mistake]) -> Mapping[str, str]:
    """Return the split that each folder at the top says in a word of its name, as `seg_train` and `val2017` do.

    Where an archive's own folder lies around one of its name, as in `seg_train/seg_train`, that pair does so, too.

    Empty unless all of them do, for different splits and with folders inside: `freight_train` beside `car` is a class.
    Where others lie beside two that hold the same folders, nobody can tell, and that is a mistake.
    """
    paths = [folders for image in images if (folders := image.split("/")[:-1])]
    words = {folders[0]: _SPLITS & _words(folders[0]) for folders in paths}
    splits = {top: word for top, named in words.items() for word in named if len(named) == 1}
    if len(set(splits.values())) < 2:
        return {}
    if len(splits) == len(words) and all(len(image.split("/")) > 2 for image in images):
        doubled = {
            f"{top}/{top}": split
            for top, split in splits.items()
            if any(folders[:2] == [top, top] and len(folders) > 2 for folders in paths)
            or all(folders[1] == top for folders in paths if folders[0] == top)
        }
        return splits | doubled
    nested = [folders[1:] if folders[1:2] == folders[:1] else folders for folders in paths]
    inner = [{folders[1] for folders in nested if folders[0] == top and len(folders) > 1} for top in splits]
    others = sorted(top for top in words.keys() - splits.keys() if top.lower() not in NOBODY)
    are_exact = all(top.lower() in _SPLITS for top in splits)
    if others and not are_exact and len(set.union(*inner)) < sum(map(len, inner)):
        what = f"{', '.join(sorted(splits))} look like splits, and beside them lies {', '.join(others[:6])}"
        mistakes.append(Mistake(root, f"{what}: move that out, or call it after a split"))
    return {}


def _flat_classes(images: Sequence[str], classes: Sequence[str]) -> frozenset[str]:
    """Return the classes of a list that are called like a split; none where a folder of a split holds folders."""
    deep = {folders[0].lower() for image in images if len(folders := image.split("/")[:-1]) > 1}
    return frozenset() if deep & _SPLITS else frozenset(name for name in classes if name.lower() in _SPLITS)


def _beside_splits(root: str, images: Sequence[str], classes: Sequence[str] | None) -> list[Mistake]:
    """Return mistakes where a folder would be a class, and may be a split: by its name, or beside those of splits."""
    inner: dict[str, set[str]] = {}
    for image in images:
        if folders := image.split("/")[:-1]:
            inner.setdefault(folders[0], set()).update(folders[1:2])
    lower = {top.lower() for top in inner}
    splits = sorted(top for top, within in inner.items() if top.lower() in _SPLITS and within)
    trained = set[str]().union(*(inner[top] for top in splits))
    others = sorted(top for top in inner if top.lower() not in _SPLITS | NOBODY | MASKS and top not in (classes or ()))
    mistakes = []
    for top in others:
        shared = sorted(inner[top] & trained)
        is_named = top.lower() in NO_CLASS or bool(splits and _words(top) & (_SPLITS | NO_CLASS))
        if not is_named and not shared and (not splits or top in trained):
            continue
        what = f"{top} would be a class"
        what += f", beside the splits {', '.join(splits)}" if splits else ", and is called like a split"
        what += f", and holds folders of the same names, {', '.join(shared[:6])}" if shared else ""
        # Images right in a folder of a split would have no label.
        free = [name for name in ("test", "valid") if name not in lower and inner[top] and (is_named or shared)]
        call = [f"call it {name} if it is a split" for name in free[:1]]
        call += [f"move it into {top}" for top in splits if top.lower() in TRAIN and not shared and not is_named]
        mistakes.append(Mistake(root, f"{what}: {', '.join([*call[:1], 'move it out'])}, or {_LIST}"))
    return mistakes


def _never_trained(
    root: str, named: Mapping[str, tuple[str, str]], held_out: str, apart: Sequence[str]
) -> list[Mistake]:
    """Return a mistake where nothing that is held out for testing is of a class in training."""
    tested = {name for split, name in named.values() if split == held_out}
    trained = {name for split, name in named.values() if split != held_out}
    if not trained or tested & trained:
        return []
    what = f"the folders {', '.join(apart)} hold only {', '.join(sorted(tested)[:6])}, of which training has none"
    way = "name the folders in it after the classes, call one that nobody has labelled unlabelled"
    return [Mistake(root, f"{what}: {way}, or {_LIST}")]


def _words(name: str) -> frozenset[str]:
    return frozenset(re.split(r"[^a-z]+", name.lower())) - {""}


def _place(image: str, tops: Mapping[str, str]) -> tuple[str, str]:
    """Return the split that an image's folders say, and the class; empty where they say none."""
    split, folders = _split(image, tops)
    return split, folders[0] if folders else ""


def _split(image: str, tops: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return the split that an image's folders say, empty where they say none, and the other folders."""
    folders = image.split("/")[:-1]
    split = ""
    if folders and (folders[0] in tops or folders[0].lower() in _SPLITS):
        top = folders.pop(0)
        split = tops.get(top, top.lower())
        if not split:
            return "", [top, *folders]
        # Published archives hold `seg_train/seg_train/forest`.
        if f"{top}/{top}" in tops and folders[:1] == [top]:
            folders.pop(0)
    return split, folders


def _deeper(image: str, tops: Mapping[str, str]) -> list[str]:
    """Return the folders inside of that of the class; archives that hold `cat/cat` have none there."""
    _, (name, *inside) = _split(image, tops)
    return inside[1:] if inside and inside[0].lower() == name.lower() else inside


def _levels(root: str, images: Sequence[str], tops: Mapping[str, str]) -> list[Mistake]:
    """Return mistakes where a folder inside of the classes may be the class, and where a folder holds masks."""
    deeper = {image: _deeper(image, tops) for image in images}
    first = {folders[0] for folders in deeper.values() if folders}
    if len(first) == 1 and min(first).lower() in PICTURES:
        deeper = {image: folders[1:] for image, folders in deeper.items()}
    inner: dict[str, set[str]] = {}
    for image in images:
        inner.setdefault(_place(image, tops)[1], set()).update(deeper[image][:1])
    mistakes = [
        Mistake(f"{root}/{name}", "may hold masks and not photographs of a class: move it out, or list all classes in "
                "--classes FILE")
        for name in inner if name.lower() in MASKS
    ]  # fmt: skip
    alike = sorted(name for name, within in inner.items() if within and name.lower() not in MASKS and any(
        within & others for other, others in inner.items() if other != name
    ))  # fmt: skip
    if len(alike) > 1:
        shared = ", ".join(sorted(set.union(*(inner[name] for name in alike)))[:6])
        what = f"{', '.join(alike[:6])} hold folders of the same names, {shared}, which may be the classes"
        mistakes.append(Mistake(root, f"{what}: list the classes in --classes FILE if they are not, else move them up"))
    elif 1 < len(inner) < sum(map(len, inner.values())) and all(deeper.values()):
        within = ", ".join(f"{name}/{inside}" for name in inner for inside in sorted(inner[name]))
        what = f"{', '.join(list(inner)[:6])} hold folders and no image, {within[:120]}, which may be the classes"
        mistakes.append(Mistake(root, f"{what}: list the classes in --classes FILE if they are not, else move them up"))
    return mistakes


def _around(root: str, images: Sequence[str], classes: Sequence[str]) -> list[Mistake]:
    """Return a mistake where one folder lies around all the others, which are the classes then."""
    parents = [image.rpartition("/")[0] for image in images]
    if len(classes) != 1 or len(set(parents)) < 2:
        return []
    top = os.path.commonpath(parents)
    inner = sorted({parent.removeprefix(top).strip("/").partition("/")[0] for parent in parents} - {""})
    if len(inner) < 2:
        return []
    if top:
        what = f"all images lie in {top}, which would be the only class; inside lie {', '.join(inner[:6])}"
        return [Mistake(root, f"{what}: give {root}/{top} as the folder")]
    deeper = sorted({p.partition(f"{classes[0]}/")[2].partition("/")[0] for p in parents} - {""})
    if not deeper:
        return []
    what = f"{classes[0]} would be the only class; inside lie {', '.join(deeper[:6])}: move these folders up"
    return [Mistake(root, what)]
