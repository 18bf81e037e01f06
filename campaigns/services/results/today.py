"""Rounds measured again by what people have said by now of the test images: each kept its logits of all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import isnan, nan
from pathlib import Path
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from campaigns.core.classes import Changes, Naming
from campaigns.core.ids import Job, JobId, JobKind
from campaigns.core.labels import LabelledImage, Labelling
from campaigns.core.plan import Plan
from campaigns.core.seeds import entropy
from campaigns.datasets.dataset import Labels
from campaigns.datasets.files import file_mark
from campaigns.errors import BadData
from campaigns.home.answer_log import log_of
from campaigns.home.intake import TakenImages, read_intakes
from campaigns.home.labels import RoundClasses, RoundLabels, read_labels, round_classes
from campaigns.home.paths import CampaignPaths
from campaigns.home.split import FrozenSplit
from campaigns.home.tested import Tested, read_tested
from campaigns.home.typed_paths import expanded
from campaigns.oracle.measures import Floats, further_by_known, only_countable
from campaigns.oracle.signs import signs_of
from campaigns.recipe import Recipe
from campaigns.recipe.metrics import METRICS
from campaigns.reporting.forecast import LEVEL
from campaigns.reporting.series import Result, leading_curve, shared_trials
from campaigns.reporting.statistics import Interval, bootstrap_images
from campaigns.services.campaigns.find import recipe_of
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow, RoundRow

DRAWS = 1000
"""Of test images, for an interval."""


@dataclass(frozen=True, slots=True)
class Remeasured:
    """Rounds of a campaign that people label, by today's labels and with today's names of classes."""

    paths: CampaignPaths
    plan: Plan
    """With its classes as they are called today."""
    rounds: Sequence[RoundRow]
    tests: "LabelledTests"

    def named_as(self, rounds: Sequence[RoundRow]) -> list[RoundRow]:
        """Return the rounds with classes called as they were then; `rounds` are the same, as the store has them."""
        return [replace(new, classes=old.classes) for new, old in zip(self.rounds, rounds, strict=True)]

    def further(self) -> dict[tuple[JobId, int], Mapping[str, float | None]]:
        """Return what metrics other than the reported one come to, by name; of each round that kept its logits."""
        known: dict[tuple[JobId, int], Mapping[str, float | None]] = {}
        for row in self.rounds:
            values = (
                _further(_Measure.of(self.paths, row, self.plan.classes), self.tests) if self.tests.images else None
            )
            if values is not None:
                known[row.job, row.number] = values
        return known

    def interval(self, result: Result, seed: int) -> Interval | None:
        """Return where the last mean of the leading curve may lie, at `LEVEL`, by the luck of the test images.

        It is the mean over the trials that all points share and over the classes of the curves; `seed` is the
        protocol's. A class of which a draw has no positive, or no negative, is left out of that draw's mean. None
        where nothing is measured, or rounds kept no logits.
        """
        curve = leading_curve(self.plan, result)
        if curve is None or not shared_trials(curve) or not result.classes:
            return None
        trials = shared_trials(curve)
        jobs = {Job(JobKind.ARM, trial, curve.criterion).id for trial in trials}
        jobs |= {Job(JobKind.BASELINE, trial).id for trial in trials}
        lasts = [row for row in self.rounds if row.job in jobs and row.labelled == curve.points[-1].labelled]
        measures = (_Measure.of(self.paths, row, self.plan.classes) for row in lasts)
        wanted = tuple(measure for measure in measures if measure is not None)
        return _interval(wanted, self.tests, result.classes, entropy(seed, "test bootstrap")) if wanted else None


@dataclass(frozen=True)
class LabelledTests:
    """What people have said by now of the test images of a campaign."""

    images: tuple[str, ...]
    """All of them, by row."""
    known: Mapping[str, LabelledImage]
    """Those that have a label which counts."""
    key: tuple[str, int]
    """By what it is known again: the campaign's folder, and the number of the last line of answers."""

    def __eq__(self, other: object) -> bool:
        """Return whether the labels are the same, without looking at each of them."""
        return isinstance(other, LabelledTests) and (self.key, self.known.keys()) == (other.key, other.known.keys())

    def __hash__(self) -> int:
        """Return a hash that fits `__eq__`."""
        return hash(self.key)


@dataclass(frozen=True, slots=True)
class _Measure:
    """By what one round is measured."""

    metric: str
    path: Path
    """Of its logits."""
    modified: int
    """When they were written, in nanoseconds."""
    classes: tuple[str, ...]

    @classmethod
    def of(cls, paths: CampaignPaths, row: RoundRow, planned: Sequence[str]) -> "_Measure | None":
        """Return it, or None for a round that was not measured or kept no logits; `planned` are the plan's classes."""
        if not row.per_class or not paths.job(row.job).round(row.number).tested.exists():
            return None
        return cls(row.metric, *_file(paths, row), tuple(row.classes or planned))

    def known(self, tests: LabelledTests) -> tuple[NDArray[np.float32], Labels] | None:
        """Return the logits of labelled test images, (T, C), and their labels; None where logits are of other classes.

        Raises:
            BadData: the logits are damaged.
        """
        tested = _logits(self.path, self.modified)
        if tested is None or tested[1].shape[1] != len(self.classes):
            return None
        rows, logits = tested
        is_labelled = [at for at, image in enumerate(rows.tolist()) if tests.images[image] in tests.known]
        signs = signs_of(self.classes, tests.known, [tests.images[rows[at]] for at in is_labelled])
        return logits[is_labelled], signs


def measured_today(workspace: Workspace, row: CampaignRow, rounds: Sequence[RoundRow]) -> Remeasured | None:
    """Return a campaign's rounds with their values by today's labels; None where the data set has all labels.

    A round without logits stays as it is, and so do all of a campaign of which nobody has written down which row is
    which image. A test image counts as for a round that begins now: it was not skipped, and its file is the one that
    was taken in and the one that people saw.

    Raises:
        BadData: logits, or labels of a round, are damaged.
        Damaged: the list of what was taken in is, or the answers are.
    """
    paths = workspace.home.campaign(row.id)
    frozen = _newest_labels(paths, rounds)
    if frozen is None:
        return None
    labelling = log_of(workspace.home.labels(row.dataset)).labelling()
    plan, named = (row.plan, rounds)
    if labelling.changes:
        plan, named = _by_todays_names(paths, row, rounds, labelling.changes)
    tests = _tests(paths, recipe_of(workspace, row.id), labelling, frozen)
    measured = [_measured(round_, _Measure.of(paths, round_, plan.classes), tests) for round_ in named]
    return Remeasured(paths, plan, measured if tests.images else named, tests)


def _newest_labels(paths: CampaignPaths, rounds: Sequence[RoundRow]) -> Path | None:
    """Return the labels of the round that began last; None where no measured round has any."""
    files = [paths.job(row.job).round(row.number).labels for row in rounds if row.per_class]
    return max((path for path in files if path.exists()), key=lambda path: path.stat().st_mtime_ns, default=None)


def _by_todays_names(
    paths: CampaignPaths, row: CampaignRow, rounds: Sequence[RoundRow], changes: Changes
) -> tuple[Plan, Sequence[RoundRow]]:
    """Return plan and rounds with every class called as it is today: a class that was renamed has one curve."""
    naming = Naming(changes)

    def renamed(round_: RoundRow) -> RoundRow:
        known = round_classes(paths.job(round_.job).round(round_.number).labels) if round_.per_class else None
        return round_ if known is None else replace(round_, classes=known.today(naming))

    first = RoundClasses(row.plan.classes, FrozenSplit.read(paths.split).changed)
    return replace(row.plan, classes=first.today(naming)), [renamed(round_) for round_ in rounds]


def _tests(paths: CampaignPaths, recipe: Recipe, labelling: Labelling, frozen: Path) -> LabelledTests:
    parts = [intake.test for intake in read_intakes(paths.intakes)]
    ids, sizes = (id_ for part in parts for id_ in part.ids), (size for part in parts for size in part.sizes)
    whole = TakenImages(tuple(ids), tuple(sizes))
    labelled = {image: labelling.images[image] for image in whole.ids if _is_labelled(labelling.images.get(image))}
    other = _replaced(expanded(recipe.data.root or ""), whole, labelled, frozen)
    known = {image: known for image, known in labelled.items() if image not in other}
    return LabelledTests(whole.ids, known, (str(paths.folder), labelling.last))


def _is_labelled(image: LabelledImage | None) -> bool:
    return image is not None and not image.skips and bool(image.labels)


def _replaced(
    root: Path, taken: TakenImages, labelled: Mapping[str, LabelledImage], frozen: Path
) -> frozenset[str]:  # fmt: skip
    """Return labelled images in whose place another file lies than was taken in, or than people saw.

    Bytes are read only of files that changed, or were answered about, since a round last looked: they may be many.
    """
    began = frozen.stat().st_mtime_ns
    kept = _frozen(frozen, began)
    vouched = {taken.ids[row] for row in kept.test_rows.tolist() if row < len(taken.ids)}
    other = set[str]()
    for image, size in zip(taken.ids, taken.sizes, strict=True):
        if image not in labelled:
            continue
        path, label = root / image, labelled[image]
        try:
            status = path.stat()
            is_same = status.st_size == size and (
                label.mark is None
                or (image in vouched and label.last <= kept.last and status.st_ctime_ns < began)
                or _mark(path, status.st_mtime_ns, status.st_size) == label.mark
            )
        except OSError:
            continue  # it cannot be read: it may have been the one
        if not is_same:
            other.add(image)
    return frozenset(other)


def _measured(row: RoundRow, measure: _Measure | None, tests: LabelledTests) -> RoundRow:
    values = None if measure is None else _by_class(measure, tests)
    if measure is None or values is None:
        return row
    mean = METRICS[measure.metric].over_classes(values)
    per_class = tuple(None if isnan(value) else float(value) for value in values)
    return replace(row, value=None if isnan(mean) else float(mean), per_class=per_class)


# What a round's logits are worth changes with the labels alone, and a screen asks again and again.
@lru_cache(maxsize=512)
def _by_class(measure: _Measure, tests: LabelledTests) -> Floats | None:
    known = measure.known(tests)
    if known is None:
        return None
    logits, signs = known
    return only_countable(METRICS[measure.metric].per_class(logits, signs), signs)


@lru_cache(maxsize=512)
def _further(measure: _Measure | None, tests: LabelledTests) -> dict[str, float | None] | None:
    known = None if measure is None else measure.known(tests)
    return None if measure is None or known is None else further_by_known(*known, but=measure.metric)


def _file(paths: CampaignPaths, row: RoundRow) -> tuple[Path, int]:
    """Return the file of a round's logits, and when it was written, in nanoseconds."""
    path = paths.job(row.job).round(row.number).tested
    return path, path.stat().st_mtime_ns


@lru_cache(maxsize=64)
def _interval(
    wanted: tuple[_Measure, ...], tests: LabelledTests, counted: tuple[str, ...], seed: tuple[int, ...]
) -> Interval | None:
    """Return the interval of a mean over rounds."""
    tested = [(each, _logits(each.path, each.modified)) for each in wanted]
    parts = [(METRICS[each.metric], *logits, each.classes) for each, logits in tested if logits is not None]
    shared = set(parts[0][1].tolist()).intersection(*(rows.tolist() for _, rows, _, _ in parts)) if parts else set()
    rows = np.array([row for row in sorted(shared) if tests.images[row] in tests.known], np.int64)
    signs = signs_of(counted, tests.known, [tests.images[row] for row in rows])
    scores = [
        logits[np.searchsorted(own, rows)][:, [classes.index(name) for name in counted]]
        for _, own, logits, classes in parts
    ]

    def mean(draw: NDArray[np.int64]) -> float:
        values: list[Floats] = [
            metric.per_class(own[draw], signs[draw]) for (metric, *_), own in zip(parts, scores, strict=True)
        ]
        means = [metric.over_classes(value) for (metric, *_), value in zip(parts, values, strict=True)]
        return nan if any(isnan(each) for each in means) else fmean(means)

    return bootstrap_images(mean, len(rows), level=LEVEL, seed=seed, times=DRAWS)


# Written once by its round; a screen that follows a campaign looks at all rounds again and again.
@lru_cache(maxsize=512)
def _logits(path: Path, _modified: int) -> Tested | None:
    return read_tested(path)


@lru_cache(maxsize=8)
def _frozen(path: Path, _modified: int) -> RoundLabels:
    labels = read_labels(path)
    if labels is None:
        raise BadData(f"{path} no longer exists", hint="look again: its round may begin anew")
    return labels


@lru_cache(maxsize=1 << 16)
def _mark(path: Path, _modified: int, _size: int) -> str:
    return file_mark(path)
