"""The column of a table of labels that says which images are for training and which for testing."""

from collections.abc import Mapping

from campaigns.datasets.columns import shell_word
from campaigns.datasets.dataset import POSITIVE, UNKNOWN
from campaigns.datasets.split_words import HELD_OUT, TRAIN
from campaigns.datasets.table_reader import PLAIN_CELLS, Lines, Rows, TableReader

EMPTY_IS_NO = "--empty-cell absent says that an empty cell is a no"
"""For a person who left cells empty."""
SHOWN = 6
"""Values of a column that are told."""


def read_splits(reader: TableReader, lines: Lines, rows: Rows) -> dict[str, str]:
    """Return `train` or `test` by image."""
    place = reader.columns.split or 0
    splits: dict[str, str] = {}
    wrong: list[tuple[int, str]] = []
    unlabelled: list[tuple[int, str]] = []
    meaning = _split_meaning(reader, {row[place] for _, _, row in lines})
    for number, image, row in lines:
        split = meaning.get(row[place].lower())
        if split is None:
            column = reader.header[place]
            what = (
                f"split is {row[place][:40]!r}; it can be train or test; or say --split {column}=VALUE with the value "
                "of the test images"
            )
            wrong.append((number, what))
        elif split == "test" and UNKNOWN in rows.get(image, ()):
            has_empty = reader.options.empty_cell is None and any(not row[at] for at in reader.columns.classes)
            way = f"; {EMPTY_IS_NO}" if has_empty else ""
            unlabelled.append((number, f"a test image needs a label for every class{way}"))
        if splits.setdefault(image, split or "train") != (split or "train"):
            wrong.append((number, f"image {image!r} is in both splits"))
    reader.wrong_lines(wrong)
    reader.wrong_lines(unlabelled)
    return splits


def _split_meaning(reader: TableReader, cells: set[str]) -> Mapping[str, str]:
    """Return the split of each value, in lower case, that is plain; the others have to be said."""
    _, is_said, value = (reader.options.split or "").partition("=")
    values = {cell.lower() for cell in cells}
    if is_said:
        if value.lower() not in values:
            name = reader.header[reader.columns.split or 0]
            there = ", ".join(repr(cell[:40]) for cell in sorted(cells)[:SHOWN]) + ", …" * (len(cells) > SHOWN)
            way = f"say --split {shell_word(name)}=VALUE with the value of the test images"
            reader.wrong(f"no line has {value!r} in column {name!r}, there is {there}: {way}")
        return {each: "test" if each == value.lower() else "train" for each in values}
    held_out = [name for name in HELD_OUT if name in values]
    meaning = dict.fromkeys(TRAIN, "train")
    if held_out:
        meaning[held_out[0]] = "test"
    column = reader.header[reader.columns.split or 0].lower()
    if reader.options.split and column in {"is_valid", "is_test", "is_val", "valid", "test", "val", "validation"}:
        meaning |= {
            each: "test" if PLAIN_CELLS[each] == POSITIVE else "train" for each in PLAIN_CELLS if each in values
        }
    return meaning
