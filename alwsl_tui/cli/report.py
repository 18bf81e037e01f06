"""The command that says all there is to say of a campaign: as files, in the terminal, or as one JSON object."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from alwsl_tui.cli.completion import campaign
from alwsl_tui.cli.options import JsonOption, listed, say, say_json, stdout, workspace
from alwsl_tui.cli.show import ClassesOption
from alwsl_tui.cli.text.findings import findings_text
from alwsl_tui.cli.text.results import agreement_caption, agreements_table, choosing_table, cost_caption, steps_table
from campaigns.reporting.format import FORMATS, PAGE
from campaigns.services.results.agreement import load_agreements
from campaigns.services.results.cost import load_cost
from campaigns.services.workspace import Workspace

NamesArgument = Annotated[
    list[str], typer.Argument(help="Campaigns; several are compared.", metavar="NAME…", autocompletion=campaign)
]
FormatOption = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        help=f"{', '.join(FORMATS.names())}; may be given more than once.",
        metavar="FORMAT",
    ),
]


def report(
    names: NamesArgument,
    formats: FormatOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write to; this one.", metavar="FOLDER")] = None,
    plain: Annotated[bool, typer.Option("--plain", help="Print it here, as text.")] = False,
    classes: ClassesOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write all that a campaign has found as one HTML page, as tables and figures for an article, or print it."""
    # Only now: a report needs more modules than all other commands together, and they begin with these imports.
    from campaigns.services.report import files

    place, counted = workspace(), listed(classes)
    if plain and not as_json:
        _print(place, names, counted)
    if formats or as_json or not plain:
        wanted = formats or ([] if as_json else [PAGE])
        written = files.write(place, names, wanted, out=out or Path(), classes=counted)
        paths = [str(path) for path in written.paths]
        if as_json:
            say_json("reports", reports=files.records(written), files=paths)
        for path in paths if not as_json else ():
            say(path)


def _print(place: Workspace, names: Sequence[str], classes: Sequence[str]) -> None:
    from campaigns.services.results import findings

    console = stdout()
    for name in names:
        outcome = findings.findings(place, name, classes=classes)
        say(f"{name}: {outcome.campaign.about or outcome.campaign.dataset}")
        if outcome.result.chosen:
            say(f"All means are over these classes alone: {', '.join(outcome.result.chosen)}")
        for part in findings_text(outcome, width=console.width):
            console.print(part)
        agreed, spent = load_agreements(place, name), load_cost(place, name)
        say(f"\nAgreement. {agreement_caption(agreed)}")
        console.print(agreements_table(agreed))
        say(cost_caption(spent))
        console.print(steps_table(spent))
        if spent.criteria:
            console.print(choosing_table(spent))
