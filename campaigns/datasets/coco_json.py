"""COCO's JSON, read and checked: which images there are, and which classes are annotated in each."""

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from campaigns.core.text import is_printable
from campaigns.datasets.coco_marks import guessed, is_deleted, is_ignored, strange_mark
from campaigns.datasets.flags import flag
from campaigns.datasets.mistakes import refuse
from campaigns.errors import BadData, Mistake
from campaigns.home.files import plain

TABLES = ("images", "annotations", "categories")
UNUSED = ("segmentation", "bbox", "coco_url", "flickr_url", "date_captured")
"""Dropped while reading: the outlines alone would take two thirds of the memory."""
IDS = ("id", "image_id", "category_id")
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,17}")
MOST_BYTES = 1 << 32
"""Of one JSON; that of COCO's 118 000 training images has a ninth of it."""
HINT = "get the annotations again, or mend the program that wrote this file"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Options:
    """What counts as an annotation, and what as an image."""

    keep_crowd: bool = True
    """Annotations of a crowd count as the class being there."""
    keep_unannotated: bool = False
    """Images without an annotation that counts are kept, as images of nothing."""


@dataclass(frozen=True, slots=True)
class Index:
    """All that a campaign needs of one JSON."""

    ids: list[str]
    """Image ids, ascending as numbers; those that are no numbers come last, as text."""
    names: list[str]
    """File of each image, relative to the split's folder."""
    classes: tuple[str, ...]
    """Category names, by ascending category id."""
    present: NDArray[np.bool_]
    """(N, C) True where the image has an annotation of the class."""
    ignored: NDArray[np.bool_]
    """(N, C) True where all its annotations of the class say that they are to be ignored, or difficult."""
    unannotated: int = 0
    """Images that were left out because no annotation that counts is theirs."""
    dangling: int = 0
    """Annotations that were left out because the file lists no image of their id."""
    federated: int = 0
    """Images that name classes known to be absent, as in LVIS: of all others without an annotation nobody knows."""
    deleted: int = 0
    """Annotations that were left out because they say that they were deleted."""
    stated: tuple[str, ...] = ()
    """Words that images have as their `split`."""


def read_index(path: Path, options: Options) -> Index:
    """Read the index of a JSON.

    Raises:
        BadData: with every mistake in it, those of one kind counted and shown by their first.
    """
    tables = _tables(path)
    images, annotations, categories = (tables[name] for name in TABLES)
    checks = [
        ("images", _first_bad(images, "id", _is_id, "no whole number as 'id' and no text")),
        ("images", _first_bad(images, "file_name", _is_inside, "no 'file_name' that stays inside the folder")),
        ("images", _repeated(images, "id")),
        ("images", _repeated(images, "file_name")),
        ("annotations", _first_bad(annotations, "image_id", _is_id, "no whole number as 'image_id' and no text")),
        ("annotations", _first_bad(annotations, "category_id", _is_id, "no whole number as 'category_id' and no text")),
        ("annotations", _unknown(annotations, "category_id", categories)),
        ("annotations", strange_mark(annotations)),
        ("annotations", guessed(annotations)),
        ("categories", _first_bad(categories, "id", _is_id, "no whole number as 'id' and no text")),
        ("categories", _first_bad(categories, "name", _is_class, "no printable 'name'")),
        ("categories", _repeated(categories, "id")),
        ("categories", _repeated(categories, "name")),
    ]
    refuse(str(path), [Mistake(f"{path}: {where}", what) for where, what in checks if what], hint=HINT)
    return _index(images, annotations, categories, options)


def stated_note(index: Index) -> list[str]:
    """Say that images have a split of their own, which is not used, and what is."""
    if len(index.stated) <= 1:
        return []
    shown = ", ".join(index.stated)[:80]
    return [
        f"images state a split ({shown}), which is not used: write a JSON for each, with train and test in its name"
    ]


def _tables(path: Path) -> dict[str, list[Row]]:
    """Return the three lists of objects that count."""
    try:
        # Windows' shell writes UTF-16; the first bytes of a JSON tell, by its own rule.
        with plain(path) as raw, TextIOWrapper(raw, encoding=json.detect_encoding(raw.peek(4)[:4])) as file:
            if os.fstat(file.fileno()).st_size > MOST_BYTES:
                raise BadData(f"{path} is larger than {MOST_BYTES >> 30} GiB", hint=HINT)
            read = json.load(file, object_hook=_slim)
    except OSError as error:
        raise BadData(f"cannot read {path}: {error.strerror}", hint="check that it is there and may be read") from error
    except RecursionError as error:
        raise BadData(f"{path} is not JSON that can be read: nested too deeply", hint=HINT) from error
    except ValueError as error:
        raise BadData(f"{path} is not JSON: {error}", hint=HINT) from error
    if not isinstance(read, dict):
        raise BadData(f"{path} should hold an object with {', '.join(TABLES)}", hint=HINT)
    wrong = []
    for name in TABLES:
        rows = read.get(name)
        if name not in read:
            wrong.append(Mistake(f"{path}: {name}", "is missing"))
        elif not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            wrong.append(Mistake(f"{path}: {name}", "should be a list of objects"))
    refuse(str(path), wrong, hint=HINT)
    return {name: read[name] for name in TABLES}


def _slim(row: Row) -> Row:
    for key in UNUSED:
        row.pop(key, None)
    for key in IDS:
        # Numbers are the rule and stay as they are: there may be a million of them.
        if isinstance(value := row.get(key), (str, float)):
            row[key] = _as_id(value)
    if isinstance(name := row.get("file_name"), str):
        row["file_name"] = _with_slashes(name)
    return row


def _as_id(value: str | float) -> object:
    """Return the whole number that text or a float stands for, else the value itself."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    return int(value) if _WHOLE.fullmatch(value) else value


def _with_slashes(name: str) -> str:
    r"""Return a path as POSIX writes it: programs on Windows write `images\1.jpg`, others `./1.jpg`."""
    return "/".join(part for part in name.replace("\\", "/").split("/") if part != ".")


def _is_id(value: object) -> bool:
    if isinstance(value, str):
        return value.strip() != "" and is_printable(value)
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63


def _is_class(value: object) -> bool:
    return isinstance(value, str) and value.strip() != "" and is_printable(value)


def _is_inside(value: object) -> bool:
    """Return whether a value is a relative path that cannot leave its folder, on any system."""
    if not isinstance(value, str) or not is_printable(value) or "\\" in value or ":" in value:
        return False
    return all(part not in {"", ".", ".."} for part in value.split("/"))


def _first_bad(rows: Sequence[Row], key: str, is_good: Callable[[object], bool], what: str) -> str:
    """Say how many rows are not good in `key`, and which is the first; empty when all are good."""
    bad = [n for n, row in enumerate(rows) if not is_good(row.get(key))]
    return f"{len(bad)} have {what}, the first is number {bad[0]}: {str(rows[bad[0]])[:100]}" if bad else ""


def _repeated(rows: Sequence[Row], key: str) -> str:
    # As text, because a list would be no key of a dictionary; that it is a list is reported elsewhere.
    twice = [value for value, n in Counter(repr(row[key]) for row in rows if key in row).items() if n > 1]
    return f"{len(twice)} times the same {key!r} more than once, for example {twice[0][:100]}" if twice else ""


def _unknown(rows: Sequence[Row], key: str, known: Sequence[Row]) -> str:
    """Say how many annotations point at a category that is not there; empty when none does."""
    there = {row["id"] for row in known if _is_id(row.get("id"))}
    bad = [value for row in rows if _is_id(value := row.get(key)) and value not in there]
    return f"{len(bad)} have an unknown {key!r}, for example {bad[0]}" if bad else ""


def _index(images: list[Row], annotations: list[Row], categories: list[Row], options: Options) -> Index:
    """(N, C) presence, and what is to be ignored, from checked rows."""
    images, categories = (sorted(rows, key=lambda row: _rank(row["id"])) for rows in (images, categories))
    places = {row["id"]: i for i, row in enumerate(images)}
    columns = {row["id"]: i for i, row in enumerate(categories)}
    counted = [row for row in annotations if options.keep_crowd or flag(row.get("iscrowd")) is False]
    attached = [row for row in counted if row["image_id"] in places and not is_deleted(row)]
    present, ignored = np.zeros((2, len(images), len(categories)), np.bool_)
    for table, is_table in ((present, False), (ignored, True)):
        rows = [row for row in attached if is_ignored(row) is is_table]
        table[_places(rows, "image_id", places), _places(rows, "category_id", columns)] = True
    ignored &= ~present
    # An image of which something is to be ignored was looked at.
    kept = np.ones(len(images), np.bool_) if options.keep_unannotated else (present | ignored).any(axis=1)
    some = [images[i] for i in np.flatnonzero(kept)]
    words = {word for row in some if isinstance(word := row.get("split"), str) and is_printable(word)}
    return Index(
        ids=[str(row["id"]) for row in some],
        names=[str(row["file_name"]) for row in some],
        classes=tuple(str(row["name"]) for row in categories),
        present=present[kept],
        ignored=ignored[kept],
        unannotated=len(images) - len(some),
        dangling=sum(row["image_id"] not in places for row in annotations),
        federated=sum("neg_category_ids" in row for row in some),
        deleted=sum(map(is_deleted, annotations)),
        stated=tuple(sorted(words)),
    )


def _rank(value: int | str) -> tuple[bool, int, str]:
    """Sort numbers before text, each in its own order."""
    return (True, 0, value) if isinstance(value, str) else (False, value, "")


def _places(rows: Sequence[Row], key: str, places: Mapping[int | str, int]) -> NDArray[np.int64]:
    """Return the place of the id that each row holds in `key`."""
    return np.fromiter((places[row[key]] for row in rows), np.int64, len(rows))
