"""Thresholds that a person sets: one probability for all classes, or a file of them."""

import csv
import io
from collections.abc import Sequence
from math import isfinite
from pathlib import Path

from campaigns.errors import BadData, Mistake, UsageError, nearest
from campaigns.home.files import bounded
from campaigns.home.typed_paths import expanded

MOST_BYTES = 1 << 24
"""Of a file of thresholds."""
NAMED = 20
"""Mistakes that are listed."""
HEADER = ["class", "threshold"]


def fixed_thresholds(text: str, classes: Sequence[str]) -> dict[str, float]:
    """Return thresholds by class: the same one for all where `text` is a probability, else those of a CSV file.

    A class that the file leaves out has none here; the model's own serves.

    Raises:
        UsageError: the text is neither a probability nor the name of a file.
        BadData: the file is wrong.
    """
    value = _number(text)
    if value is not None:
        if not 0 <= value <= 1:
            raise UsageError(f"--threshold {text}: a probability lies between 0 and 1", hint="try --threshold 0.5")
        return dict.fromkeys(classes, value)
    path = expanded(text)
    if not path.is_file():
        hint = "--threshold is F1, a probability such as 0.5, or a CSV file with the columns class and threshold"
        raise UsageError(f"--threshold {text}: there is no such file", hint=hint)
    return _read(path, classes)


def _read(path: Path, classes: Sequence[str]) -> dict[str, float]:
    thresholds: dict[str, float] = {}
    mistakes: list[Mistake] = []
    for number, cells in _lines(path):
        where = f"{path.name}:{number}"
        if len(cells) != len(HEADER):
            mistakes.append(Mistake(where, f"has {len(cells)} cells, not a class and a threshold"))
            continue
        name, text = (cell.strip() for cell in cells)
        value = _number(text)
        if name not in classes:
            mistakes.append(Mistake(where, f"{name!r} is none of the model's classes; {nearest(name, classes)}"))
        elif name in thresholds:
            mistakes.append(Mistake(where, f"{name!r} is listed twice"))
        elif value is None or not 0 <= value <= 1:
            mistakes.append(Mistake(where, f"{text!r} is not a probability between 0 and 1"))
        else:
            thresholds[name] = value
    if mistakes or not thresholds:
        what = f"{path} holds no thresholds" if not mistakes else f"the thresholds in {path} cannot be used"
        hint = "a line for each class, such as dog,0.4, below the line class,threshold"
        raise BadData(what, mistakes=mistakes[:NAMED], hint=hint)
    return thresholds


def _lines(path: Path) -> list[tuple[int, list[str]]]:
    try:
        text = bounded(path, MOST_BYTES).decode("utf-8-sig")
        rows = [(number, cells) for number, cells in enumerate(csv.reader(io.StringIO(text)), 1) if cells]
    except (OSError, ValueError, csv.Error) as error:
        raise BadData(f"cannot read {path} as CSV: {error}", hint="save it as CSV in UTF-8") from error
    if not rows or [cell.strip().lower() for cell in rows[0][1]] != HEADER:
        raise BadData(f"{path} has to begin with the line {','.join(HEADER)}", hint="then a line for each class")
    return rows[1:]


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None
