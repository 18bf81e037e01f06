"""What a campaign amounts to, as text for a person: against random first, then the paper's claims, then the numbers."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.constrain import Constrain
from rich.table import Table
from rich.text import Text

from alwsl_tui.cli.text.tables import table
from alwsl_tui.drawing.findings import TextTable, sheets, trials_text
from alwsl_tui.drawing.units import plural
from campaigns.core.text import printable
from campaigns.reporting.claims import Claim
from campaigns.reporting.settings_compared import ClaimTwice
from campaigns.reporting.verdicts import RULE, Verdict
from campaigns.services.results.causes import Bearing
from campaigns.services.results.findings import Findings

READABLE = 100
"""Cells beyond which a sentence is no longer read at ease."""
VERDICTS = {Verdict.HOLDS: "bold green", Verdict.FAILS: "bold red", Verdict.UNKNOWN: "bold yellow"}
BEARINGS = {Bearing.LIKELY: "bold yellow", Bearing.UNLIKELY: "", Bearing.OPEN: "dim"}


def findings_text(findings: Findings, *, width: int) -> Iterator[RenderableType]:
    """Yield all findings, for a terminal of `width` cells."""
    narrow = min(width, READABLE)
    yield _title("vs random")
    yield from (_prose(line, narrow) for line in findings.headline)
    if unfinished := _unfinished(findings):
        yield _prose(unfinished, narrow)
    if findings.checklist:
        yield _prose("Possible causes, and the evidence in the campaign's files:", narrow)
        yield checklist_table(findings, width=narrow)
    yield _title("The paper's claims")
    yield claims_table(findings, width=narrow)
    yield _prose(RULE, narrow)
    for sheet in sheets(findings, width=width):
        yield _title(sheet.title)
        if sheet.rows:
            yield drawn_table(sheet)
        if sheet.note:
            yield _prose(sheet.note, narrow)


def checklist_table(findings: Findings, *, width: int) -> Table:
    """Likely causes of a criterion's not being better than random."""
    made = _two_columns(width)
    for cause in findings.checklist:
        made.add_row(
            Text(cause.bearing, BEARINGS[cause.bearing]), Text(f"{printable(cause.cause)}: {printable(cause.found)}")
        )
    return made


def claims_table(findings: Findings, *, width: int) -> Table:
    """List each claim with its verdict and its trials; what was measured, and why, below it."""
    made = _two_columns(width)
    for claim in findings.claims:
        details = [Text(printable(claim.text), "bold"), Text(f"{printable(claim.reason)}  [{claim.source}]")]
        if claim.measured:
            details.insert(1, Text(printable(claim.measured)))
        verdict = Text(claim.verdict, VERDICTS[claim.verdict])
        made.add_row(Text("\n").join([verdict, Text(trials_text(claim.trials))]), Text("\n").join(details))
    return made


def claims_twice_table(pairs: Sequence[ClaimTwice], settings: tuple[str, str], *, width: int) -> Table:
    """List each claim with what came of it in each of two settings; a mark where the verdicts differ."""
    made = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, width=width, header_style="")
    made.add_column("the paper's claim", ratio=4)
    for setting in settings:
        made.add_column(setting, ratio=3)
    made.add_column("changes", no_wrap=True)
    for pair in pairs:
        cells = [Text("not asked") if claim is None else _verdict(claim) for claim in (pair.first, pair.second)]
        made.add_row(Text(printable(pair.text)), *cells, Text("yes" if pair.changes else ""))
    return made


def _verdict(claim: Claim) -> Text:
    text = Text(claim.verdict, VERDICTS[claim.verdict])
    return text.append(f"\n{printable(claim.measured)}", "not bold default") if claim.measured else text


def drawn_table(sheet: TextTable) -> Table:
    """Draw a sheet as a table."""
    return table(sheet.columns, sheet.rows, numbers=sheet.columns[1:])


def _unfinished(findings: Findings) -> str:
    """Say how many trials no criterion lacks, while these are not all."""
    trials, areas = (
        findings.campaign.plan.trials,
        [row.area.numbers if row.area else () for row in findings.standings.rows],
    )
    complete = len(set.intersection(*map(set, areas))) if areas else 0
    return "" if complete == trials else f"So far {complete} of {plural(trials, 'trial')} are complete in all criteria."


def _two_columns(width: int) -> Table:
    made = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False, width=width)
    made.add_column(no_wrap=True, width=max(len(verdict) for verdict in Verdict))
    made.add_column(ratio=1)
    return made


def _title(text: str) -> Text:
    # No padding, which would fill a line of a terminal that has no end.
    return Text.assemble("\n", (printable(text), "bold underline"))


def _prose(text: str, width: int) -> Constrain:
    return Constrain(Text(printable(text)), width)
