"""What each column of a table is: the image, its labels, its split, a class, or something that is no label."""

import re
import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from campaigns.core.text import is_printable
from campaigns.datasets.several_lines import BOXES, has_boxes, plain_name, repeats_images, which_lines
from campaigns.datasets.split_words import are_split_words
from campaigns.datasets.table_text import RawTable

IMAGES = (
    "image", "images", "file", "filename", "file_name", "fname", "img", "img_name", "image_name", "imagename",
    "image_path", "img_path", "path", "filepath", "file_path", "image_file", "image_filename", "picture", "photo",
    "image_id", "imageid", "img_id", "image_index", "imageindex", "image_url", "name", "url", "uri", "id",
)  # fmt: skip
LABELS = (
    "labels", "label", "tags", "tag", "classes", "class", "categories", "category", "targets", "target", "genres",
    "genre", "finding_labels", "finding_label", "findings", "label_names", "class_names", "keywords",
)  # fmt: skip
SPLITS = frozenset({
    "is_valid", "is_test", "is_train", "is_val", "valid", "validation", "val", "test", "fold", "kfold",
    "subset", "set", "partition", "dataset", "phase", "usage", "split", "is_training", "istrain", "istest", "training",
    "testing", "train_set", "test_set", "in_train", "in_test", "trainval", "train_val", "holdout", "held_out",
    "heldout", "hold_out", "cv_fold", "set_id", "evaluation", "eval", "dev", "is_holdout",
})  # fmt: skip
NUMBERS = frozenset({
    "id", "idx", "index", "no", "nr", "number", "row", "width", "height", "size", "image_id", "patient_id", "patient",
    "study_id", "age", "year", "follow_up_#", "follow_up", "patient_age", "patientid", "studyid", "series_id",
})  # fmt: skip
FLAGS = frozenset({
    "num_labels", "n_labels", "label_count", "labels_count", "num_classes", "num_objects", "count", "total", "sum",
    "group", "reviewed", "verified", "checked", "approved", "validated", "occluded", "is_occluded", "truncated",
    "is_truncated", "difficult", "is_difficult", "iscrowd", "is_crowd", "augmented", "is_augmented", "duplicate",
    "is_duplicate", "flag", "flagged", "exclude", "excluded", "ignore", "ignored", "skip", "skipped", "done", "weight",
    "labelled", "labeled", "annotated", "is_labelled", "is_labeled", "quality", "annotators", "annotator", "n_objects",
    "n_boxes", "num_boxes", "n_faces", "num_faces", "n_annotators", "num_annotators", "rater", "raters", "rater_id",
    "verified_by", "reviewed_by", "consensus", "agree", "agreement", "version", "batch", "site", "difficulty",
    "uncertain", "uncertainty", "unsure", "not_sure", "usable", "is_usable",
})  # fmt: skip
"""Names of columns that usually say something of the line and not of a class, as 0 and 1 or in other words."""
SECOND = re.compile(r"(?:label|tag|class|category|target|genre)(?:s|es)?[_.]?\d+")
NO_NAME = re.compile(r"[-+\d.eE%]+|true|false|yes|no", re.IGNORECASE)
NO_SPLIT = "-"
"""Said as the split column: there is none, whatever a column is called."""


@dataclass(frozen=True, slots=True)
class NamedColumns:
    """Columns that a person names; None where they are to be told from their names."""

    image: str | None = None
    labels: str | None = None
    """The one that names classes."""
    split: str | None = None
    """Or `COLUMN=VALUE`, or `NO_SPLIT`."""
    class_option: str = "--class-column"
    """That names the column of classes, for a person."""

    def missing(self, header: Sequence[str]) -> list[str]:
        """Return what is said of images and labels and is no column."""
        return [name for name in (self.image, self.labels) if name is not None and name not in header]


@dataclass(slots=True)
class Columns:
    """Places of the columns."""

    image: int = -1
    labels: int | None = None
    split: int | None = None
    classes: list[int] = field(default_factory=list)
    has_boxes: bool = False
    """Each line is a box: several of an image may name one class."""
    notes: list[str] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)


def roles(raw: RawTable, *, named: NamedColumns, listed: Sequence[str] | None, cells: frozenset[str]) -> Columns:
    """Return what the columns are.

    `listed` are the classes when a person gave them, `cells` what a label may be.
    """
    header, result = raw.header, Columns()
    lower = [plain_name(name) for name in header]
    shown = ", ".join(header)[:80] or "of nothing"
    if missing := named.missing(header):
        result.mistakes.append(f"has no column {missing[0]!r}; there is {shown}")
        return result
    result.image = _first(header, lower, IMAGES) if named.image is None else list(header).index(named.image)
    if result.image < 0:
        result.mistakes.append(f"names the columns {shown}; one should be 'image', comma-separated: say --image COLUMN")
        return result
    twice = [name for name, times in sorted(Counter(header).items()) if times > 1]
    result.mistakes += [f"column {name!r} is listed twice" for name in twice]
    result.split = _split(header, lower, named.split, result)
    rest = [at for at in range(len(header)) if at not in {result.image, result.split}]
    rest = [at for at in rest if not _is_index(raw, at, result)]
    if not twice:
        if named.labels is not None:
            result.labels = list(header).index(named.labels)
            result.has_boxes = has_boxes(lower)
            _left_out([header[at] for at in rest if at != result.labels], result)
        else:
            _labels(raw, lower, rest, listed, cells, result, named.class_option)
            if result.labels is not None:
                others = [at for at in rest if at != result.labels]
                _ask_for_second(raw, lower, others, result, named.class_option)
        _ask_for_split(raw, lower, result, named.split, listed)
    bad = [header[at] for at in result.classes if not header[at] or not is_printable(header[at])]
    result.mistakes += [f"a column has the name {name!r}" for name in bad]
    return result


def shell_word(name: str) -> str:
    """Return the name of a column as a shell takes it; letters of all scripts need no quotes."""
    return name if re.fullmatch(r"[\w.]+", name) else shlex.quote(name)


def _first(header: Sequence[str], lower: Sequence[str], names: Sequence[str]) -> int:
    """Return the place of the first of these names, as it stands before in another case; -1 for none."""
    for name in names:
        for row in (header, lower):
            if name in row:
                return list(row).index(name)
    return -1


def _split(header: Sequence[str], lower: Sequence[str], split: str | None, result: Columns) -> int | None:
    if split is None:
        at = _first(header, lower, ("split",))
        return None if at < 0 else at
    name = split.partition("=")[0].strip()
    if name == NO_SPLIT:
        return None
    if name in header:
        return list(header).index(name)
    result.mistakes.append(f"has no column {name!r} to split by; there is {', '.join(header)[:80]}: --split COLUMN")
    return None


def _is_index(raw: RawTable, at: int, result: Columns) -> bool:
    """Return whether it is the first column, without a name, and counts the lines."""
    name = raw.header[at]
    if at or (name and not name.lower().startswith("unnamed:")):
        return False
    numbers = [cells[0] for _, cells in raw.lines if cells]
    start = 1 if numbers[:1] == ["1"] else 0
    if numbers != [str(n) for n in range(start, start + len(numbers))]:
        return False
    result.notes.append("the first column counts the lines and was left out")
    return True


def _labels(
    raw: RawTable,
    lower: Sequence[str],
    rest: Sequence[int],
    listed: Sequence[str] | None,
    cells: frozenset[str],
    result: Columns,
    option: str,
) -> None:
    header = raw.header
    if listed is not None and any(header[at] in listed for at in rest):
        result.classes = [at for at in rest if header[at] in listed]
        _left_out([header[at] for at in rest if header[at] not in listed], result)
        return
    apart = [at for at in rest if lower[at] not in LABELS]
    named = [at for at in rest if lower[at] in LABELS]
    result.has_boxes = bool(named) and has_boxes(lower)
    if result.has_boxes:
        apart = [at for at in apart if lower[at] not in BOXES]
    marked = [at for at in apart if _is_marked(raw, at, cells) and lower[at] not in SPLITS | NUMBERS]
    repeats = repeats_images(raw, result.image)
    if named and not repeats:
        # A person has listed classes, and none is a column: they are what the cells name.
        marked = [] if listed is not None else [at for at in marked if lower[at] not in FLAGS]
    if not named and not apart:
        result.mistakes.append("has neither a column 'labels' nor one for a class: name the file with --labels FILE")
    elif named and (repeats or not marked):
        place = _first(header, lower, LABELS)
        result.labels = place if place in named else named[0]
        others = [at for at in rest if at != result.labels and lower[at] not in SPLITS]
        _left_out([header[at] for at in others], result)
        if repeats and (what := which_lines(raw, others, marked, image=result.image, labels=result.labels)):
            way = f"{option} {shell_word(header[result.labels])}"
            result.mistakes.append(f"{what}, or say {way} where all of them do")
    elif named:
        shown = ", ".join(header[at] for at in marked)[:80]
        what = f"has {header[named[0]]!r} and columns besides, {shown}: use one form or the other, or --classes FILE"
        result.mistakes.append(what + " with the names of the classes, whether in the cells or those of columns")
    else:
        _wide(raw, lower, apart, cells, result)


def _wide(raw: RawTable, lower: Sequence[str], apart: Sequence[int], cells: frozenset[str], result: Columns) -> None:
    numbers = [at for at in apart if lower[at] in NUMBERS | FLAGS]
    for at in numbers:
        if _is_marked(raw, at, cells):
            name = raw.header[at]
            kind = "a number" if lower[at] in NUMBERS else "say something else of the image"
            what = f"column {name!r} may be a class or {kind}: say --classes FILE with the names of the classes"
            result.mistakes.append(what)
    _left_out([raw.header[at] for at in numbers], result)
    result.classes = [at for at in apart if at not in numbers and lower[at] not in SPLITS]
    _left_out([raw.header[at] for at in apart if lower[at] in SPLITS], result)
    if not result.classes and not result.mistakes:
        result.mistakes.append("has neither a column 'labels' nor one for a class: name the file with --labels FILE")


def _ask_for_split(
    raw: RawTable, lower: Sequence[str], result: Columns, split: str | None, listed: Sequence[str] | None
) -> None:
    """Ask about columns that look like a split, unless a person said which it is, or that one is a class."""
    if split is not None or result.split is not None:
        return
    for at, name in enumerate(lower):
        shown = raw.header[at]
        if at in {result.image, result.labels} or shown in (listed or ()):
            continue
        if name in SPLITS or are_split_words({row[at] for _, row in raw.lines if len(row) > at}):
            written, value = shell_word(shown), shell_word(f"{shown}=VALUE")
            class_way = "" if result.labels is not None else ", or --classes FILE where it is a class"
            result.mistakes.append(
                f"column {shown!r} looks like a split: say --split {written}, --split {value} with the value "
                f"that is the test split, or --split {NO_SPLIT} to leave it out{class_way}"
            )


def _ask_for_second(raw: RawTable, lower: Sequence[str], others: Sequence[int], result: Columns, option: str) -> None:
    """Ask about columns that hold labels as well: they are called so, or name the same classes."""
    names = _names_in(raw, result.labels or 0)
    second = [raw.header[at] for at in others if SECOND.fullmatch(lower[at]) or names & _names_in(raw, at)]
    if second:
        first = raw.header[result.labels or 0]
        result.mistakes.append(
            f"column {first!r} holds labels, and so may {', '.join(second)[:80]}: write all labels of an image into "
            f"one cell, divided by ;, or say {option} {shell_word(first)} to leave the others out"
        )


def _names_in(raw: RawTable, at: int) -> set[str]:
    """Return the words in a column that could be names of classes."""
    cells = {row[at] for _, row in raw.lines if len(row) > at}
    names = {part.strip() for cell in cells for part in re.split(r"[;|,]", cell)}
    return {
        name
        for name in names
        if len(name) > 1 and not re.fullmatch(r"[-+\d.eE%]+|true|false|yes|no", name, re.IGNORECASE)
    }


def _is_marked(raw: RawTable, at: int, cells: frozenset[str]) -> bool:
    return all(cell.lower() in cells for cell in {row[at] for _, row in raw.lines if len(row) > at})


def _left_out(names: Sequence[str], result: Columns) -> None:
    if names:
        result.notes.append(f"left out as no labels: the columns {', '.join(names)[:200]}")
