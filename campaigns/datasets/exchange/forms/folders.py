"""Folders that are classes: a picture lies in the folder of its class, or a copy of it in each of several.

A picture is matched by its bytes where the images' folder is given, else by its name. Folders named after splits are
looked into; `no_label` and `unlabeled` hold what nobody has labelled.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from campaigns.datasets.exchange.gathering import Gathering, LabelDraft, opinions
from campaigns.datasets.exchange.label_form import LabelForm
from campaigns.datasets.exchange.probe import Probe
from campaigns.datasets.folder_notes import of_systems
from campaigns.datasets.folder_tree import file_tree
from campaigns.datasets.split_words import HELD_OUT, TRAIN

NOBODY = frozenset({"no_label", "unlabeled", "unlabelled"})
SPLITS = TRAIN | frozenset(HELD_OUT)


def _is_form(probe: Probe) -> bool:
    return probe.is_folder and any("/" in name for name in file_tree(probe.path).ids)


def _read(probe: Probe, gathering: Gathering) -> Sequence[str] | None:
    root = gathering.options.root
    same = {} if root is None or root.resolve() == probe.path.resolve() else _by_bytes(root, gathering.finder.images)
    classes: dict[str, list[str]] = defaultdict(list)
    places: dict[str, str] = {}
    offered: list[str] = []
    tree = file_tree(probe.path)
    gathering.notes += [f"left out are {of_systems(tree.systems)}"] if tree.systems else []
    for name in tree.ids:
        parts = name.split("/")
        folders = parts[1:-1] if len(parts) > 2 and parts[0].lower() in SPLITS else parts[:-1]
        if not folders:
            gathering.tally.add("loose", str(probe.path / name), "lies in no folder of a class")
            continue
        image = _image(probe.path, name, same, gathering)
        if folders[0].lower() in NOBODY:
            continue
        offered.append(folders[0])
        if image is not None:
            classes[image].append(folders[0])
            places.setdefault(image, str(probe.path / name))
    for image, names in classes.items():
        gathering.add(LabelDraft(image, places[image], opinions(names), is_rest_no=True))
    gathering.notes.append("the folder of a picture is its class: the other folders were read as no")
    return tuple(dict.fromkeys(offered))


def _image(folder: Path, name: str, same: Mapping[tuple[int, str], str], gathering: Gathering) -> str | None:
    where = str(folder / name)
    if same and (image := same.get(_key(folder / name))):
        return gathering.take_bytes(name, image)
    return gathering.image(name, where, is_copy=True)


def _by_bytes(root: Path, images: Sequence[str]) -> dict[tuple[int, str], str]:
    """Return the images of a folder by size and hash; of those with the same bytes the first."""
    by_bytes: dict[tuple[int, str], str] = {}
    for image in images:
        if (root / image).is_file():
            by_bytes.setdefault(_key(root / image), image)
    return by_bytes


def _key(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


ENTRIES = (LabelForm("folders", "folders that are classes", "car/1.jpg, cat/2.jpg", _is_form, _read, is_folder=True),)
