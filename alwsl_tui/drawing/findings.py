"""What a campaign amounts to, as sheets of text: the same cells for a terminal's tables and for the app."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from alwsl_tui.drawing.units import plural
from campaigns.core.percent import percent, points
from campaigns.core.percent import spread as percents
from campaigns.reporting.opening import how_tested
from campaigns.reporting.pairwise import Duel
from campaigns.reporting.series import Result
from campaigns.reporting.standings import RANDOM, Sample, Standing
from campaigns.reporting.statistics import LEAST_DRAWN, least_trials, p_text, student_mean
from campaigns.services.results.findings import Findings

NONE = "–"
"""A cell of which nothing is known."""
MANY = 1000
"""Trials beyond which their number says no more than that."""


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table of texts."""

    title: str
    columns: tuple[str, ...]
    """The first is of names, all others are of numbers."""
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    """How it is to be read."""


def sheets(findings: Findings, *, width: int) -> tuple[TextTable, ...]:
    """Return standings, tests against random and the leading criterion, wins, labels saved; only sheets with content.

    `width` cells are at hand: budgets that do not fit are left out, those that are not reading points first.
    """
    rivals = dict.fromkeys((RANDOM, findings.campaign.plan.leading))
    every = (
        standings(findings, width=width),
        *(tests(findings, rival, width=width) for rival in rivals),
        wins(findings),
        *saved(findings),
    )
    return tuple(sheet for sheet in every if sheet.rows or not sheet.columns)


def standings(findings: Findings, *, width: int) -> TextTable:
    """List every criterion, best area first: mean ± standard deviation of the area and at reading points."""
    ranking = findings.standings
    budgets = [n for n in findings.campaign.plan.reading_points if n in ranking.budgets]
    has_relative = findings.result.full is not None and _FIRST + _AREA + len(budgets) * _WITH <= width
    rows = []
    has_bootstrap = any(row.area is not None and row.area.interval is not None for row in ranking.rows)
    for row in ranking.rows:
        readings = [row.readings[ranking.budgets.index(n)] for n in budgets]
        interval = row.area.interval if row.area else None
        most = findings.campaign.plan.trials
        cells = [spread(sample, findings.result if has_relative else None, of=most) for sample in readings]
        between = f"{percent(interval.low)} to {percent(interval.high)}" if interval else NONE
        ends = (between,) if has_bootstrap else ()
        rows.append((row.criterion, spread(row.area, of=findings.campaign.plan.trials), *ends, *cells))
    head = ("95 % of the area",) if has_bootstrap else ()
    columns = ("criterion", "area", *head, *(f"at {n}" for n in budgets))
    note = f"{_complete(ranking.rows, ranking.yardstick.title)} ±: standard deviation over trials."
    if has_bootstrap:
        note += " 95 %: bootstrap over trials."
    if has_relative:
        note += " In brackets per cent of the full model."
    note += fewer_said(
        [len(s.values) for row in ranking.rows for s in row.readings if s], findings.campaign.plan.trials
    )
    note += _too_narrow(min((len(row.area.values) for row in ranking.rows if row.area), default=0))
    return TextTable("Standings", columns, tuple(rows), note)


def fewer_said(counts: Sequence[int], of: int) -> str:
    """Say what `n` stands for beside the cells that are over fewer trials than all; empty where none is."""
    return " n: trials, where they are not all." if any(count < of for count in counts) else ""


def _too_narrow(trials: int) -> str:
    """Say that a bootstrap over few trials says too much; empty where there are enough, or none is given."""
    if LEAST_DRAWN <= trials < least_trials():
        return f" A bootstrap over {trials} trials is too narrow."
    return ""


def _complete(rows: Sequence[Standing], word: str) -> str:
    """Say how many trials the areas are over."""
    counts = {row.criterion: len(row.area.values) if row.area else 0 for row in rows}
    if len(set(counts.values())) == 1:
        return f"Area: mean {word} from the first budget to the last, over {plural(max(counts.values()), 'trial')}."
    each = ", ".join(f"{name} {count}" for name, count in counts.items())
    return f"Area: mean {word} from the first budget to the last, over the trials that are complete ({each})."


_FIRST, _AREA, _WITH = 9, 36, 25
"""Cells of the columns: names, area and its interval, a budget with its per cent."""


def spread(sample: Sample | None, result: Result | None = None, *, of: int) -> str:
    """Return mean ± standard deviation, with per cent of the full model when its result is given; with the number of
    trials where it is over fewer than `of`.
    """
    if sample is None:
        return NONE
    relative = result.relative(sample.mean) if result else None
    text = percents(sample.mean, sample.sd)
    fewer = f" n {len(sample.values)}" if len(sample.values) < of else ""
    return text + ("" if relative is None else f" ({relative:.1f} %)") + fewer


def tests(findings: Findings, rival: str, *, width: int) -> TextTable:
    """List differences of mAP in points and their p, on the area and at budgets, of every criterion against `rival`."""
    ranking, reading_points = findings.standings, findings.campaign.plan.reading_points
    columns: tuple[_Column, ...] = _OF_AREA
    if _NAMES + sum(column.cells for column in columns) + _AT * len(reading_points) > width:
        columns = tuple(column for column in columns if column.is_vital)
    room = (width - _NAMES - sum(column.cells for column in columns)) // _AT
    budgets = (
        ranking.budgets[1:]
        if len(ranking.budgets) - 1 <= room
        else tuple(n for n in reading_points if n in ranking.budgets)
    )
    budgets = budgets if len(budgets) <= room else ()
    by_key = {(duel.criterion, duel.budget): duel for duel in ranking.duels if duel.rival == rival}
    rows = []
    for name in (row.criterion for row in ranking.rows):
        area, at = by_key.get((name, None)), [by_key.get((name, budget)) for budget in budgets]
        if area is not None or any(at):
            cells = [_cell(cell, duel) for duel in at for cell in (_difference, _p)]
            rows.append((name, *(_cell(column.cell, area) for column in columns), *cells))
    heads = [head for n in budgets for head in (f"at {n}", "p")]
    note = ""
    if rival == RANDOM:
        note = (
            f"{how_tested(ranking)} Trials: how many in all would tell such an area, four times out of five; roughly."
        )
        if _EFFECT in columns:
            note += " 95 %: Student's interval. Effect: mean difference in standard deviations of the differences."
    elif count := len(ranking.against(rival)):
        note = f"As above; {count} tests per column."
    title = f"vs {rival}, in points of {ranking.yardstick.title}"
    return TextTable(title, ("criterion", *(column.head for column in columns), *heads), tuple(rows), note)


def _cell(of: Callable[[Duel], str], duel: Duel | None) -> str:
    return NONE if duel is None else of(duel)


def _difference(duel: Duel) -> str:
    return points(duel.test.mean)


def _p(duel: Duel) -> str:
    return p_text(duel.test.p)


def _between(duel: Duel) -> str:
    interval = student_mean(duel.differences)
    return NONE if interval is None else f"{points(interval.low)} to {points(interval.high)}"


def _effect(duel: Duel) -> str:
    return NONE if duel.effect is None else f"{duel.effect:+.1f}"


def _needed(duel: Duel) -> str:
    if duel.trials_needed is None:
        return NONE
    return f"> {MANY}" if duel.trials_needed > MANY else str(duel.trials_needed)


@dataclass(frozen=True, slots=True)
class _Column:
    head: str
    cell: Callable[[Duel], str]
    cells: int
    """Of a terminal, the gap before it included."""
    is_vital: bool = True


_EFFECT = _Column("effect", _effect, 9, is_vital=False)
_OF_AREA = (
    _Column("area", _difference, 8),
    _Column("its 95 %", _between, 17, is_vital=False),
    _EFFECT,
    _Column("p", _p, 8),
    _Column("Holm", lambda duel: p_text(duel.adjusted), 8),
    _Column("trials", _needed, 9),
)
_NAMES, _AT = 11, 17
"""Cells of the names, and of a budget with its p."""


def wins(findings: Findings) -> TextTable:
    """List the per cent of trials and budgets at which the criterion of the line is ahead of the column's."""
    ranking = findings.standings
    names = [row.criterion for row in ranking.rows]
    rows = []
    for at, name in enumerate(names, start=1):
        shares = [None if other == name else ranking.wins[name][other] for other in names]
        rows.append((f"{at} {name}", *("" if share is None else f"{100 * share:.0f}" for share in shares)))
    note = (
        "Per cent of trials × budgets (without the baseline) at which the row is ahead of the column; ties count half."
    )
    has_any = any(cell for row in rows for cell in row[1:])
    columns = ("", *(str(at) for at in range(1, len(names) + 1)))
    return TextTable("Wins", columns, tuple(rows) if has_any else (), note)


def saved(findings: Findings) -> tuple[TextTable, ...]:
    """List the labels each criterion and random need to reach one mAP, and what is saved: a sheet for each target."""
    made = []
    missed = []
    word = findings.standings.yardstick.title
    for what in dict.fromkeys(entry.what for entry in findings.standings.saved):
        mine = [entry for entry in findings.standings.saved if entry.what == what]
        rows = []
        has_bootstrap = any(entry.interval is not None for entry in mine)
        for entry in mine:
            saving, between = entry.saved, entry.interval
            rows.append(
                (
                    entry.criterion,
                    _images(entry.images),
                    _images(entry.random),
                    NONE if saving is None else f"{saving:+.0f}",
                    NONE if saving is None or not entry.random else f"{100 * saving / entry.random:+.0f} %",
                    *((NONE if between is None else f"{between.low:+.0f} to {between.high:+.0f}",) * has_bootstrap),
                )
            )
        if all(entry.images is None and entry.random is None for entry in mine):
            missed.append(f"{what} ({percent(mine[0].target)} {word})")
            continue
        title = f"Labels to reach {what} ({percent(mine[0].target)} {word})"
        note = (
            "Interpolated linearly between budgets, from where the mean over trials stays above the target; never "
            "extrapolated."
        )
        if has_bootstrap:
            note += " 95 %: bootstrap over trials." + _too_narrow(min(entry.trials for entry in mine))
        head = ("criterion", "images", RANDOM, "saved", "of random", *(("95 %",) * has_bootstrap))
        made.append(TextTable(title, head, tuple(rows), note))
    if missed:
        made.append(
            TextTable(f"Labels to reach {', '.join(missed)}", (), (), "Neither a criterion nor random reaches it.")
        )
    return tuple(made)


def _images(count: float | None) -> str:
    return "never" if count is None else f"{count:.0f}"


def trials_text(trials: int) -> str:
    """Return the number of trials that a claim is over, in words; empty when there are none."""
    return plural(trials, "trial") if trials else ""
