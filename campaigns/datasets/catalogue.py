"""Which data sets there are, and how each is opened: the one door that the rest of the program uses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args

from campaigns.datasets.coco import find_coco, open_coco
from campaigns.datasets.coco_json import Options
from campaigns.datasets.dataset import Dataset
from campaigns.datasets.files import what_lies_in
from campaigns.datasets.folder import LABELS, has_images, open_folder
from campaigns.datasets.shapes import open_shapes
from campaigns.datasets.voc import find_voc, open_voc
from campaigns.errors import BadData, Mistake, none_such
from campaigns.recipe import DataSpec

Kind = Literal["voc2007", "voc2012", "coco", "folder"]
"""How stored images and labels are laid out."""
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Registered:
    """A data set that somebody added with `data add`."""

    kind: Kind
    root: Path


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A data set whose name the program knows."""

    title: str
    train: str
    """Training split that the protocols use."""
    test: str
    files: tuple[str, ...] = ()
    """What has to lie in its folder; nothing when it is drawn."""


BUILT_IN: Mapping[str, BuiltIn] = MappingProxyType(
    {
        "voc2007": BuiltIn(
            "PASCAL VOC 2007",
            "trainval",
            "test",
            ("VOCdevkit/VOC2007/ImageSets/Main/*_{trainval,test}.txt", "VOCdevkit/VOC2007/JPEGImages/*.jpg"),
        ),
        "voc2012": BuiltIn(
            "PASCAL VOC 2012",
            "train",
            "val",
            ("VOCdevkit/VOC2012/ImageSets/Main/*_{train,val}.txt", "VOCdevkit/VOC2012/JPEGImages/*.jpg"),
        ),
        "coco": BuiltIn(
            "COCO 2014 or 2017",
            "train",
            "val",
            ("annotations/instances_{train,val}2014.json", "train2014/*.jpg", "val2014/*.jpg"),
        ),
        "shapes": BuiltIn("drawn scenes of ten forms", "train", "test"),
    }
)


@dataclass(frozen=True, slots=True)
class _Opening:
    """What an opener may need."""

    kind: Kind
    root: Path
    spec: DataSpec
    indexes: Path

    @property
    def splits(self) -> tuple[str, str]:
        return splits_of(self.spec, self.kind)

    @property
    def needs_files(self) -> bool:
        """Otherwise a missing image is met when it is opened, and left out like one that is damaged."""
        return self.spec.on_unreadable == "stop"


def open_dataset(spec: DataSpec, *, indexes: Path, registered: Mapping[str, Registered] | None = None) -> Dataset:
    """Open the data set that a recipe asks for. `spec.root` wins over what is registered under its name.

    Raises:
        BadData: it is not to be had here, or it has mistakes: all of them.
        NoSuchName: neither the program nor `data add` knows its name, and it has no root.
    """
    if spec.name == "shapes":
        return open_shapes(images=spec.images, test_images=spec.test_images, size=spec.size)
    location = locate(spec, registered or {})
    dataset = _OPENERS[location.kind](_Opening(location.kind, location.root, spec, indexes))
    return replace(dataset, name=spec.name)


def locate(spec: DataSpec, registered: Mapping[str, Registered]) -> Registered:
    """Kind and folder of a stored data set.

    Raises:
        BadData: the program knows the name, but not where the files are.
        NoSuchName: nobody knows the name.
    """
    known = registered.get(spec.name)
    built_in = next((kind for kind in KINDS if kind == spec.name and kind in BUILT_IN), None)
    if spec.root is not None:
        root = Path(spec.root).expanduser()
        return Registered(known.kind if known else built_in or recognise(root), root)
    if known is not None:
        return known
    if built_in is None:
        raise none_such("data set", spec.name, sorted({*BUILT_IN, *registered}))
    raise BadData(
        f"nobody has said where {BUILT_IN[spec.name].title} lies",
        mistakes=[Mistake(file, "is needed") for file in BUILT_IN[spec.name].files],
        hint=f"`alwsl-tui data add {spec.name} PATH` when you have it, "
        f"`alwsl-tui data add {spec.name} --download` to fetch it, or `--set data.root=PATH` for this campaign alone",
    )


def splits_of(spec: DataSpec, kind: str) -> tuple[str, str]:
    """Return the names of the training and the test split: what the recipe says, else what the protocols use."""
    known = BUILT_IN.get(kind, BUILT_IN["shapes"])
    return spec.train or known.train, spec.test or known.test


def recognise(path: Path) -> Kind:
    """Return how a folder is laid out.

    Raises:
        BadData: like nothing that can be read, or like two things at once.
    """
    if not path.is_dir():
        raise BadData(f"{path} is not a folder", hint="give the folder that holds the data set")
    kinds = [kind for kind, find in _FINDERS.items() if _finds(find, path)]
    if len(kinds) > 1:
        raise BadData(f"{path} holds {' and '.join(kinds)}", hint="give the inner folder, or data.name of one of them")
    if kinds:
        return kinds[0]
    if has_images(path) or (path / LABELS).is_file():
        return "folder"
    expected = [Mistake(kind, " and ".join(BUILT_IN[kind].files)) for kind in _FINDERS]
    expected.append(Mistake("folder", f"images, and {LABELS} beside them"))
    raise BadData(
        f"{path} is laid out like no data set; there lies {what_lies_in(path)}",
        mistakes=expected,
        hint="give a folder that holds one of these",
    )


_FINDERS: Mapping[Kind, Callable[[Path], Path]] = MappingProxyType(
    {
        "voc2007": lambda path: find_voc(path, kind="voc2007"),
        "voc2012": lambda path: find_voc(path, kind="voc2012"),
        "coco": find_coco,
    }
)


def _finds(find: Callable[[Path], Path], path: Path) -> bool:
    try:
        find(path)
    except BadData:
        return False
    return True


def _open_voc(opening: _Opening) -> Dataset:
    return open_voc(opening.root, kind=opening.kind, splits=opening.splits, needs_files=opening.needs_files)


def _open_coco(opening: _Opening) -> Dataset:
    options = Options(opening.spec.keep_crowd, opening.spec.keep_unannotated)
    return open_coco(
        opening.root,
        splits=opening.splits,
        options=options,
        indexes=opening.indexes,
        needs_files=opening.needs_files,
    )


def _open_folder(opening: _Opening) -> Dataset:
    return open_folder(opening.root, labels=opening.spec.labels, test_share=opening.spec.test_share)


_OPENERS: Mapping[Kind, Callable[[_Opening], Dataset]] = MappingProxyType(
    {
        "voc2007": _open_voc,
        "voc2012": _open_voc,
        "coco": _open_coco,
        "folder": _open_folder,
    }
)
