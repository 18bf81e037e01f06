"""PASCAL VOC 2007 and 2012, in the layout of the published archives."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from campaigns.datasets.dataset import DIFFICULT, NEGATIVE, POSITIVE, Dataset, Labels, Split
from campaigns.datasets.files import Files, bounded_text, missing_pictures, what_lies_in
from campaigns.datasets.identity import fingerprint, shared
from campaigns.datasets.links import inside
from campaigns.datasets.mistakes import refuse
from campaigns.datasets.official import IMAGES, TITLES, VOC_CLASSES, subset_note
from campaigns.errors import BadData, Mistake

VERSION = "voc-1"
"""Raise it when the same files are to give other labels."""
YEARS = {"voc2007": "VOC2007", "voc2012": "VOC2012"}
VALUES = {"1": POSITIVE, "-1": NEGATIVE, "0": DIFFICULT}
MOST_BYTES = 1 << 26
"""Of a file of a split: three million lines, where VOC has twelve thousand."""
# Narrower than a file name may be: an id becomes part of a path, and must not lead out of the folder.
_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class _Page:
    """What one file of a split says."""

    path: Path
    values: dict[str, int] = field(default_factory=dict)
    """Label by image id, in the order of the lines."""
    mistakes: list[Mistake] = field(default_factory=list)


def open_voc(root: Path, *, kind: str, splits: tuple[str, str], needs_files: bool = True) -> Dataset:
    """VOC 2007 or 2012 with labels 1, −1 and 0 (difficult) as `ImageSets/Main/<class>_<split>.txt` says.

    `root` is VOCdevkit, a folder that holds it, or the year's own folder; `splits` name the training split first.

    Raises:
        BadData: with every mistake in the folder; missing images count when `needs_files`. Or a link leads out of
            `root`.
    """
    folder = find_voc(root, kind=kind)
    mistakes: list[Mistake] = []
    read = [_split(root, folder, name, mistakes) for name in splits]
    files = [Files(folder / "JPEGImages", [f"{i}.jpg" for i in split.ids], root) for split in read]
    if needs_files:
        mistakes += [mistake for some in files for mistake in missing_pictures(some)]
    refuse(str(folder), mistakes, hint=f"unpack the published {TITLES[kind]} archives again, all into one folder")
    whole = [Split(split.ids, split.labels, some.picture, some.path) for split, some in zip(read, files, strict=True)]
    shared(whole[0], whole[1], name=kind)
    notes = [
        note
        for name, split in zip(splits, whole, strict=True)
        for note in subset_note(kind, name, images=len(split), whole=IMAGES.get((kind, name)))
    ]
    sizes = [some.sizes(range(len(some.names))) for some in files]
    mark = fingerprint(f"{VERSION} {kind}", VOC_CLASSES, whole, sizes)
    return Dataset(kind, VOC_CLASSES, whole[0], whole[1], mark, tuple(notes))


def find_voc(root: Path, *, kind: str) -> Path:
    """Return the folder that holds `ImageSets/Main` of that year.

    Raises:
        BadData: there is none; says what was looked for and what lies there.
    """
    year = YEARS[kind]
    if not root.is_dir():
        raise BadData(f"{root} is not a folder", hint=f"give the folder that holds VOCdevkit/{year}")
    for folder in (root / year, root / "VOCdevkit" / year, root):
        is_other_year = folder.name in set(YEARS.values()) - {year}
        if (folder / "ImageSets" / "Main").is_dir() and not is_other_year:
            return folder
    raise BadData(
        f"{root} holds no {TITLES[kind]}: looked for ImageSets/Main in {year}, VOCdevkit/{year} and the folder itself; "
        f"there lies {what_lies_in(root)}",
        hint=f"give the folder that holds VOCdevkit/{year}",
    )


@dataclass(frozen=True, slots=True)
class _Labelled:
    ids: list[str]
    labels: Labels


def _split(root: Path, folder: Path, name: str, mistakes: list[Mistake]) -> _Labelled:
    """Read ids and (N, 20) labels of a split; add mistakes to the list.

    Raises:
        BadData: a link leads out of the root.
    """
    main = folder / "ImageSets" / "Main"
    paths = [main / f"{class_}_{name}.txt" for class_ in VOC_CLASSES]
    absent = [path for path in paths if not path.is_file()]
    if len(absent) == len(paths) or not _ID.fullmatch(name):
        mistakes.append(Mistake(str(main), f"has no split {name!r}; there is {_splits(main)}"))
        return _Labelled([], np.zeros((0, len(paths)), np.int8))
    mistakes += [Mistake(str(path), "does not exist") for path in absent]
    pages = [_page(inside(path, root)) for path in paths if path not in absent]
    order = _order(inside(main / f"{name}.txt", root), pages[0])
    mistakes += order.mistakes
    for page in pages:
        mistakes += page.mistakes
        if page.values.keys() != order.values.keys() and not (page.mistakes or order.mistakes):
            mistakes.append(_unlike(page, order))
    ids = list(order.values)
    if not ids and not order.mistakes:
        mistakes.append(Mistake(str(order.path), "names no image"))
    labels = [[page.values.get(i, NEGATIVE) for i in ids] for page in pages]
    return _Labelled(ids, np.ascontiguousarray(np.array(labels, np.int8).reshape(len(pages), len(ids)).T))


def _splits(main: Path) -> str:
    """List the names of the splits that have a file for the first class."""
    first = f"{VOC_CLASSES[0]}_"
    return ", ".join(sorted(path.stem.removeprefix(first) for path in main.glob(f"{first}*.txt"))) or "none"


def _order(path: Path, first: _Page) -> _Page:
    """Return the images of a split in order; those of the first class file when the split has no list of its own."""
    if not path.is_file():
        return _Page(first.path, first.values)
    page = _Page(path)
    for number, line in enumerate(_lines(path, page.mistakes), start=1):
        words = line.split()
        # VOC 2012 lists of some tasks carry a second column; the id is the first word either way.
        if words:
            _add(page, number, words[0], NEGATIVE)
    return page


def _page(path: Path) -> _Page:
    page = _Page(path)
    for number, line in enumerate(_lines(path, page.mistakes), start=1):
        words = line.split()
        if len(words) == 2 and words[1] in VALUES:
            _add(page, number, words[0], VALUES[words[1]])
        elif len(words) == 2:
            page.mistakes.append(Mistake(f"{path}:{number}", f"the label is {words[1]!r}, it can be 1, 0 or -1"))
        elif words:
            page.mistakes.append(Mistake(f"{path}:{number}", f"should be an image id and a label, is {line[:60]!r}"))
    return page


def _add(page: _Page, number: int, image: str, value: int) -> None:
    if not _ID.fullmatch(image):
        what = f"{image[:60]!r} is not an image id: letters, digits, _ and - can stand in one"
        page.mistakes.append(Mistake(f"{page.path}:{number}", what))
    elif image in page.values:
        page.mistakes.append(Mistake(f"{page.path}:{number}", f"image {image} stands there twice"))
    else:
        page.values[image] = value


def _lines(path: Path, mistakes: list[Mistake]) -> Sequence[str]:
    try:
        return bounded_text(path, MOST_BYTES, encoding="ascii").splitlines()
    except (OSError, ValueError) as error:
        mistakes.append(Mistake(str(path), f"cannot be read as text: {error}"))
        return ()


def _unlike(page: _Page, order: _Page) -> Mistake:
    """Say how the images of a class file differ from those of the split."""
    lacking, foreign = order.values.keys() - page.values.keys(), page.values.keys() - order.values.keys()
    parts = [
        f"{what} {len(some)} images, for example {min(some)}"
        for what, some in (("lacks", lacking), ("adds", foreign))
        if some
    ]
    return Mistake(str(page.path), f"differs from {order.path.name}: {'; '.join(parts)}")
