"""The command `compare`: several campaigns side by side."""

from typing import Annotated

import typer

from alwsl_tui.cli.completion import campaign
from alwsl_tui.cli.json.results import comparison_record
from alwsl_tui.cli.options import JsonOption, listed, say, say_json, stdout, workspace
from alwsl_tui.cli.show import ClassesOption
from alwsl_tui.cli.text.results import differences_table, last_points_table, per_class_caption, per_class_table
from campaigns.services.results.compare import compare_campaigns

NamesArgument = Annotated[
    list[str], typer.Argument(help="Names of campaigns.", metavar="NAME NAME…", autocompletion=campaign)
]


def compare(
    names: NamesArgument,
    criterion: Annotated[str | None, typer.Option("--criterion", help="This one only; all when not given.")] = None,
    classes: ClassesOption = "",
    as_json: JsonOption = False,
) -> None:
    """Print campaigns side by side: results, what their recipes differ in, average precision by class."""
    comparison = compare_campaigns(workspace(), names, criterion=criterion, classes=listed(classes))
    if as_json:
        say_json("comparison", **comparison_record(comparison))
        return
    stdout().print(last_points_table(comparison), differences_table(comparison.differences, names))
    say(per_class_caption(comparison))
    stdout().print(per_class_table(comparison))
