"""Images with what somebody's model says of each, from a file that any program may have written."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from campaigns.datasets.mistakes import refuse
from campaigns.datasets.raw_scores import (
    HINT,
    OUTPUTS,
    PEAKS,
    TROUGHS,
    Meaning,
    RawScores,
    check_names,
)
from campaigns.datasets.score_arrays import read_score_arrays
from campaigns.datasets.score_table import read_score_table
from campaigns.errors import BadData
from campaigns.home.files import plain
from campaigns.recipe.tasks import MULTILABEL, TASKS, LearningTask
from campaigns.selection.scores import Floats, Link, Measured, Scores, log_shares, logit

LEAST_SHARE = 0.01
"""Of numbers outside [0, 1] among logits: fewer are rather slips among probabilities."""
SLACK = 0.05
"""How far rounding may bring the sum of probabilities that add up to 1 away: a hundred classes of three digits."""
ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06")
"""How a file of several arrays begins."""
ONE_ARRAY = b"\x93NUMPY"
SAVED = "numpy.savez(FILE, images=…, classes=…, probabilities=…)"


@dataclass(frozen=True, slots=True, eq=False)
class ScoredImages:
    """A pool that somebody else scored."""

    path: Path
    images: tuple[str, ...]
    classes: tuple[str, ...]
    scores: Scores
    """(N, C), in the order of images and classes."""
    meaning: Meaning
    """What the file holds for each class."""
    known_by: str
    """How that is known, for a person."""
    reading: str
    """Form, encoding and separator that were taken, for a person."""
    task: LearningTask
    """What the model learnt."""
    task_by: str
    """How that is known, for a person; empty where nobody said."""
    adds_up: bool
    """Whether the outputs of each image are probabilities that add up to 1."""

    def without(self, names: Collection[str]) -> "ScoredImages":
        """Return the same pool without some of its images."""
        kept = np.array([at for at, image in enumerate(self.images) if image not in names], np.int64)
        images = tuple(self.images[at] for at in kept.tolist())
        return replace(self, images=images, scores=self.scores.take(kept))


def read_scored_images(path: Path, *, meaning: Meaning | None = None, task: str | None = None) -> ScoredImages:
    """Return the images, classes and scores in a file, CSV or NPZ; with `meaning`, its numbers are that.

    `task` is the name of one of `TASKS`: what the model learnt. Unless the file says it, any number of classes.

    Raises:
        BadData: the file cannot be read, or has mistakes: all are told at once.
    """
    try:
        with plain(path) as file:
            start = file.read(len(ONE_ARRAY))
        if start == ONE_ARRAY:
            raise ValueError(f"it is one array without names; save them together: {SAVED}")
        raw = read_score_arrays(path) if start.startswith(ARCHIVES) else read_score_table(path)
    except (OSError, ValueError) as error:
        if isinstance(error, BadData):
            raise
        reason = error.strerror if isinstance(error, OSError) else error
        hint = "give a CSV or an NPZ of scores; what it holds: alwsl-tui help criteria"
        raise BadData(f"cannot read {path}: {reason}", hint=hint) from error
    return _checked(raw, meaning, task)


def _checked(raw: RawScores, told: Meaning | None, told_task: str | None) -> ScoredImages:
    tally = raw.tally
    check_names("class", raw.classes, raw.class_place, tally)
    check_names("image", raw.images, raw.row_place, tally)
    for part, array in raw.arrays.items():
        is_bad = ~np.isfinite(array)
        _note(raw, part, is_bad, "not finite", "should be a finite number")
    if not tally.mistakes and not raw.images:
        tally.add("no image", str(raw.path), "holds no image")
    outputs = raw.arrays[OUTPUTS]
    meaning, known_by = _meaning(raw, told)
    task, task_by = _task(raw, told_task)
    if meaning is Meaning.PROBABILITIES:
        is_outside = np.isfinite(outputs) & ((outputs < 0) | (outputs > 1))
        _note(raw, OUTPUTS, is_outside, "outside", "should be a probability, in [0, 1]")
    is_off = _is_off(outputs) if meaning is Meaning.PROBABILITIES else np.ones(len(outputs), np.bool_)
    if task.link == "softmax" and meaning is Meaning.PROBABILITIES and not tally.mistakes:
        _note_sums(raw, task, is_off)
    if PEAKS in raw.arrays:
        _check_maps(raw)
    refuse(str(raw.path), tally.mistakes, hint=HINT)
    logits = outputs if meaning is Meaning.LOGITS else _LOGITS[task.link](outputs)
    maps = [raw.arrays[part] for part in (PEAKS, TROUGHS) if part in raw.arrays]
    scores = Scores(logits, *maps, link=task.link) if maps else Scores.without_maps(logits, link=task.link)
    return ScoredImages(
        raw.path, tuple(raw.images), tuple(raw.classes), scores, meaning, known_by, raw.reading, task, task_by,
        adds_up=not is_off.any(),
    )  # fmt: skip


_LOGITS: Mapping[Link, Callable[[Measured], Floats]] = {"sigmoid": logit, "softmax": log_shares}


def _is_off(outputs: Measured) -> NDArray[np.bool_]:
    """Return which images' probabilities do not add up to 1; (N, C) -> (N,)."""
    return np.asarray(np.abs(outputs.sum(axis=1, dtype=np.float64) - 1) > SLACK)


def _note_sums(raw: RawScores, task: LearningTask, is_off: NDArray[np.bool_]) -> None:
    if is_off.any():
        row = int(np.argmax(is_off))
        what = (
            f"the probabilities of {raw.images[row][:100]!r} add up to {raw.arrays[OUTPUTS][row].sum():.4g}; those of a"
            f" {task.name} model add up to 1. Numbers from before a softmax are --logits; where an image may show"
            " several classes, leave out --task"
        )
        raw.tally.add("sum", raw.row_place(row), what, times=int(is_off.sum()))


def _task(raw: RawScores, told: str | None) -> tuple[LearningTask, str]:
    """Return what the model learnt, and how that is known; note a mistake where the file says another task."""
    if raw.task is None:
        return TASKS[told or MULTILABEL], f"as --task {told} says" if told else ""
    if raw.task not in TASKS:
        raw.tally.add("task", str(raw.path), f"is of the task {raw.task[:40]!r}: {TASKS.hint(raw.task)}")
        return TASKS[MULTILABEL], ""
    if told not in {None, raw.task}:
        raw.tally.add("task", str(raw.path), f"is of the task {raw.task!r}, and --task {told} was given")
    return TASKS[raw.task], "as the file says"


def _note(raw: RawScores, part: str, is_bad: NDArray[np.bool_], kind: str, what: str) -> None:
    """Note the first number of an array that is wrong in one way, and how many there are."""
    if not is_bad.any():
        return
    row, column = divmod(int(np.argmax(is_bad)), is_bad.shape[1])
    where, title = raw.place(part, row, column)
    value = float(raw.arrays[part][row, column])
    raw.tally.add(f"{kind} {part}", where, f"{title} is {value!r}; {what}", times=int(is_bad.sum()))


def _check_maps(raw: RawScores) -> None:
    peaks, troughs = raw.arrays[PEAKS], raw.arrays[TROUGHS]
    is_swapped = peaks < troughs
    if is_swapped.any():
        row, column = divmod(int(np.argmax(is_swapped)), is_swapped.shape[1])
        (where, title), low = raw.place(PEAKS, row, column), float(troughs[row, column])
        what = f"{title} is {float(peaks[row, column])!r}, below its trough, {low!r}"
        raw.tally.add("swapped", where, what, times=int(is_swapped.sum()))


def _meaning(raw: RawScores, told: Meaning | None) -> tuple[Meaning, str]:
    """Return what the outputs are, and how that is known; note a mistake where it is not."""
    if raw.meaning is not None:
        if told not in {None, raw.meaning}:
            raw.tally.add("meaning", str(raw.path), f"holds an array {raw.meaning.value!r}, and --{told} was given")
        return raw.meaning, "as their array is called"
    if told is not None:
        return told, f"as --{told} says"
    outputs = raw.arrays[OUTPUTS]
    values = outputs if not raw.tally.mistakes else outputs[np.isfinite(outputs)]
    if not values.size:
        return Meaning.PROBABILITIES, "nothing is there"
    least, most = float(values.min()), float(values.max())
    if least >= 0 and most <= 1:
        return Meaning.PROBABILITIES, "all numbers are in [0, 1]"
    outside = int(((values < 0) | (values > 1)).sum())
    if least >= 0 or outside < LEAST_SHARE * values.size:
        _note(raw, OUTPUTS, np.isfinite(outputs) & ((outputs < 0) | (outputs > 1)), "unclear", _UNCLEAR)
    return Meaning.LOGITS, f"numbers go from {least:.4g} to {most:.4g}"


_UNCLEAR = (
    "probabilities are in [0, 1], and of logits some are below 0 and one in a hundred or more lies outside: "
    "say --probabilities or --logits"
)
