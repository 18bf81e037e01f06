"""A campaign's report as one text to scroll through: random first, the claims, then the numbers behind them."""

from collections.abc import Iterable, Iterator

from rich.cells import cell_len
from rich.text import Text

from alwsl_tui.drawing.columns import GAP, folded, side_by_side
from alwsl_tui.drawing.findings import TextTable, sheets, trials_text
from alwsl_tui.drawing.palette import Palette
from campaigns.core.text import printable
from campaigns.reporting.claims import Claim
from campaigns.reporting.verdicts import RULE, Verdict
from campaigns.services.results.causes import Bearing
from campaigns.services.results.findings import Findings

READABLE = 100
"""Cells beyond which a sentence is no longer read at ease."""
SIGNS = {Verdict.HOLDS: "+", Verdict.FAILS: "-", Verdict.UNKNOWN: "?"}
"""In front of a verdict, so that it is told apart without colour."""


def page(findings: Findings, *, width: int, palette: Palette) -> Text:
    """Draw the whole report, in lines of at most `width` cells where words and cells of tables allow it."""
    narrow = min(width, READABLE)
    # What it is comes first: that a protocol is a shrunk one must stand beside whatever came of it.
    about = findings.campaign.about
    made = [
        *([_prose(about, narrow, palette.muted)] if about else []),
        _title("vs random", width, palette),
        *(_prose(line, narrow, palette.text) for line in findings.headline),
        *_causes(findings, narrow, palette),
        *_claims(findings, narrow, palette),
    ]
    for sheet in sheets(findings, width=width):
        made += [_title(sheet.title, width, palette), *_sheet(sheet, width, palette)]
        if sheet.note:
            made.append(_prose(sheet.note, narrow, palette.muted))
    text = Text(no_wrap=True, end="").join(made)
    text.rstrip()
    return text


def _causes(findings: Findings, width: int, palette: Palette) -> Iterator[Text]:
    if not findings.checklist:
        return
    yield _prose("Possible causes, and the evidence in the campaign's files:", width, palette.muted)
    styles = {Bearing.LIKELY: f"bold {palette.warning}", Bearing.UNLIKELY: palette.text, Bearing.OPEN: palette.muted}
    first = max(cell_len(bearing) for bearing in Bearing)
    for suspect in findings.checklist:
        cells = [(suspect.bearing.value, styles[suspect.bearing]), (f"{suspect.cause}: {suspect.found}", palette.text)]
        yield side_by_side(cells, [first, max(1, width - first - GAP)])


def _claims(findings: Findings, width: int, palette: Palette) -> Iterator[Text]:
    """Draw the paper's claims and how they are judged; nothing where there is none, as of another task."""
    if findings.claims:
        yield _title("The paper's claims", width, palette)
        yield from (_claim(claim, width, palette) for claim in findings.claims)
        yield _prose(RULE, width, palette.muted)


def _claim(claim: Claim, width: int, palette: Palette) -> Text:
    """Draw a claim with its verdict, and below it what was measured and why."""
    colours = {Verdict.HOLDS: palette.good, Verdict.FAILS: palette.bad, Verdict.UNKNOWN: palette.warning}
    first = max(cell_len(f"{SIGNS[verdict]} {verdict}") for verdict in Verdict)
    widths = [first, max(1, width - first - GAP)]
    verdict = (f"{SIGNS[claim.verdict]} {claim.verdict}", f"bold {colours[claim.verdict]}")
    text = side_by_side([verdict, (claim.text, f"bold {palette.text}")], widths)
    details = [claim.measured, f"{claim.reason}  [{claim.source}]"]
    for at, line in enumerate(line for line in details if line):
        beside = f"  {trials_text(claim.trials)}" if not at else ""
        text += side_by_side([(beside, palette.muted), (line, palette.muted if at else palette.text)], widths)
    return text


def _sheet(sheet: TextTable, width: int, palette: Palette) -> Iterable[Text]:
    """Draw a table; columns that do not fit stand below, behind the names again."""
    if not sheet.rows:
        return
    lines = [tuple(map(printable, row)) for row in (sheet.columns, *sheet.rows)]
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    for part in _parts(widths, width):
        for at, line in enumerate(lines):
            style = palette.muted if not at else palette.text
            text = Text(line[0] + " " * (widths[0] - cell_len(line[0])), palette.muted if not at else palette.accent)
            for column in part:
                text.append(" " * (GAP + widths[column] - cell_len(line[column])) + line[column], style)
            yield text.append("\n")


def _parts(widths: list[int], width: int) -> Iterator[list[int]]:
    """Yield the columns after the first, as many at a time as fit beside it; at least one."""
    part: list[int] = []
    for column in range(1, len(widths)):
        if part and widths[0] + sum(GAP + widths[index] for index in (*part, column)) > width:
            yield part
            part = []
        part.append(column)
    if part:
        yield part


def _title(text: str, width: int, palette: Palette) -> Text:
    return Text("\n") + _prose(text, width, f"bold {palette.accent}")


def _prose(text: str, width: int, style: str) -> Text:
    return Text("\n".join(folded(printable(text), width)) + "\n", style)
