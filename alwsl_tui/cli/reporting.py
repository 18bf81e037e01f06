"""Commands that say what came of campaigns: agreement of the criteria, cost, recipes, several side by side."""

from typing import Annotated

import typer

from alwsl_tui.cli import report_records, report_render
from alwsl_tui.cli.options import HomeOption, JsonOption, NameArgument, listed, say, say_json, stdout, workspace
from alwsl_tui.cli.showing import ClassesOption
from campaigns.services import agreements, comparing, costs

NamesArgument = Annotated[list[str], typer.Argument(help="Names of campaigns.", metavar="NAME NAME…")]


def agreement(
    name: NameArgument,
    criterion: Annotated[str | None, typer.Option("--criterion", help="The arm; ag, or the first one.")] = None,
    trial: Annotated[int, typer.Option("--trial")] = 0,
    round_: Annotated[int | None, typer.Option("--round", help="Every pair of criteria in this round.")] = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Print how far the criteria agree on what to label next, round by round."""
    found = agreements.agreements(workspace(home), name, criterion=criterion, trial=trial, round_=round_)
    if as_json:
        say_json("agreement", name=name, rounds=[report_records.agreement(one) for one in found])
    elif round_ is None:
        say(report_render.agreement_caption(found))
        stdout().print(report_render.agreements(found))
    else:
        for one in found:
            say(report_render.agreement_caption([one]))
            stdout().print(report_render.overlap(one), report_render.kendall(one))


def cost(name: NameArgument, as_json: JsonOption = False, home: HomeOption = None) -> None:
    """Print what a campaign has cost, and what choosing by each criterion takes."""
    found = costs.cost(workspace(home), name)
    if as_json:
        say_json("cost", **report_records.cost(found))
        return
    stdout().print(report_render.steps(found))
    if found.criteria:
        stdout().print(report_render.choosing(found))
    say(report_render.cost_caption(found))


def compare(
    names: NamesArgument,
    criterion: Annotated[str | None, typer.Option("--criterion", help="This one only; all when not given.")] = None,
    classes: ClassesOption = "",
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Print campaigns side by side: results, what their recipes differ in, average precision by class."""
    found = comparing.compare(workspace(home), names, criterion=criterion, classes=listed(classes))
    if as_json:
        say_json("comparison", **report_records.comparison(found))
        return
    stdout().print(report_render.last_points(found), report_render.differences(found.differences, names))
    say(report_render.per_class_caption(found))
    stdout().print(report_render.per_class(found))


def recipe(
    name: NameArgument,
    against: Annotated[
        str | None, typer.Option("--against", help="Print only what differs from this campaign.", metavar="OTHER")
    ] = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Print the recipe of a campaign as it was frozen, or what it differs in from another one's."""
    place = workspace(home)
    text = comparing.recipe_text(place, name)
    found = None if against is None else comparing.recipe_differences(place, [name, against])
    if as_json:
        differences = None if found is None else report_records.differences(found)
        say_json("recipe", name=name, toml=text, against=against, differences=differences)
    elif found is None:
        say(text)
    else:
        stdout().print(report_render.differences(found, [name, against or ""]))
