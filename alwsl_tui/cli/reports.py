"""The command that says all there is to say of a campaign: as files, in the terminal, or as one JSON object."""

from pathlib import Path
from typing import Annotated

import typer

from alwsl_tui.cli.options import HomeOption, JsonOption, listed, say, say_json, workspace
from alwsl_tui.cli.showing import ClassesOption
from campaigns.services import report_files
from campaigns.services.report_files import Format

NamesArgument = Annotated[list[str], typer.Argument(help="Campaigns; several are compared.", metavar="NAME…")]
FormatOption = Annotated[
    list[Format] | None,
    typer.Option("--format", help="html, json, csv, latex, png or svg; may be given more than once.", metavar="FORMAT"),
]


def report(
    names: NamesArgument,
    formats: FormatOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write to; this one.", metavar="FOLDER")] = None,
    plain: Annotated[bool, typer.Option("--plain", help="Print it here instead, as text.")] = False,
    classes: ClassesOption = "",
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Write all that a campaign has found as one HTML page, as tables, as figures, or print it."""
    place, wanted = workspace(home), formats or ([] if plain or as_json else [Format.HTML])
    written = report_files.write(place, names, wanted, out=out or Path(), classes=listed(classes))
    if as_json:
        say_json("reports", reports=report_files.records(written), files=[str(path) for path in written.paths])
        return
    for path in written.paths:
        say(str(path))
