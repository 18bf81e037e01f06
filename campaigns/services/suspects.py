"""Likely causes of a criterion's not being better than random, and what the campaign's own files say of each."""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from campaigns.core.ids import Job, JobKind
from campaigns.core.pick_lists import PickList, read_pick_list
from campaigns.core.plan import Plan
from campaigns.errors import AlwslError
from campaigns.paths import CampaignPaths
from campaigns.reporting.series import Curve, Result
from campaigns.reporting.standings import RANDOM, Standings
from campaigns.selection.criteria import PAPER
from campaigns.services.positives import Positives, initial_sets, positives
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow

NEAR_FULL = 98.0
"""Per cent of the full model's mean average precision from which random leaves no room to be better in."""
MOST = 0.5
"""Share of the classes that may be without a positive."""
FEWER = 0.9
"""Of the positives that random's picks have, what is fewer."""


class Bearing(StrEnum):
    """What was found of a possible cause."""

    LIKELY = "likely"
    UNLIKELY = "unlikely"
    OPEN = "open"
    """For a person to look at: nothing that the campaign has kept can say."""


@dataclass(frozen=True, slots=True)
class Check:
    """One possible cause of a criterion's not being better than random."""

    cause: str
    bearing: Bearing
    found: str
    """What was looked at and seen; for an open one, what to do."""


def checklist(workspace: Workspace, row: CampaignRow, result: Result, standings: Standings) -> tuple[Check, ...]:
    """Every likely cause with what is known of it, the likely ones first; none when all are better than random.

    Raises:
        Damaged: a round's picks are not what a round writes.
    """
    suspected = [name for name in standings.not_better if name in {row.criterion for row in standings.rows}]
    if not suspected:
        return ()
    paths = workspace.home.campaign(row.id)
    picks = list(_picks(paths, row.plan, (*suspected, RANDOM)))
    checks = [
        _trials(standings, suspected),
        _room(result),
        _same_start(paths, row.plan, picks),
        _collapsed(picks),
        _direction(picks),
        *_labels(workspace, row, picks),
        *_OPEN,
    ]
    order = [Bearing.LIKELY, Bearing.UNLIKELY, Bearing.OPEN]
    return tuple(sorted((one for one in checks if one is not None), key=lambda one: order.index(one.bearing)))


_OPEN = (
    Check(
        "models not trained to the end", Bearing.OPEN, "see whether the loss still falls in the last epochs: tab Logs"
    ),
    Check("picks that are near-copies of each other", Bearing.OPEN, "look at the pictures: tab Picks"),
    Check("wrong labels among the picks", Bearing.OPEN, "look at the pictures with their labels: tab Picks"),
)


@dataclass(frozen=True, slots=True, eq=False)
class _Round:
    """What one round of an arm picked."""

    job: Job
    number: int
    said: PickList


def _picks(paths: CampaignPaths, plan: Plan, criteria: Iterable[str]) -> Iterator[_Round]:
    """Every round that has picked, of all trials of these criteria."""
    for name in criteria:
        for trial in range(plan.trials):
            job = Job(JobKind.ARM, trial, name)
            for number in plan.schedule.rounds:
                if said := read_pick_list(paths.job(job.id).round(number).picks):
                    yield _Round(job, number, said)


def _trials(standings: Standings, suspected: Sequence[str]) -> Check | None:
    """Too few trials for a difference of this size."""
    cause = "too few trials for so small a difference"
    duels = [one for one in standings.against(RANDOM) if one.criterion in suspected and not one.is_worse]
    if not duels:
        return None
    blind = [one for one in duels if not one.test.can_tell]
    if blind:
        found = (
            f"{blind[0].test.trials} trials cannot come below p = {blind[0].test.least:.3g}, whatever the difference"
        )
        return Check(cause, Bearing.LIKELY, found)
    needed = [f"{one.criterion} about {min(one.trials_needed, 1000)}" for one in duels if one.trials_needed]
    found = f"trials it would take, if the means stay: {', '.join(needed)}; there are {duels[0].test.trials}"
    return Check(cause, Bearing.LIKELY, found)


def _room(result: Result) -> Check:
    """Nothing left to gain, because random is there already or because labels do not help."""
    cause = "no room: random is near the full model, or labels do not help"
    curves: list[Curve] = [curve for curve in result.curves if curve.criterion == RANDOM and len(curve.points) > 1]
    if result.full is None or not curves:
        return Check(cause, Bearing.OPEN, "there is no full model to measure it by")
    first, last = curves[0].points[0], curves[0].points[-1]
    begins, ends = 100 * first.mean / result.full, 100 * last.mean / result.full
    found = (
        f"random goes from {begins:.1f} % of the full model ({first.labelled} images) to {ends:.1f} % ({last.labelled})"
    )
    spread = first.sd or 0.0
    if result.full - first.mean <= 2 * spread:
        return Check(
            cause, Bearing.LIKELY, f"{found}; the baseline is within two standard deviations of the full model"
        )
    return Check(cause, Bearing.LIKELY if ends >= NEAR_FULL else Bearing.UNLIKELY, found)


def _same_start(paths: CampaignPaths, plan: Plan, picks: Sequence[_Round]) -> Check | None:
    """Whether the first pick of every arm was made from the same scores as its baseline's."""
    cause = "arms that did not start from the same images and model"
    baselines = {}
    for trial in range(plan.trials):
        if said := read_pick_list(paths.job(Job(JobKind.BASELINE, trial).id).round(0).picks):
            baselines[trial] = said
    firsts = [one for one in picks if one.number == 0 and one.job.trial in baselines]
    other = [one.job.id for one in firsts if _view(one.said) != _view(baselines[one.job.trial or 0])]
    if not firsts:
        return None
    if other:
        return Check(cause, Bearing.LIKELY, f"their first round saw another pool than the baseline: {', '.join(other)}")
    found = f"the first rounds of {len(firsts)} arms saw the pool as their baseline did: same votes, overlaps, rankings"
    return Check(cause, Bearing.UNLIKELY, found)


def _view(said: PickList) -> tuple[object, ...]:
    return said.n, said.pool, said.criteria, said.overlap, said.agreed, said.kendall


def _collapsed(picks: Sequence[_Round]) -> Check | None:
    """Models that say the same of every image, and criteria that do."""
    cause = "models or criteria that say the same of every image"
    if not picks:
        return None
    gone = [one for one in picks if one.said.is_collapsed]
    flat = [one for one in picks if _is_flat(one.said)]
    if gone or flat:
        where = ", ".join(f"{one.job.id} round {one.number}" for one in (gone or flat)[:3])
        what = "the model had collapsed" if gone else "all picks had the same value"
        return Check(cause, Bearing.LIKELY, f"in {len(gone or flat)} of {len(picks)} rounds {what}: {where}")
    return Check(cause, Bearing.UNLIKELY, f"none in {len(picks)} rounds: scores differ, and the values of the picks do")


def _is_flat(said: PickList) -> bool:
    values = [value for value in said.values if value is not None]
    return len(values) > 1 and min(values) == max(values)


def _direction(picks: Sequence[_Round]) -> Check | None:
    """Whether what was picked is what the criterion ranks first."""
    cause = "a criterion that picks from the wrong end"
    own = [one for one in picks if one.job.criterion in PAPER and one.said.ranks]
    if not own:
        return None
    wrong = [one for one in own if max(one.said.ranks) > one.said.n]
    if wrong:
        where = ", ".join(f"{one.job.id} round {one.number}" for one in wrong[:3])
        return Check(
            cause, Bearing.LIKELY, f"{len(wrong)} of {len(own)} rounds picked what they do not rank first: {where}"
        )
    return Check(
        cause, Bearing.UNLIKELY, f"in {len(own)} of {len(own)} rounds every pick is among the first of its ranking"
    )


def _labels(workspace: Workspace, row: CampaignRow, picks: Sequence[_Round]) -> tuple[Check, ...]:
    """What takes the true labels: classes without a positive, picks without any."""
    causes = ("an initial set without positives of most classes", "picks with fewer positives than random's")
    try:
        truth, initial = positives(workspace.home, row.id), initial_sets(workspace.home, row.id)
    except AlwslError as error:
        return tuple(Check(cause, Bearing.OPEN, f"the labels cannot be looked at: {error}") for cause in causes)
    return (_unseen(causes[0], truth, initial, row.plan), *_poor(causes[1], truth, picks))


def _unseen(cause: str, truth: Positives, initial: Sequence[Sequence[str]], plan: Plan) -> Check:
    missing = [int((truth.found(images) == 0).sum()) for images in initial]
    classes, mean = len(plan.classes), statistics.fmean(missing)
    found = (
        f"of {classes} classes {mean:.1f} have no positive among the {plan.schedule.initial} initial images, "
        f"a mean over {len(missing)} trial{'s' if len(missing) > 1 else ''}"
    )
    return Check(cause, Bearing.LIKELY if mean > MOST * classes else Bearing.UNLIKELY, found)


def _poor(cause: str, truth: Positives, picks: Sequence[_Round]) -> Iterator[Check]:
    """Of each suspected criterion against random."""
    by_criterion: dict[str, list[str]] = defaultdict(list)
    for one in picks:
        by_criterion[one.job.criterion or ""] += one.said.images
    richness = {name: float(truth.found(images).sum()) / len(images) for name, images in by_criterion.items() if images}
    if len(richness) < 2 or RANDOM not in richness:
        return
    random = richness.pop(RANDOM)
    poor = [name for name, mean in richness.items() if mean < FEWER * random]
    each = ", ".join(f"{name} {richness[name]:.2f}" for name in poor or richness)
    found = f"classes that are there, a picked image: {each}; random {random:.2f}"
    yield Check(cause, Bearing.LIKELY if poor else Bearing.UNLIKELY, found)
