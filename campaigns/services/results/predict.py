"""What a trained model says of photographs that it never saw."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp
from pathlib import Path
from typing import Literal

import numpy as np

from campaigns.core.text import file_name
from campaigns.datasets.folder_notes import of_systems
from campaigns.datasets.folder_tree import file_tree
from campaigns.datasets.formats import SUFFIXES, other_formats
from campaigns.errors import BadData, JobFailed, Mistake, UsageError
from campaigns.home.errand import Errand, Failure, Reply
from campaigns.home.model_file import ModelDescription
from campaigns.home.typed_paths import expanded
from campaigns.recipe.tasks import TASKS
from campaigns.selection.scores import Link, softmax
from campaigns.services.campaigns.find import recipe_of
from campaigns.services.results.errands import Progress, answered
from campaigns.services.results.model import ModelOf, show_model
from campaigns.services.results.thresholds import fixed_thresholds
from campaigns.services.workspace import Workspace

NAMED = 20
"""Mistakes that are listed."""
F1 = "F1"
"""The thresholds that the model brings: of the highest F1 on held-out images."""
Device = Literal["auto", "cpu", "cuda"]


@dataclass(frozen=True, slots=True)
class LabelledPhotograph:
    """What the model says of one photograph."""

    path: Path
    """As it was given."""
    probabilities: tuple[float, ...] = ()
    """By class, each in [0, 1], by itself or of all together; none where the photograph cannot be read."""
    labels: tuple[str, ...] = ()
    """Classes whose probability reaches their threshold; where a picture shows exactly one, the most probable."""
    logits: tuple[float, ...] = ()
    """By class, before what makes them probabilities."""
    peaks: tuple[float, ...] = ()
    troughs: tuple[float, ...] = ()
    """With `peaks`, the extrema of the class maps, where they were asked for."""
    problem: Failure | None = None
    """Why it cannot be read."""


@dataclass(frozen=True, slots=True)
class Predictions:
    """A model at work."""

    description: ModelDescription
    thresholds: Mapping[str, float]
    """By class: from which probability on it is called present."""
    count: int
    """Photographs there will be."""
    each: Iterator[LabelledPhotograph]
    """In the order given, as they are done."""


def predict(
    model: ModelOf | Path,
    paths: Sequence[Path],
    *,
    threshold: str = F1,
    maps: Path | None = None,
    has_extrema: bool = False,
    device: Device = "auto",
    progress: Progress = lambda _what, _done, _of: None,
    tell: Callable[[str], None] = lambda _text: None,
) -> Predictions:
    """Let the model of a round, or one in a file, look at photographs; `threshold` is F1, a probability or a file.

    With `maps`, a folder, a picture is drawn there for each photograph and each class that it shows.

    Raises:
        UsageError: there is no photograph, two would have class maps of one name, or the threshold is none.
        BadData: the file is no model file, or a file of thresholds is wrong.
        AlwslError: as `errands.answered`.
    """
    if not paths:
        raise UsageError("there is no photograph to look at", hint="name images, folders of images, or - for a list")
    classes, task = _about(model)
    if TASKS[task].link == "softmax":
        _require_no_threshold(threshold)
    fixed = {} if threshold.upper() == F1 else fixed_thresholds(threshold, classes)
    if maps is not None:
        _require_own_names(paths)
        maps.mkdir(parents=True, exist_ok=True)
    errand = Errand(
        device=device,
        source=model.source if isinstance(model, ModelOf) else None,
        file=None if isinstance(model, ModelOf) else expanded(model).absolute(),
        maps=None if maps is None else maps.absolute(),
        has_extrema=has_extrema,
        has_thresholds=set(fixed) < set(classes),
        thresholds=fixed,
    )
    answers = answered(errand, paths)
    for answer in answers:
        if answer.working is not None:
            progress(*answer.working)
        if answer.note is not None:
            tell(answer.note)
        if answer.description is not None and answer.thresholds is not None:
            each = _each(answers, paths, TASKS[task].link)
            return Predictions(answer.description, answer.thresholds, len(paths), each)
    raise JobFailed("the process that uses the model said nothing of it", hint="this is a bug: please report it")


def own_folder(workspace: Workspace, model: ModelOf | Path) -> Path:
    """Return the folder of photographs that people label for the campaign of a model.

    Raises:
        UsageError: it is the model of a file, or nobody labels for its campaign.
    """
    recipe = recipe_of(workspace, model.campaign.id) if isinstance(model, ModelOf) else None
    if recipe is None or recipe.oracle != "human" or recipe.data.root is None:
        raise UsageError("no photographs are given", hint="name images or folders behind the model; - reads a list")
    return expanded(recipe.data.root)


def photographs(given: Sequence[Path]) -> tuple[list[Path], str]:
    """Return the images that paths stand for, and what is left out of folders: files as they are, all below a folder.

    Images of a folder come by name. A file is taken whatever its name ends in.

    Raises:
        BadData: a path does not exist, or a folder holds no image.
    """
    paths: list[Path] = []
    mistakes: list[Mistake] = []
    left_out: list[str] = []
    systems: list[str] = []
    for path in given:
        if not path.is_dir():
            paths.append(path)
            if not os.path.lexists(path):
                mistakes.append(Mistake(str(path), "does not exist"))
            continue
        tree = file_tree(path)
        left_out += tree.unreadable
        systems += tree.systems
        paths += [path / name for name in tree.ids]
        if not tree.ids:
            mistakes.append(Mistake(str(path), f"holds no image ({', '.join(sorted(SUFFIXES))})"))
    if mistakes:
        count = len(mistakes)
        what = f"{count} of these paths cannot be looked at" if count > 1 else "one of these paths cannot be looked at"
        raise BadData(what, mistakes=mistakes[:NAMED], hint="check them: images, or folders of images")
    return paths, "; ".join(filter(None, [other_formats(left_out), of_systems(systems)]))


def _about(model: ModelOf | Path) -> tuple[tuple[str, ...], str]:
    """Return the classes of a model and its task."""
    if isinstance(model, ModelOf):
        return model.classes, model.campaign.plan.yardstick.task
    description = show_model(model)
    return description.classes, description.task


def _require_no_threshold(threshold: str) -> None:
    """Raise UsageError if a person names a threshold for a model that finds one class in each photograph."""
    if threshold.upper() != F1:
        raise UsageError(
            "the model finds exactly one class in each photograph, the most probable one: no threshold applies",
            hint="leave out --threshold",
        )


def _each(answers: Iterator[Reply], paths: Sequence[Path], link: Link) -> Iterator[LabelledPhotograph]:
    coming = iter(paths)
    for answer in answers:
        if answer.outputs is not None:
            outputs = answer.outputs
            probabilities = _probabilities(outputs.logits, link)
            yield LabelledPhotograph(
                next(coming), probabilities, outputs.labels, outputs.logits, outputs.peaks, outputs.troughs
            )
        elif answer.unread is not None:
            yield LabelledPhotograph(next(coming), problem=answer.unread)


def _probabilities(logits: tuple[float, ...], link: Link) -> tuple[float, ...]:
    if link == "softmax":
        return tuple(softmax(np.array([logits]))[0].tolist())
    return tuple(map(_probability, logits))


def _probability(logit: float) -> float:
    # Of the two forms the one whose exponential does not overflow.
    return 1 / (1 + exp(-logit)) if logit >= 0 else exp(logit) / (1 + exp(logit))


def _require_own_names(paths: Sequence[Path]) -> None:
    """Raise UsageError if two photographs have one name: the class maps of one would replace those of the other."""
    known: dict[str, Path] = {}
    for path in paths:
        other = known.setdefault(file_name(path.name), path)
        if other is not path:
            raise UsageError(
                f"class maps of {other} and {path} would have the same name",
                hint="look at the folders one after the other, with --maps of their own",
            )
