"""Several campaigns on one page: what each claim came to, where each criterion stands, what the recipes differ in."""

from collections.abc import Sequence
from dataclasses import dataclass

from campaigns.reporting import colours, rows
from campaigns.reporting.claims import Claim
from campaigns.reporting.dossier import Dossier
from campaigns.reporting.figures.board import narrow, style
from campaigns.reporting.figures.together import together
from campaigns.reporting.inline_svg import Sheet
from campaigns.reporting.opening import opening
from campaigns.reporting.page import TONES, drawn, rendered
from campaigns.reporting.rows import Placed
from campaigns.reporting.verdicts import RULE


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One claim in every campaign; None where it has none like it."""

    text: str
    cells: tuple[Claim | None, ...]


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """One criterion in every campaign; None where it has not got there."""

    criterion: str
    cells: tuple[Placed | None, ...]


@dataclass(frozen=True, slots=True)
class Race:
    """All criteria of all campaigns at their first, second, … reading point, or over all budgets."""

    title: str
    budgets: tuple[str, ...]
    """What it is in each campaign, in words."""
    rows: tuple[CriterionRow, ...]


def page_of(dossiers: Sequence[Dossier], differences: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Write the whole page; `differences` are keys of the recipes with one value a campaign."""
    sheet = Sheet()
    places = colours.places(dict.fromkeys(name for dossier in dossiers for name in dossier.criteria))
    with style():
        plot = together(dossiers, places, has_key=False)
        with narrow():
            slim = together(dossiers, places, has_key=False)
    return rendered(
        "compare.html.j2",
        sheet,
        found=dossiers,
        openings=[opening(dossier) for dossier in dossiers],
        figure=None if plot is None or slim is None else drawn(plot, slim, set(), sheet),
        claims=claims_of(dossiers),
        races=[*readings_of(dossiers), areas_of(dossiers)],
        differences=differences,
        places=places,
        tones=TONES,
        rule=RULE,
    )


def claims_of(dossiers: Sequence[Dossier]) -> tuple[ClaimRow, ...]:
    """Put claims that say the same of each campaign's own budgets in one row."""
    tables = [_by_kind(dossier) for dossier in dossiers]
    kinds = dict.fromkeys(kind for table in tables for kind in table)
    lines = []
    for kind in kinds:
        cells = tuple(table.get(kind) for table in tables)
        text = next(cell.text for cell in cells if cell is not None)
        lines.append(ClaimRow(text, cells))
    return tuple(lines)


def _by_kind(dossier: Dossier) -> dict[str, Claim]:
    """Return claims by key, the budget in it replaced by its position among the reading points."""
    places = {
        f"first-{budget}": f"first-{place}" for place, budget in enumerate(dossier.campaign.plan.reading_points, 1)
    }
    return {places.get(claim.key, claim.key): claim for claim in dossier.claims}


def readings_of(dossiers: Sequence[Dossier]) -> list[Race]:
    """Return a race for every reading point that one of the campaigns has measured."""
    most = max(len(dossier.campaign.plan.reading_points) for dossier in dossiers)
    races = []
    for place in range(most):
        tables, budgets = [], []
        for dossier in dossiers:
            points = dossier.campaign.plan.reading_points
            by_budget = {reading.budget: reading for reading in rows.readings(dossier)}
            reading = by_budget.get(points[place]) if place < len(points) else None
            tables.append(reading.rows if reading else ())
            budgets.append(f"{points[place]} images" if place < len(points) else "")
        if any(tables):
            races.append(_race(f"At reading point {place + 1}", budgets, tables))
    return races


def areas_of(dossiers: Sequence[Dossier]) -> Race:
    """Return a race by the area under the learning curve."""
    return _race(
        "By the area under the learning curve",
        ["all budgets"] * len(dossiers),
        [rows.areas(dossier) for dossier in dossiers],
    )


def _race(title: str, budgets: Sequence[str], tables: Sequence[Sequence[Placed]]) -> Race:
    by_name = [{row.criterion: row for row in table} for table in tables]
    names = dict.fromkeys(row.criterion for table in tables for row in table)
    lines = tuple(CriterionRow(name, tuple(table.get(name) for table in by_name)) for name in names)
    return Race(title, tuple(budgets), lines)
