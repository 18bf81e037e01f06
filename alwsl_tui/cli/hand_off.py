"""The command `hand-off`: what a campaign asks for, as a folder for another program."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from alwsl_tui.cli.json.labels import handed_off_record
from alwsl_tui.cli.options import JsonOption, NameArgument, narrate, say, say_json, workspace
from alwsl_tui.cli.text.labels import handed_off_lines
from campaigns.home.typed_paths import expanded
from campaigns.services.labelling.hand_off import HandOffOrder
from campaigns.services.labelling.hand_off import hand_off as write_hand_off


class Program(StrEnum):
    """Whose form is written."""

    LABELSTUDIO = "labelstudio"
    CVAT = "cvat"
    DATUMARO = "datumaro"
    CSV = "csv"
    HF = "hf"


def hand_off(
    name: NameArgument,
    to: Annotated[Program, typer.Option("--to", help="The program, or the form.")],
    out: Annotated[Path, typer.Option("--out", help="A folder that is new or empty.", metavar="FOLDER")],
    is_all: Annotated[
        bool, typer.Option("--all", help="Every photograph without an answer, those asked for first.")
    ] = False,
    copy: Annotated[bool, typer.Option("--copy", help="Copy the photographs into FOLDER/images.")] = False,
    prefix: Annotated[
        str | None, typer.Option("--prefix", help="What stands before each path, such as a server's address.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write into a folder that holds something.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write what a campaign asks for into a folder, for another program to label."""
    order = HandOffOrder(expanded(out), to.value, is_all, copy, prefix, force)
    handed = write_hand_off(workspace(), name, order)
    if as_json:
        say_json("hand_off", **handed_off_record(handed))
        return
    for note in handed.notes:
        narrate(f"note: {note}")
    say("\n".join(handed_off_lines(handed)))
