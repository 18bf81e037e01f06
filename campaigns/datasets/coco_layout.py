"""Where the annotations and the pictures of a COCO lie: as published, or as one's own programs export them."""

import mmap
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from campaigns.core.text import is_printable
from campaigns.datasets.files import what_lies_in
from campaigns.errors import BadData
from campaigns.home.files import plain

YEARS = ("2014", "2017")
"""The paper's year first: it is what `train` and `val` mean where both years lie side by side."""
ROLES: Mapping[str, str] = {
    **dict.fromkeys(("train", "training", "trainval", "trn"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev", "eval"), "val"),
    **dict.fromkeys(("test", "testing", "tst"), "test"),
}
"""What a word in a split's name says about its use."""
OTHER_TASKS = ("captions_", "person_keypoints_", "image_info_", "panoptic_", "stuff_")
"""Files that are published beside those of the instances."""
GENERAL = frozenset({"", "annotations", "annotation", "coco", "instances", "default", "labels", "result", "data"})
"""Words that name no split: the folder of such a file does."""
MOST_DEPTH = 2
"""Folders between the given one and the JSON."""
MOST_JSONS = 64
"""In one folder; where there are more, each describes one picture, and none is COCO's."""
PROBED = 32
"""Pictures that are looked for to tell in which folder they lie."""
_KEYS = (b'"images"', b'"annotations"', b'"categories"')
_SPLIT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Annotations:
    """Where one split lies."""

    name: str
    annotations: Path
    folder: Path
    """The data set's."""


def find_coco(root: Path) -> Path:
    """Return the folder that holds `annotations/instances_*.json`.

    Raises:
        BadData: there is none; says what lies there.
    """
    for folder in (root, root / "coco"):
        if any((folder / "annotations").glob("instances_*.json")):
            return folder
    what = f"there lies {what_lies_in(root)}" if root.is_dir() else "it is not a folder"
    raise BadData(
        f"{root} holds no COCO: looked for annotations/instances_train2014.json and its like, and for any other JSON "
        f"with images, annotations and categories; {what}",
        hint="give the folder that holds annotations/, train2014/ and val2014/ (or 2017), or your own JSON and images",
    )


def find_exported(root: Path) -> Path:
    """Return the root if a JSON in COCO's form, of whatever name, lies in it or not far below.

    Raises:
        BadData: there is none.
    """
    # A table of labels beside it is what a person wrote for this program.
    if not (root / "labels.csv").is_file() and any(_exported(root)):
        return root
    return find_coco(root)


def sources_of(root: Path, splits: tuple[str | None, str | None]) -> tuple[list[Annotations], list[str]]:
    """Return training and test source, or a single one that has to serve for both; and the splits nobody uses.

    Raises:
        BadData: there is no COCO, or no telling which file is for training and which for the test.
    """
    for name in splits:
        if name is not None and not _SPLIT.fullmatch(name):
            raise BadData(
                f"{name!r} is not a split of COCO", hint="train2014, val2014, train2017, val2017, train or val"
            )
    try:
        folder = find_coco(root)
        paths = [*(folder / "annotations").glob("instances_*.json"), *_in_coco_form(folder / "annotations")]
    except BadData:
        folder, paths = root, list(_exported(root))
        if not paths:
            raise
    files = _by_split(root, sorted(set(paths)))
    chosen = _chosen(folder, files, splits)
    dated = any(name.endswith(YEARS) for name in chosen)
    unused = [] if dated else sorted(files.keys() - set(chosen))
    return [Annotations(name, files.get(name, _published(folder, name)), folder) for name in chosen], unused


def image_folder(source: Annotations, root: Path, names: Sequence[str]) -> tuple[Path, list[str]]:
    """Return the folder in which a split's pictures lie, and their names below it."""
    last = [name.rpartition("/")[2] for name in names]
    probes = sorted({len(names) * i // PROBED for i in range(PROBED)}) if names else []
    best, most = (source.folder / source.name, list(names)), 0
    for below in (list(names), last) if len(set(last)) == len(last) else (list(names),):
        for folder in _candidates(source, root):
            hits = sum((folder / below[i]).is_file() for i in probes)
            if hits > most:
                best, most = (folder, below), hits
            if probes and hits == len(probes):
                return best
    return best


def looked_in(source: Annotations, root: Path) -> list[Path]:
    """Return the folders that there are of those in which a split's pictures may lie, and the first, there or not."""
    first, *others = dict.fromkeys(_candidates(source, root))
    return [first, *(folder for folder in others if folder.is_dir() and folder.is_relative_to(root))]


def role_of(name: str) -> str | None:
    """Return what a split is for by the words of its name: train, val, test; None when they do not say."""
    words = [ROLES[word] for word in re.split(r"[^a-z]+", name.lower()) if word in ROLES]
    return words[0] if words else None


def _published(folder: Path, name: str) -> Path:
    return folder / "annotations" / f"instances_{name}.json"


def _exported(root: Path) -> Iterator[Path]:
    if not root.is_dir():
        return
    for folder, below, _ in os.walk(root, followlinks=False):
        deep = len(Path(folder).relative_to(root).parts)
        below[:] = [name for name in sorted(below) if not name.startswith(".") and deep < MOST_DEPTH]
        yield from _in_coco_form(Path(folder))


def _in_coco_form(folder: Path) -> list[Path]:
    with os.scandir(folder) as entries:
        names = sorted(e.name for e in entries if e.name.lower().endswith(".json") and not e.name.startswith("."))
    if len(names) > MOST_JSONS:
        return []
    return [folder / name for name in names if not name.startswith(OTHER_TASKS) and has_coco_keys(folder / name)]


def has_coco_keys(path: Path) -> bool:
    """Return whether all keys that count stand somewhere in a file, without reading it as JSON."""
    try:
        with plain(path) as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
            return all(text.find(key) >= 0 for key in _KEYS)
    except (OSError, ValueError):
        return False


def _by_split(root: Path, paths: Sequence[Path]) -> dict[str, Path]:
    """Return files by the name of their split: what follows `instances_`, the file's name, or its folder's."""
    files: dict[str, Path] = {}
    for path in paths:
        stem = path.stem.removeprefix("instances_")
        words = set(re.split(r"[^a-z]+", stem.lower()))
        parent = path.parent.name
        name = parent if words <= GENERAL and path.parent != root and parent.lower() not in GENERAL else stem
        if name in files or not is_printable(name):
            name = path.relative_to(root).as_posix()
        files[name] = path
    return files


def _chosen(folder: Path, files: Mapping[str, Path], splits: tuple[str | None, str | None]) -> list[str]:
    """Return the names of training and test split, or of a single one."""
    asked = (splits[0] or "train", splits[1] or "val")
    if undated := [name for name in asked if name not in {"train", "val", "test"} and name not in files]:
        raise_absent(folder, undated, files)
    for year in YEARS:
        dated = [f"{name}{year}" if name in {"train", "val"} else name for name in asked]
        if all(name in files for name in dated):
            return dated
    if all(name in files for name in asked) and splits[1] is not None:
        return list(dict.fromkeys(asked))
    if len(files) == 1:
        return list(files)
    roles = {role: [name for name in files if role_of(name) == role] for role in ("train", "val", "test")}
    train = [asked[0]] if asked[0] in files else roles["train"]
    wanted = (asked[1], "test", "val") if splits[1] is not None else ("test", "val")
    test = [asked[1]] if asked[1] in files and splits[1] else next((roles[r] for r in wanted if roles.get(r)), [])
    if not train and len(roles["val"]) == 1 and len(roles["test"]) == 1:
        train = roles["val"]
    if len(train) != 1 or len(test) != 1 or train == test:
        raise BadData(
            f"{folder} has annotations of {', '.join(sorted(files))[:200]}: which is for training, which for the test?",
            hint="put `train` into the name of one file and `test` into that of the other, name the only one to read "
            "with --labels FILE, or let a recipe say data.train and data.test",
        )
    return [train[0], test[0]]


def raise_absent(folder: Path, names: Sequence[str], files: Mapping[str, Path]) -> None:
    """Raise BadData: those splits have no annotations.

    Raises:
        BadData: always.
    """
    first = _published(folder, names[0])
    raise BadData(
        f"{first}: does not exist",
        hint=f"there are annotations of {', '.join(sorted(files))[:200]}: choose data.train and data.test among them",
    )


def _candidates(source: Annotations, root: Path) -> Iterator[Path]:
    """Return folders in which a split's pictures may lie, the published one first."""
    folder, beside = source.folder, source.annotations.parent
    bases = [folder, folder / "images", beside, beside.parent, beside.parent / "images", root]
    bases = [base for base in dict.fromkeys(bases) if base.is_relative_to(root) and base.is_dir()]
    yield from (base / source.name for base in (folder, folder / "images"))
    yield beside
    role = role_of(source.name)
    same_role = [path for base in bases for path in _folders(base) if role is not None and role_of(path.name) == role]
    likely = [*(base / source.name for base in bases), *same_role]
    yield from likely
    yield from bases
    yield from (path / "images" for path in (*likely, *bases))
    yield from (base / name for base in bases for name in ("JPEGImages", "data", "default"))


def _folders(base: Path) -> list[Path]:
    with os.scandir(base) as entries:
        return sorted(Path(entry.path) for entry in entries if entry.is_dir())
