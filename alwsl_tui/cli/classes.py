"""Commands about what people are asked about, which may change while a campaign is on."""

from typing import Annotated

import typer

from alwsl_tui.cli.json.labels import changed_record, classes_record
from alwsl_tui.cli.options import JsonOption, NameArgument, narrate, say, say_json, stdout, workspace
from alwsl_tui.cli.text.labels import changed_lines, changes_lines, classes_table
from campaigns.services.labelling.classes import (
    ChangedClasses,
    add_classes,
    asked_classes,
    rename_class,
    retire_class,
)

app = typer.Typer(rich_markup_mode=None, help="What people are asked about: add, rename, retire and list classes.")

ByOption = Annotated[str | None, typer.Option("--by", help="Who changes it; the user of this system.")]


@app.command()
def add(
    name: NameArgument,
    classes: Annotated[list[str], typer.Argument(help="Classes to ask about from now on.", metavar="CLASS...")],
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask about more classes; they are unknown of everything that was answered so far."""
    _report(add_classes(workspace(), name, classes, by=by), as_json)


@app.command()
def rename(
    name: NameArgument,
    old: Annotated[str, typer.Argument(help="What the class is called.", metavar="OLD")],
    new: Annotated[str, typer.Argument(help="What it is to be called.", metavar="NEW")],
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Call a class otherwise; its labels stay with it."""
    _report(rename_class(workspace(), name, old, new, by=by), as_json)


@app.command()
def retire(
    name: NameArgument,
    class_name: Annotated[str, typer.Argument(help="The class to ask about no more.", metavar="CLASS")],
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask about a class no more; its answers stay, and the rounds that have it."""
    _report(retire_class(workspace(), name, class_name, by=by), as_json)


@app.command("list")
def list_(name: NameArgument, as_json: JsonOption = False) -> None:
    """List what people are asked about, and how it changed."""
    asked = asked_classes(workspace(), name)
    if as_json:
        say_json("classes", **classes_record(asked))
        return
    stdout().print(classes_table(asked))
    for line in changes_lines(asked):
        say(line)


def _report(changed: ChangedClasses, as_json: bool) -> None:
    for note in changed.notes:
        narrate(f"note: {note}")
    if as_json:
        say_json("classes_changed", **changed_record(changed))
        return
    say("\n".join(changed_lines(changed)))
