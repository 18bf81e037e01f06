"""Predictions in files: CSV and JSON lines, a photograph a line, in the order they were given."""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from alwsl_tui.cli.json.models import prediction_record
from campaigns.home.files import replacing
from campaigns.home.model_file import ModelDescription
from campaigns.reporting.csv_tables import safe
from campaigns.services.results.predict import LabelledPhotograph

Write = Callable[[LabelledPhotograph], None]
SCORES = ".npz"
"""What `choose` reads."""
FORMATS = (".csv", ".jsonl", SCORES)
SEPARATORS = (";", "|", "\t", "\n")
"""Between the labels of a photograph, as `data add` takes them: the first that is in no class's name."""


@contextmanager
def prediction_file(path: Path, description: ModelDescription) -> Iterator[Write]:
    """Yield what writes one prediction; the file is there, whole, when the block ends well."""
    classes = description.classes
    if path.suffix == SCORES:
        readings: list[LabelledPhotograph] = []
        yield readings.append
        _write_scores(path, [each for each in readings if each.problem is None], description)
        return
    with replacing(path.absolute()) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        if path.suffix == ".csv":
            out = csv.writer(file, lineterminator="\n")
            out.writerow(["image", "labels", *map(safe, classes), "problem"])
            between = next(mark for mark in SEPARATORS if not any(mark in name for name in classes))
            yield lambda prediction: out.writerow(_row(prediction, len(classes), between))
        else:
            yield lambda prediction: _write_line(file, prediction, classes)


def _write_scores(path: Path, readings: Sequence[LabelledPhotograph], description: ModelDescription) -> None:
    """Write the task, and of what could be read logits and extrema: nobody can choose what nobody can look at."""
    import numpy as np

    arrays = {
        "images": np.array([str(each.path) for each in readings]),
        "classes": np.array(description.classes),
        "task": np.array(description.task),
        "logits": np.array([each.logits for each in readings], np.float32),
        "peaks": np.array([each.peaks for each in readings], np.float32),
        "troughs": np.array([each.troughs for each in readings], np.float32),
    }
    with replacing(path.absolute()) as draft, draft.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


def _row(prediction: LabelledPhotograph, classes: int, between: str) -> list[object]:
    numbers = prediction.probabilities or [""] * classes
    problem = "" if prediction.problem is None else prediction.problem.message
    return [safe(str(prediction.path)), safe(between.join(prediction.labels)), *numbers, safe(problem)]


def _write_line(file: IO[str], prediction: LabelledPhotograph, classes: Sequence[str]) -> None:
    file.write(json.dumps(prediction_record(prediction, classes), allow_nan=False) + "\n")
