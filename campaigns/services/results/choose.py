"""Which images to label next by somebody else's scores: no home, no data set, no campaign."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from campaigns.datasets.image_list import read_image_list
from campaigns.datasets.raw_scores import Meaning
from campaigns.datasets.scored_images import ScoredImages, read_scored_images
from campaigns.errors import BadData, UsageError, none_such
from campaigns.home.picks import PickedRound, describe_choice
from campaigns.recipe.tasks import TASKS
from campaigns.selection.collapse import is_flat
from campaigns.selection.criteria import CRITERIA, LISTS, REGISTRY
from campaigns.selection.provenance import RankedPool, Terms, choose
from campaigns.selection.question import Choice, Labels, Need
from campaigns.selection.scores import Link, Scores

BY_LISTS = ("ag", "vote")
"""Criteria that choose by the lists of others."""
WHY_NOT = {
    Need.MAPS: "class maps (peaks and troughs), and {file} has none",
    Need.TRUTH: "the true labels of the pool, and a file of scores has none",
    Need.PIXELS: "what single places of class maps say, and a file of scores has none",
    Need.EMBEDDINGS: "embeddings, and a file of scores has none",
}

WHY_NOT_HERE: Mapping[Link, str] = {
    "sigmoid": "is for images that show exactly one class each, and here each class has a probability by itself",
    "softmax": "is for images that may show several classes, and here each shows exactly one",
}
"""Why a criterion is not one for what probabilities are."""


@dataclass(frozen=True, slots=True)
class ChoiceOptions:
    """What a person wants of a file of scores."""

    n: int
    criterion: str = "ag"
    lists: tuple[str, ...] | None = None
    """Criteria that are compared, and that AG and voting work on; None: those of the task, as far as the scores go."""
    seed: int = 0
    """Of criteria that draw."""
    meaning: Meaning | None = None
    """None: told from the numbers."""
    task: str | None = None
    """What the model learnt, one of `TASKS`; None: what the file says, or else any number of classes."""
    skip: Path | None = None
    """Names images that have labels already."""


@dataclass(frozen=True, slots=True, eq=False)
class ChoiceOf:
    """What was chosen from a file of scores, and why."""

    source: ScoredImages
    """Without the images that have labels already."""
    options: ChoiceOptions
    picked: PickedRound
    """Of AG, the value of an image is that under the criterion whose list brought it."""
    skipped: int
    """Images that have labels already."""
    strangers: tuple[str, ...]
    """Names of labelled images that the file of scores does not have."""
    lacking: tuple[str, ...]
    """Criteria among those of the task that could not be asked, for want of class maps."""
    flat: tuple[str, ...]
    """Criteria that hold all images equal."""

    @property
    def brought(self) -> Mapping[str, int]:
        """How many images each list brought, for AG; empty for every other criterion."""
        counts = Counter(pick.list for pick in self.picked.picks if pick.list is not None)
        return {name: counts[name] for name in self.picked.criteria} if counts else {}

    @property
    def is_drawn(self) -> bool:
        """Whether the seed may matter."""
        return self.options.criterion not in {*chain(*LISTS.values()), *BY_LISTS}


def choose_images(path: Path, options: ChoiceOptions) -> ChoiceOf:
    """Return the n images that a criterion picks by the scores in a file, in order.

    Raises:
        BadData: a file cannot be read, or has mistakes.
        UsageError: a criterion needs more than the scores, or there are fewer than n images.
        NoSuchName: there is no such criterion, or no such task.
    """
    _require_known(options)
    whole = read_scored_images(path, meaning=options.meaning, task=options.task)
    lists = _lists(whole, options)
    _require_given(options.criterion, whole)
    source, strangers = whole, tuple[str, ...]()
    if options.skip is not None:
        source, strangers = _unlabelled(whole, options.skip)
    if options.n > len(source.images):
        has = f"{path} has {len(whole.images)}" + ("" if source is whole else f", {len(source.images)} without labels")
        raise UsageError(f"{options.n} images were asked for, {has}", hint="lower --n")
    pool, choice = _ranked_and_chosen(source.scores, options, lists)
    images = [source.images[at] for at in choice.images.tolist()]
    picked = describe_choice(options.criterion, 0, pool, choice, images)
    if choice.lists:
        picked = picked.with_values(_values(source.scores, choice))
    flat = () if picked.is_collapsed else tuple(name for name in lists if is_flat(name, source.scores))
    return ChoiceOf(
        source, options, picked, len(whole.images) - len(source.images), strangers, _lacking(whole, options), flat
    )


def _require_known(options: ChoiceOptions) -> None:
    """Raise an error unless task, criterion and lists are names of what there is, can choose and can be compared."""
    if options.task is not None:
        TASKS.require(options.task)
    if options.criterion not in REGISTRY:
        raise none_such("criterion", options.criterion, REGISTRY.names())
    for name in options.lists or ():
        if name not in CRITERIA or not CRITERIA[name].has_values:
            valued = [known for known, criterion in CRITERIA.items() if criterion.has_values]
            raise none_such("criterion that gives images a value", name, valued)
    if options.lists is not None and len(set(options.lists)) < len(options.lists):
        raise UsageError("--lists names a criterion twice", hint="name each once: AG asks them in that order")
    if options.lists == ():
        raise UsageError("--lists names no criterion", hint="as in: --lists unc,ent,mm")


def _lists(source: ScoredImages, options: ChoiceOptions) -> Sequence[str]:
    for name in options.lists or ():
        _require_given(name, source)
    if options.lists is not None:
        return options.lists
    return [name for name in LISTS[source.scores.link] if not _missing(name, source)]


def _missing(name: str, source: ScoredImages) -> list[Need]:
    given = {Need.MAPS} if source.scores.has_maps else set()
    return sorted(REGISTRY[name].needs - given)


def _require_given(name: str, source: ScoredImages) -> None:
    """Raise UsageError if a criterion needs what a file of scores does not have."""
    missing, link = _missing(name, source), source.scores.link
    able = [known for known, rule in REGISTRY.ours.items() if link in rule.links and not _missing(known, source)]
    if link not in REGISTRY[name].links:
        told = f" ({source.task_by})" if source.task_by else ""
        way = "; of a model of exactly one class in an image: --task single" * (not told)
        raise UsageError(f"{name} {WHY_NOT_HERE[link]}{told}", hint=f"here these can choose: {', '.join(able)}{way}")
    if missing:
        why = WHY_NOT[missing[0]].format(file=source.path)
        raise UsageError(f"{name} needs {why}", hint=f"here these can choose: {', '.join(able)}")


def _lacking(source: ScoredImages, options: ChoiceOptions) -> tuple[str, ...]:
    lists = LISTS[source.scores.link] if options.lists is None else ()
    return tuple(name for name in lists if _missing(name, source))


def _unlabelled(source: ScoredImages, skip: Path) -> tuple[ScoredImages, tuple[str, ...]]:
    """Return the pool without the images that a file names, and the names that are none of its images."""
    labelled = read_image_list(skip, source.images)
    if labelled.others and not labelled.images:
        raise BadData(
            f"{skip} names none of the images in {source.path}",
            hint=f"names should be the same: {labelled.others[0][:80]!r} there, {source.images[0][:80]!r} here",
        )
    return source.without(labelled.images), labelled.others


def _ranked_and_chosen(scores: Scores, options: ChoiceOptions, lists: Sequence[str]) -> tuple[RankedPool, Choice]:
    def truth() -> Labels:
        raise AssertionError("whoever needs the truth was refused")

    terms = Terms("skip_turn", lambda: np.random.default_rng(options.seed), truth)
    try:
        pool = RankedPool.of(scores, options.n, lists=lists)
        return pool, choose(options.criterion, pool, terms)
    except ValueError as error:  # ours were asked before; one of another package may want more than it says
        raise UsageError(f"{options.criterion} cannot choose: {error}", hint="choose by another --criterion") from error


def _values(scores: Scores, choice: Choice) -> list[float | None]:
    """Return the value of each image under the criterion whose list brought it."""
    chosen = scores.take(choice.images)
    values = {name: CRITERIA[name].values(chosen).tolist() for name in set(choice.lists)}
    return [values[name][at] for at, name in enumerate(choice.lists)]
