"""Commands that make a campaign and run it: demo, new, run."""

from contextlib import suppress
from typing import Annotated

import typer

from alwsl_tui.cli import records, render
from alwsl_tui.cli.following import follow, is_terminal
from alwsl_tui.cli.options import HomeOption, JsonOption, draw, narrate, say, say_json, stdout, workspace
from alwsl_tui.drawing import chart, plans
from alwsl_tui.drawing.chart import ChartLook
from alwsl_tui.drawing.printable import printable
from campaigns.errors import NotNow
from campaigns.reporting.series import Result
from campaigns.services import campaigns, control, planning, reports, watching
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow

SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set", help="Override a key of the recipe, as in protocol.trials=5. Repeatable.", metavar="KEY=VALUE"
    ),
]
NameOption = Annotated[str | None, typer.Option("--name", help="Name of the campaign; the recipe's when not given.")]
HeadlessOption = Annotated[bool, typer.Option("--headless", help="Dated lines instead of a live table.")]


def demo(as_json: JsonOption = False, home: HomeOption = None, headless: HeadlessOption = False) -> None:
    """Run a small real campaign on built-in data: no network, no GPU, a few minutes, ends in a learning curve."""
    place = workspace(home)
    if not campaigns.exists(place, "demo"):
        _announce(campaigns.create(place, "demo"))
    _run(place, "demo", until_round=None, headless=headless, as_json=as_json)


def new(
    dataset: Annotated[str | None, typer.Option("--dataset", help="voc2007, voc2012, coco or shapes.")] = None,
    model: Annotated[str, typer.Option("--model", help="weldon or wildcat.")] = "wildcat",
    recipe: Annotated[str | None, typer.Option("--recipe", help="A shipped recipe or a file.")] = None,
    overrides: SetOption = None,
    name: NameOption = None,
    start: Annotated[bool, typer.Option("--start", help="Run it in the background at once.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it comes to, and make nothing.")] = False,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Make a campaign, from the paper's protocol for a data set or from a recipe."""
    place = workspace(home)
    source = campaigns.source_of(dataset=dataset, model=model, recipe=recipe)
    if dry_run:
        _say_draft(planning.draft(place, planning.Choice(source, name or "", tuple(overrides or ()))), as_json=as_json)
        return
    created = campaigns.create(place, source, overrides=overrides or (), name=name)
    if start:
        control.start(place, created.campaign.name)
    following = f"alwsl-tui {'show' if start else 'run'} {created.campaign.name}"
    if as_json:
        say_json("campaign", **records.campaign(created.campaign), notes=list(created.notes), next=following)
        return
    say(render.plan(created.campaign))
    for note in created.notes:
        say(f"  note: {note}")
    say(f"next: {following}")


def run(
    target: Annotated[
        str, typer.Argument(help="A campaign, a shipped recipe, or a recipe file.", metavar="NAME|RECIPE")
    ],
    overrides: SetOption = None,
    name: NameOption = None,
    headless: HeadlessOption = False,
    until_round: Annotated[int | None, typer.Option("--until-round", help="Rest after this round.", min=0)] = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Run a campaign to its end and show it; the exit code tells how it ended.

    Ctrl-C pauses it at the next checkpoint. Closing the terminal stops nothing.
    """
    place = workspace(home)
    created = campaigns.find_or_create(place, target, overrides=overrides or (), name=name)
    if created.is_new:
        _announce(created)
    _run(place, created.campaign.name, until_round=until_round, headless=headless, as_json=as_json)


def _say_draft(found: planning.Draft, *, as_json: bool) -> None:
    error = planning.refusal(found)
    if error is not None:
        raise error
    if as_json:
        say_json("draft", **records.draft(found))
        return
    for drawn in (plans.plan(found), plans.estimate(found.estimate), plans.notes(found)):
        if drawn.plain:
            say(drawn.plain)
    say(f"next: {found.command}")


def _announce(created: campaigns.Created) -> None:
    narrate(render.plan(created.campaign))


def _run(place: Workspace, name: str, *, until_round: int | None, headless: bool, as_json: bool) -> None:
    try:
        control.go_on(place, name, until_round=until_round)
        follow(place, name, is_plain=headless or not is_terminal())
    except KeyboardInterrupt:
        with suppress(NotNow):  # it has not begun, or has just ended
            control.pause(place, name)
            narrate(f"pausing {name} at its next checkpoint; go on with: alwsl-tui run {name}")
        raise
    seen, found = watching.watch(place, name), reports.curves(place, name)
    if as_json:
        say_json("result", **records.view(seen), result=records.result(found))
    else:
        print_result(seen.row, found)
    ended = watching.ending(place, name, is_partial=until_round is not None)
    if ended.code:
        narrate(f"error: {ended.why}\nnext: {ended.hint}")
        raise typer.Exit(ended.code)


def print_result(row: CampaignRow, found: Result, look: ChartLook | None = None) -> None:
    """Learning curves as a chart and as numbers."""
    if not any(curve.points for curve in found.curves):
        return
    console = stdout()
    width = min(console.width, 100)
    is_coloured = console.color_system is not None and not console.no_color
    draw(chart.curves(found, width=width, height=18, is_coloured=is_coloured, look=look))
    console.print(render.result(found, width=console.width, points=row.plan.reading_points, look=look))
    console.print(printable(render.caption(found, row, look=look)), markup=False)
