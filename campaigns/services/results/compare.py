"""Several campaigns side by side: what their recipes differ in, and what came of it."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaigns.core.ids import JobKind
from campaigns.errors import UsageError, nearest, none_such
from campaigns.reporting.series import Result
from campaigns.services.campaigns.recipe import RecipeDifference, recipe_differences
from campaigns.services.results.curves import load_curves
from campaigns.services.results.rounds import rounds_today
from campaigns.services.workspace import Workspace
from campaigns.store.attempts import list_rounds
from campaigns.store.campaigns import get_campaign
from campaigns.store.rows import CampaignRow, RoundRow, classes_of_rounds


@dataclass(frozen=True, slots=True)
class ClassBars:
    """Average precision of one class, campaign by campaign."""

    name: str
    values: tuple[float | None, ...]
    """One a campaign, in [0, 1]; None where nothing is measured, or the test set has no positives of the class."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Several campaigns; every tuple but `differences` and `per_class` has one entry a campaign, in the same order."""

    rows: tuple[CampaignRow, ...]
    results: tuple[Result, ...]
    differences: tuple[RecipeDifference, ...]
    per_class: tuple[ClassBars, ...]
    """Of the classes that all of them have: means over trials."""
    taken: tuple[tuple[str, int] | None, ...]
    """Criterion and labelled images that `per_class` is of: the last budget that all trials of it have measured."""


def compare_campaigns(
    workspace: Workspace, names: Sequence[str], *, criterion: str | None = None, classes: Sequence[str] = ()
) -> Comparison:
    """Compare campaigns; with a criterion, only its curves, and none from campaigns that do not have it.

    Without one, `per_class` takes the first criterion of each campaign.

    Raises:
        NoSuchName: there is no campaign of one of the names, or none of them has the criterion.
        UsageError: there is nothing to compare, they are measured by different things, or one of the classes cannot be
            averaged over in all of them.
    """
    if not names:
        raise UsageError("there is nothing to compare", hint="name two campaigns or more")
    with workspace.store() as store:
        rows = tuple(get_campaign(store, name) for name in names)
        rounds = [list_rounds(store, row.id) for row in rows]
    require_one_yardstick(rows)
    rounds = [_today(workspace, row, measured) for row, measured in zip(rows, rounds, strict=True)]
    known = tuple(dict.fromkeys(name for row in rows for name in row.plan.criteria))
    if criterion is not None and criterion not in known:
        raise none_such("criterion in these campaigns", criterion, known)
    own = [classes_of_rounds(row.plan.classes, measured) for row, measured in zip(rows, rounds, strict=True)]
    shared = _shared(own, classes)
    latest = [_latest(row, measured, criterion or row.plan.leading) for row, measured in zip(rows, rounds, strict=True)]
    return Comparison(
        rows,
        tuple(_result(workspace, row, criterion, classes) for row in rows),
        recipe_differences(workspace, names),
        tuple(ClassBars(name, tuple(last.values.get(name) if last else None for last in latest)) for name in shared),
        tuple((last.criterion, last.labelled) if last else None for last in latest),
    )


def require_one_yardstick(rows: Sequence[CampaignRow]) -> None:
    """Raise UsageError unless campaigns are all measured by the same.

    Raises:
        UsageError: their numbers cannot be held against each other.
    """
    first = rows[0]
    for other in rows[1:]:
        if other.plan.yardstick != first.plan.yardstick:
            mine, theirs = first.plan.yardstick, other.plan.yardstick
            raise UsageError(
                f"{first.name} is measured by {mine.title} ({mine.task}), {other.name} by {theirs.title} "
                f"({theirs.task}): they cannot be compared",
                hint="name campaigns of one task",
            )


@dataclass(frozen=True, slots=True)
class _Latest:
    """What a criterion has come to."""

    criterion: str
    labelled: int
    values: Mapping[str, float | None]


def _result(workspace: Workspace, row: CampaignRow, criterion: str | None, classes: Sequence[str]) -> Result:
    result = load_curves(workspace, row.id, classes=classes)
    if criterion is None:
        return result
    return Result(
        result.classes,
        result.left_out,
        result.full,
        tuple(curve for curve in result.curves if curve.criterion == criterion),
        passing=result.passing,
        known=result.known,
        asked=result.asked,
        yardstick=result.yardstick,
    )


def _today(workspace: Workspace, row: CampaignRow, rounds: list[RoundRow]) -> list[RoundRow]:
    """Return a campaign's rounds; by today's labels where people label, as its curves are."""
    return list(map(rounds_today(workspace, row, rounds).of, rounds))


def _shared(names: Sequence[Sequence[str]], classes: Sequence[str]) -> tuple[str, ...]:
    """Return the classes that all campaigns have, in the order of the first; of those asked for, when some were.

    `names` has the classes of each campaign.

    Raises:
        UsageError: one that was asked for is not in all of them.
    """
    everywhere = [name for name in names[0] if all(name in own for own in names)]
    for name in classes:
        if name not in everywhere:
            raise UsageError(f"not all of these campaigns have a class {name!r}", hint=nearest(name, everywhere))
    return tuple(name for name in everywhere if not classes or name in classes)


def _latest(row: CampaignRow, rounds: Sequence[RoundRow], criterion: str) -> _Latest | None:
    """Return the last round that all trials of a criterion have measured, the baseline being its first one."""
    by_key = {(round_.job, round_.number): round_ for round_ in rounds if round_.per_class}
    arms = [job for job in row.plan.jobs if job.kind is JobKind.ARM and job.criterion == criterion]
    for number in reversed(row.plan.schedule.rounds):
        jobs = [arm.needs if number == 0 else arm for arm in arms]
        round_ = [by_key.get((job.id, number)) for job in jobs if job is not None]
        measured = [trial for trial in round_ if trial is not None]
        if measured and len(measured) == len(arms):
            trials = [trial.by_class(row.plan.classes) for trial in measured]
            classes = dict.fromkeys(name for values in trials for name in values)
            values = {name: _mean([own.get(name) for own in trials]) for name in classes}
            return _Latest(criterion, measured[0].labelled, values)
    return None


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.fmean(known) if known else None
