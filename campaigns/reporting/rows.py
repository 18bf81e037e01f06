"""The tables of a report as a person reads them, one frozen object a line; every writer prints the same ones."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from campaigns.core import percent
from campaigns.reporting.cost import RoundCost
from campaigns.reporting.dossier import Dossier
from campaigns.reporting.labels_saved import Saving
from campaigns.reporting.pairwise import Duel
from campaigns.reporting.standings import RANDOM, Sample
from campaigns.reporting.verdicts import beside


@dataclass(frozen=True, slots=True)
class Placed:
    """One criterion at one budget, or over all of them: what it has, and what it has more than random."""

    criterion: str
    sample: Sample
    relative: float | None
    """Per cent of the full model; None without one, and of an area."""
    duel: Duel | None
    """Against random; None of random itself, and where random is missing."""


@dataclass(frozen=True, slots=True)
class Reading:
    """All criteria at one reading point, the best first."""

    budget: int
    share: float
    """Per cent of the training images."""
    rows: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """A mean average precision that criteria are raced to."""

    what: str
    value: float | None
    """In [0, 1]; None where it is not the same for all criteria."""
    random: float | None
    """Labelled images that random takes; None when it does not get there, or not always equally soon."""


@dataclass(frozen=True, slots=True)
class Savings:
    """Labels saved against random: a line a criterion, a cell a target."""

    targets: tuple[Target, ...]
    rows: tuple[tuple[str, tuple[Saving, ...]], ...]
    missed: tuple[Target, ...] = ()
    """Those that no criterion reaches; they have no cells."""

    @property
    def has_interval(self) -> bool:
        """Whether there are trials enough for any bootstrap."""
        return any(cell.interval is not None for _, cells in self.rows for cell in cells)


@dataclass(frozen=True, slots=True)
class Time:
    """What it takes to choose once, as a line of the paper's Tables 1 and 2."""

    name: str
    seconds: str
    after: str
    """Milliseconds after the pass over the pool; empty where there is nothing to say."""


@dataclass(frozen=True, slots=True)
class Step:
    """Seconds of all rounds of a kind of job, step by step."""

    kind: str
    rounds: int
    prepare: float
    train: float
    evaluate: float
    score: float
    select: float

    @property
    def whole(self) -> float:
        """Of all steps."""
        return self.prepare + self.train + self.evaluate + self.score + self.select


def readings(dossier: Dossier) -> tuple[Reading, ...]:
    """Return a table for every reading point that something is measured at."""
    plan, standings = dossier.campaign.plan, dossier.standings
    tables = []
    for budget in plan.reading_points:
        if budget not in standings.budgets:
            continue
        at = standings.budgets.index(budget)
        duels = {duel.criterion: duel for duel in standings.against(RANDOM, budget)}
        rows = [
            Placed(row.criterion, sample, dossier.result.relative(sample.mean), duels.get(row.criterion))
            for row in standings.rows
            if (sample := row.readings[at]) is not None
        ]
        rows.sort(key=lambda row: -row.sample.mean)
        tables.append(Reading(budget, 100 * budget / max(1, plan.train_images), tuple(rows)))
    return tuple(tables)


def areas(dossier: Dossier) -> tuple[Placed, ...]:
    """Return every criterion by the area under its learning curve, the best first."""
    duels = {duel.criterion: duel for duel in dossier.standings.against(RANDOM)}
    return tuple(
        Placed(row.criterion, row.area, None, duels.get(row.criterion))
        for row in dossier.standings.rows
        if row.area is not None
    )


def wins(dossier: Dossier) -> tuple[tuple[str, tuple[float | None, ...]], ...]:
    """Return the win matrix in the order of the standings: how often the first is ahead of each of the others."""
    order = [row.criterion for row in dossier.standings.rows]
    table = dossier.standings.wins
    return tuple(
        (name, tuple(table[name][other] if other != name else None for other in order))
        for name in order
        if any(table[name][other] is not None for other in order if other != name)
    )


def savings(dossier: Dossier) -> Savings:
    """Return every criterion at every target."""
    by_criterion: dict[str, list[Saving]] = defaultdict(list)
    for saving in dossier.standings.saved:
        by_criterion[saving.criterion].append(saving)
    columns = list(zip(*by_criterion.values(), strict=True))
    reached = [column for column in columns if any(saving.images is not None for saving in column)]
    rows = zip(by_criterion, zip(*reached, strict=True), strict=True) if reached else ()
    missed = tuple(_target(column) for column in columns if column not in reached)
    return Savings(tuple(map(_target, reached)), tuple(rows), missed)


def _target(column: Sequence[Saving]) -> Target:
    """Describe a target. What random comes to is over the trials it shares with a criterion, so it may not be the same
    for all.
    """
    values, needs = {saving.target for saving in column}, {saving.random for saving in column}
    names = {saving.what for saving in column}
    return Target(
        names.pop() if len(names) == 1 else "where random ends",
        values.pop() if len(values) == 1 else None,
        needs.pop() if len(needs) == 1 else None,
    )


def times(dossier: Dossier) -> tuple[Time, ...]:
    """Return the seconds to choose once; empty before a round has timed it."""
    cost = dossier.cost
    alone = cost.score_pass or 0.0
    rows = [
        Time(criterion.criterion.upper(), f"{criterion.seconds:.4f}", f"{1000 * (criterion.seconds - alone):.3f}")
        for criterion in cost.criteria
    ]
    if cost.ag is not None and cost.delta_ag_percent is not None:
        mark = "≤ " if cost.is_ag_bound else ""
        rows.append(Time("AG", f"{mark}{cost.ag:.4f}", f"{mark}{1000 * (cost.ag - alone):.3f}"))
        rows.append(Time("ΔAG (%)", f"{mark}{cost.delta_ag_percent:.3f}", ""))
    return tuple(rows)


def steps(dossier: Dossier) -> tuple[Step, ...]:
    """Return what all rounds took, by criterion, the full model and the baselines apart."""
    kinds: dict[str, list[RoundCost]] = defaultdict(list)
    for row in dossier.cost.rounds:
        kinds[row.criterion or row.job.partition("-")[0]].append(row)
    return tuple(
        Step(kind, len(mine), *(sum(getattr(row, part) or 0.0 for row in mine) for part in _PARTS))
        for kind, mine in kinds.items()
    )


_PARTS: Sequence[str] = ("prepare", "train", "evaluate", "score", "select")


def points(value: float | None) -> str:
    """Format a difference of two shares as points of a hundred, with a true minus; empty for None."""
    return percent.points(value).replace("-", "−")


def p_said(value: float | None) -> str:
    """Format a p; never rounded to the border of 0.05, and never to 0."""
    if value is None:
        return ""
    return f"{value:.1e}" if value < 0.0001 else beside(value, 0.05, decimals=4)


def seconds_said(value: float) -> str:
    """Format seconds with as many digits as matter."""
    return f"{value:.0f}" if value >= 100 else f"{value:.2f}" if value >= 0.1 else f"{value:.4f}"
