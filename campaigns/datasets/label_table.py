"""A CSV of labels: two forms that people really have, read into one table.

Long, one cell names the classes, separated by `;` or `|`; an empty cell is an image of nothing:

    image,labels,split
    cats/1.jpg,cat;sofa,train

Wide, a column for each class; 1, yes, true: it is there; 0, -1, no, false: it is not; `?`: difficult, neither counted
for nor against; empty: nobody has said yet:

    image,cat,sofa
    cats/1.jpg,1,0

The column `split` (train or test; empty means train) may be left out. Image paths are relative to the folder.
"""

import csv
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path
from types import MappingProxyType

from campaigns.core.text import is_printable
from campaigns.datasets.dataset import DIFFICULT, NEGATIVE, POSITIVE, UNKNOWN
from campaigns.errors import Mistake, nearest
from campaigns.home.files import plain

CELLS: Mapping[str, int] = MappingProxyType({
    "1": POSITIVE, "yes": POSITIVE, "true": POSITIVE,
    "0": NEGATIVE, "-1": NEGATIVE, "no": NEGATIVE, "false": NEGATIVE,
    "?": DIFFICULT,
    "": UNKNOWN,
})  # fmt: skip
"""What a cell of the wide form may say, in any case."""
SPLITS: Mapping[str, str] = MappingProxyType({"train": "train", "test": "test", "": "train"})
MOST_BYTES = 1 << 30
"""Of a CSV: ten million images with their names. A single cell holds at most what the csv module allows, 128 KiB."""
MOST_LABELS = 1 << 27
"""Images times classes, as COCO's with a thousand classes. A line that is short in the file is long in memory."""
HINTED = 20
"""Mistakes that are told with the class that may have been meant: looking for it takes a while."""
IMAGE, NAMES, SPLIT = "image", "labels", "split"

Line = tuple[int, dict[str, str]]
"""Line number and stripped cells by column."""


@dataclass(frozen=True, slots=True)
class LabelTable:
    """What a CSV says, and what is wrong with it."""

    classes: tuple[str, ...] = ()
    rows: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """A label for each class, by image."""
    splits: Mapping[str, str] | None = None
    """`train` or `test` by image; None when there is no such column."""
    mistakes: tuple[Mistake, ...] = ()
    """When there is one, the rest is not to be used."""


def read_table(path: Path, *, images: Sequence[str], classes: Sequence[str] | None) -> LabelTable:
    """Read the table in a CSV that describes these images; with `classes` given, no other class."""
    mistakes: list[Mistake] = []
    header, lines = _lines(path, mistakes)
    lines = _of_images(path, lines, images, mistakes)
    if not mistakes and not lines:
        mistakes.append(Mistake(str(path), "labels no image"))
    if NAMES in header:
        names, rows = _long(path, lines, classes, mistakes)
    else:
        names, rows = _wide(path, header, lines, classes, mistakes)
    splits = _splits(path, lines, rows, mistakes) if SPLIT in header else None
    return LabelTable(names, rows, splits, tuple(mistakes))


def _lines(path: Path, mistakes: list[Mistake]) -> tuple[list[str], list[Line]]:
    """Header and lines; both empty when the file cannot be read or the header is wrong."""
    try:
        with TextIOWrapper(plain(path), encoding="utf-8-sig", newline="") as file:
            if os.fstat(file.fileno()).st_size > MOST_BYTES:
                raise ValueError(f"it is larger than {MOST_BYTES} bytes")
            reader = csv.reader(file, strict=True)
            header = [cell.strip() for cell in next(reader, [])]
            raw = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except (OSError, ValueError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        mistakes.append(Mistake(str(path), f"cannot be read as a CSV in UTF-8: {reason}"))
        return [], []
    wrong = _header_mistakes(header)
    mistakes += [Mistake(f"{path}:1", what) for what in wrong]
    ragged = [(n, cells) for n, cells in raw if len(cells) != len(header)]
    if wrong:
        return [], []
    mistakes += [
        Mistake(f"{path}:{n}", f"has {len(cells)} cells, the first line has {len(header)}") for n, cells in ragged
    ]
    return header, [
        (n, dict(zip(header, (cell.strip() for cell in cells), strict=True)))
        for n, cells in raw
        if len(cells) == len(header)
    ]


def _header_mistakes(header: Sequence[str]) -> list[str]:
    if IMAGE not in header:
        return [f"names the columns {', '.join(header)[:80] or 'of nothing'}; one should be {IMAGE!r}, comma-separated"]
    classes = [name for name in header if name not in {IMAGE, NAMES, SPLIT}]
    wrong = [f"column {name!r} stands there twice" for name, times in sorted(Counter(header).items()) if times > 1]
    if NAMES in header and classes:
        wrong.append(f"has {NAMES!r} and columns besides, {', '.join(classes)[:80]}: use one form or the other")
    if NAMES not in header and not classes:
        wrong.append(f"has neither a column {NAMES!r} nor one for a class")
    wrong += [f"a column has the name {name!r}" for name in classes if not name or not is_printable(name)]
    return wrong


def _of_images(path: Path, lines: Iterable[Line], images: Sequence[str], mistakes: list[Mistake]) -> list[Line]:
    """Return the lines of images that are there, the first line of each."""
    there, first_lines = set(images), dict[str, int]()
    by_name = {image.rpartition("/")[2].lower(): image for image in images}
    good = []
    for number, cells in lines:
        image = cells[IMAGE]
        if image not in there:
            like = by_name.get(re.split(r"[/\\]", image)[-1].lower())
            what = f"there is no image {image[:100]!r}" + (f", did you mean {like!r}?" if like else "")
            mistakes.append(Mistake(f"{path}:{number}", what))
        elif image in first_lines:
            mistakes.append(Mistake(f"{path}:{number}", f"image {image!r} has a line already, {first_lines[image]}"))
        else:
            first_lines[image] = number
            good.append((number, cells))
    return good


Rows = dict[str, tuple[int, ...]]


def _long(
    path: Path, lines: Sequence[Line], fixed: Sequence[str] | None, mistakes: list[Mistake]
) -> tuple[tuple[str, ...], Rows]:
    named = {n: [name.strip() for name in re.split(r"[;|]", cells[NAMES]) if name.strip()] for n, cells in lines}
    classes = tuple(fixed) if fixed is not None else tuple(sorted({name for some in named.values() for name in some}))
    known = set(classes)
    for number, names in named.items():
        for name in names:
            if name not in known:
                mistakes.append(_unknown_class(path, number, name, () if len(mistakes) > HINTED else classes))
        mistakes += [Mistake(f"{path}:{number}", f"{n!r} cannot be shown") for n in names if not is_printable(n)]
    if lines and not classes:
        mistakes.append(Mistake(str(path), "names no class at all"))
    if _are_too_many(path, lines, classes, mistakes):
        return classes, {}
    there = {number: set(names) for number, names in named.items()}
    return classes, {
        cells[IMAGE]: tuple(POSITIVE if name in there[n] else NEGATIVE for name in classes) for n, cells in lines
    }


def _wide(
    path: Path, header: Sequence[str], lines: Sequence[Line], fixed: Sequence[str] | None, mistakes: list[Mistake]
) -> tuple[tuple[str, ...], Rows]:
    columns = [name for name in header if name not in {IMAGE, SPLIT}]
    classes = tuple(fixed) if fixed is not None else tuple(sorted(columns))
    known = set(classes)
    unknown = [name for name in columns if name not in known]
    mistakes += [_unknown_class(path, 1, name, () if at > HINTED else classes) for at, name in enumerate(unknown)]
    rows: Rows = {}
    if _are_too_many(path, lines, classes, mistakes):
        return classes, rows
    for number, cells in lines:
        bad = [name for name in columns if cells[name].lower() not in CELLS]
        mistakes += [_bad_cell(path, number, name, cells[name]) for name in bad]
        # A class of `classes.txt` without a column: nobody has said anything about it.
        rows[cells[IMAGE]] = tuple(CELLS.get(cells.get(name, "").lower(), UNKNOWN) for name in classes)
    if rows and all(value == UNKNOWN for values in rows.values() for value in values) and not mistakes:
        mistakes.append(Mistake(str(path), "holds no label at all"))
    return classes, rows


def _are_too_many(path: Path, lines: Sequence[Line], classes: Sequence[str], mistakes: list[Mistake]) -> bool:
    if len(lines) * len(classes) <= MOST_LABELS:
        return False
    what = f"{len(classes)} classes for {len(lines)} images are more than {MOST_LABELS} labels"
    mistakes.append(Mistake(str(path), what))
    return True


def _unknown_class(path: Path, number: int, name: str, classes: Sequence[str]) -> Mistake:
    hint = f", {nearest(name, classes)}" if classes else ""
    return Mistake(f"{path}:{number}", f"there is no class {name[:60]!r} in classes.txt{hint}")


def _bad_cell(path: Path, number: int, name: str, cell: str) -> Mistake:
    return Mistake(
        f"{path}:{number}", f"{name} is {cell[:40]!r}; it can be {', '.join(c for c in CELLS if c)} or empty"
    )


def _splits(path: Path, lines: Sequence[Line], rows: Rows, mistakes: list[Mistake]) -> dict[str, str]:
    splits: dict[str, str] = {}
    for number, cells in lines:
        split = SPLITS.get(cells[SPLIT].lower())
        if split is None:
            mistakes.append(Mistake(f"{path}:{number}", f"split is {cells[SPLIT][:40]!r}; it can be train or test"))
        elif split == "test" and UNKNOWN in rows.get(cells[IMAGE], ()):
            mistakes.append(Mistake(f"{path}:{number}", "a test image needs a label for every class"))
        splits[cells[IMAGE]] = split or "train"
    return splits
