"""PASCAL VOC 2007 and 2012, in the layout of the published archives."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from campaigns.core.text import is_printable
from campaigns.datasets.class_list import read_classes
from campaigns.datasets.class_twins import twin_notes
from campaigns.datasets.dataset import DIFFICULT, NEGATIVE, POSITIVE, Dataset, Labels, Split
from campaigns.datasets.files import Files, bounded_text, missing_pictures, picture_names
from campaigns.datasets.identity import fingerprint, shared
from campaigns.datasets.links import inside
from campaigns.datasets.mistakes import refuse
from campaigns.datasets.official import IMAGES, TITLES, VOC_CLASSES, subset_note
from campaigns.datasets.read_back import table_beside
from campaigns.datasets.uncounted import uncounted_notes
from campaigns.datasets.voc_layout import classes_in, find_voc, has_pages, splits_of
from campaigns.datasets.voc_objects import deleted_note, read_objects
from campaigns.errors import Mistake

VERSION = "voc-1"
"""Raise it when the same files are to give other labels."""
USUAL = {"voc2007": ("trainval", "test"), "voc2012": ("train", "val")}
"""Training and test split that the protocols use."""
ABSENT = "write -1 where the class is absent"
NO_CLASS = "names no class"
VALUES = {"1": POSITIVE, "-1": NEGATIVE, "0": DIFFICULT}
MOST_BYTES = 1 << 26
"""Of a file of a split: three million lines, where VOC has twelve thousand."""
# Narrower than a file name may be: an id becomes part of a path, and must not lead out of the folder.
_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


@dataclass(frozen=True, slots=True)
class _Page:
    """What one file of a split says."""

    path: Path
    values: dict[str, int] = field(default_factory=dict)
    """Label by image id, in the order of the lines."""
    numbers: list[int] = field(default_factory=list)
    """Line of each."""
    mistakes: list[Mistake] = field(default_factory=list)


def open_voc(
    root: Path,
    *,
    kind: str,
    splits: tuple[str | None, str | None],
    needs_files: bool = True,
    classes: Path | None = None,
    bounds: Path | None = None,
) -> Dataset:
    """VOC 2007 or 2012 with labels 1, −1 and 0 (difficult) as `ImageSets/Main/<class>_<split>.txt` says.

    `root` is VOCdevkit, a folder that holds it, or the year's own folder; `splits` name the training split first,
    None is the usual one. Other classes than the published ones are those that have such files, or that the XML files
    name where no class has one; a file `classes` may list them.

    Raises:
        BadData: with every mistake in the folder; missing images count when `needs_files`. Or a link leads out of
            `root`, or of `bounds` where they are given.
    """
    folder = find_voc(root, kind=kind)
    main = folder / "ImageSets" / "Main"
    usual = splits_of(main, USUAL[kind]) if splits == (None, None) else USUAL[kind]
    names = (usual[0] if splits[0] is None else splits[0], usual[1] if splits[1] is None else splits[1])
    mistakes: list[Mistake] = []
    deleted: Counter[str] = Counter()
    chosen, read = _read(bounds or root, folder, names, classes, mistakes, deleted)
    files = [Files(folder / "JPEGImages", picture_names(folder / "JPEGImages", s.ids), bounds or root) for s in read]
    if needs_files:
        mistakes += [mistake for some in files for mistake in missing_pictures(some)]
    refuse(str(folder), mistakes, hint=_hint(kind, chosen, mistakes))
    whole = [Split(split.ids, split.labels, some.picture, some.path) for split, some in zip(read, files, strict=True)]
    shared(whole[0], whole[1], name=kind)
    notes = [
        note
        for name, split in zip(names, whole, strict=True)
        for note in subset_note(kind, name, images=len(split), whole=IMAGES.get((kind, name)))
        if chosen == VOC_CLASSES
    ]
    notes += [*deleted_note(deleted), *twin_notes(chosen), *uncounted_notes(chosen), *table_beside(root)]
    if names != USUAL[kind] and splits == (None, None):
        notes.append(
            f"{USUAL[kind][0]} and {USUAL[kind][1]} are not both there: trained on {names[0]}, tested on {names[1]}"
        )
    sizes = [some.sizes(range(len(some.names))) for some in files]
    mark = fingerprint(f"{VERSION} {kind}", chosen, whole, sizes)
    pages = tuple(f"ImageSets/Main/*_{name}.txt" for name in names)
    read_from = pages if has_pages(main, names) else ("Annotations/*.xml",)
    return Dataset(kind, chosen, whole[0], whole[1], mark, tuple(notes), read_from)


def _hint(kind: str, classes: Sequence[str], mistakes: Sequence[Mistake]) -> str:
    if any(".xml" in mistake.where for mistake in mistakes):
        return (
            "mend those XML files or get them again, as UTF-8, or take their images out of the lists in ImageSets/Main"
        )
    if any(mistake.what.startswith(NO_CLASS) for mistake in mistakes):
        return "give XML files in which objects have a <name>, and no <deleted>1</deleted> where they count"
    if any(ABSENT in mistake.what for mistake in mistakes):
        return "VOC's labels are 1, -1 and 0; in files that hold 1 and 0 alone, replace each 0 by -1 if it means absent"
    if classes == VOC_CLASSES:
        return (
            f"unpack the published {TITLES[kind]} archives again, all into one folder; "
            "for classes of your own, list them in a file and add --classes FILE"
        )
    return "each class needs a file CLASS_SPLIT.txt in ImageSets/Main with a line `ID 1` or `ID -1` for each image"


@dataclass(frozen=True, slots=True)
class _Labelled:
    ids: list[str]
    labels: Labels


def _read(
    root: Path, folder: Path, names: tuple[str, str], listed: Path | None, mistakes: list[Mistake],
    deleted: Counter[str],
) -> tuple[tuple[str, ...], list[_Labelled]]:  # fmt: skip
    """Read classes and both splits; add mistakes to the list.

    Raises:
        BadData: a link leads out of the root.
    """
    main = folder / "ImageSets" / "Main"
    mistakes += [
        Mistake(str(path), "is not read: its name has to end in .txt, in small letters")
        for path in sorted(main.iterdir())
        if path.suffix.lower() == ".txt" != path.suffix
    ]
    given = None if listed is None else read_classes(listed, mistakes)
    lists = [main / f"{name}.txt" for name in names]
    described = folder / "Annotations"
    if not has_pages(main, names) and described.is_dir() and all(path.is_file() for path in lists):
        return _described(root, described, [inside(path, root) for path in lists], given, mistakes, deleted)
    classes = given or classes_in(main, names)
    return classes, [_split(root, folder, name, classes, mistakes) for name in names]


def _described(
    root: Path, folder: Path, lists: Sequence[Path], given: tuple[str, ...] | None, mistakes: list[Mistake],
    deleted: Counter[str],
) -> tuple[tuple[str, ...], list[_Labelled]]:  # fmt: skip
    """Read classes and both splits from the images' XML files."""
    orders = [_order(path, _Page(path)) for path in lists]
    for order in orders:
        mistakes += order.mistakes
        if not order.values and not order.mistakes:
            mistakes.append(Mistake(str(order.path), "names no image"))
    objects = [read_objects(folder, list(order.values), root, mistakes, deleted) for order in orders]
    named = {class_ for images in objects for labels in images.values() for class_ in labels}
    classes = given or tuple(sorted(named))
    if not classes:
        what = f"{NO_CLASS}: all objects are marked <deleted>" if deleted else NO_CLASS
        mistakes.append(Mistake(str(folder), what))
    mistakes += [Mistake(str(folder), f"class {c[:60]!r} cannot be shown") for c in classes if not is_printable(c)]
    if unlisted := sorted(named - set(classes)):
        mistakes.append(Mistake(str(folder), f"names classes that are not listed: {', '.join(unlisted)[:200]}"))
    return classes, [
        _labelled(list(order.values), [[images.get(i, {}).get(c, NEGATIVE) for i in order.values] for c in classes])
        for order, images in zip(orders, objects, strict=True)
    ]


def _labelled(ids: list[str], columns: Sequence[Sequence[int]]) -> _Labelled:
    labels = np.array(columns, np.int8).reshape(len(columns), len(ids)).T
    return _Labelled(ids, np.ascontiguousarray(labels))


def _split(root: Path, folder: Path, name: str, classes: Sequence[str], mistakes: list[Mistake]) -> _Labelled:
    """Read ids and (N, C) labels of a split; add mistakes to the list.

    Raises:
        BadData: a link leads out of the root.
    """
    main = folder / "ImageSets" / "Main"
    paths = [main / f"{class_}_{name}.txt" for class_ in classes]
    absent = [path for path in paths if not path.is_file()]
    if len(absent) == len(paths) or not _ID.fullmatch(name):
        mistakes.append(Mistake(str(main), f"has no split {name!r}; there is {_splits(main, classes)}"))
        return _Labelled([], np.zeros((0, len(paths)), np.int8))
    mistakes += [Mistake(str(path), "does not exist") for path in absent]
    pages = [_page(inside(path, root)) for path in paths if path not in absent]
    order = _order(inside(main / f"{name}.txt", root), pages[0])
    mistakes += order.mistakes
    for page in pages:
        mistakes += page.mistakes
        if page.values.keys() != order.values.keys() and not (page.mistakes or order.mistakes):
            mistakes.append(_unlike(page, order))
    mistakes += _zeros(pages)
    ids = list(order.values)
    if not ids and not order.mistakes:
        mistakes.append(Mistake(str(order.path), "names no image"))
    return _labelled(ids, [[page.values.get(i, NEGATIVE) for i in ids] for page in pages])


def _splits(main: Path, classes: Sequence[str]) -> str:
    """List the names of the splits that have a file for the first class."""
    first = f"{classes[0]}_"
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


def _zeros(pages: Sequence[_Page]) -> list[Mistake]:
    """Ask about files in which 0 may mean absent, as other programs write: each image would be difficult."""
    is_nowhere = not any(NEGATIVE in page.values.values() for page in pages)
    asked = []
    for page in pages:
        values = list(page.values.values())
        zeros = values.count(DIFFICULT)
        if zeros and NEGATIVE not in values and (is_nowhere or (POSITIVE in values and 2 * zeros > len(values))):
            what = f"{zeros} of {len(values)} labels are 0, which means difficult, and none is -1: {ABSENT}"
            asked.append(Mistake(f"{page.path}:{page.numbers[values.index(DIFFICULT)]}", what))
    return asked


def _add(page: _Page, number: int, image: str, value: int) -> None:
    if not _ID.fullmatch(image):
        what = f"{image[:60]!r} is not an image id: letters, digits, _, - and . can stand in one"
        page.mistakes.append(Mistake(f"{page.path}:{number}", what))
    elif image in page.values:
        page.mistakes.append(Mistake(f"{page.path}:{number}", f"image {image} is listed twice"))
    else:
        page.values[image] = value
        page.numbers.append(number)


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
