"""The command `run`: make a campaign if need be, run it to its end and show it."""

from contextlib import suppress
from typing import Annotated

import typer

from alwsl_tui.cli import completion
from alwsl_tui.cli.json.campaigns import view_record
from alwsl_tui.cli.live import follow, is_terminal
from alwsl_tui.cli.options import JsonOption, narrate, say_json, workspace
from alwsl_tui.cli.show import print_more, print_result
from alwsl_tui.cli.text.campaigns import plan_text
from alwsl_tui.drawing.new import arithmetic
from campaigns.errors import NotNow
from campaigns.reporting.json.curves import result_record
from campaigns.reporting.json.forecast import campaign_forecast_record
from campaigns.services.campaigns.extend import advised_images
from campaigns.services.campaigns.new import Created, find_or_create
from campaigns.services.campaigns.pause import pause
from campaigns.services.campaigns.run import ending, go_on
from campaigns.services.monitor.show import watch
from campaigns.services.results.curves import load_curves
from campaigns.services.results.rounds import view_today
from campaigns.services.workspace import Workspace

SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set", help="Override a key of the recipe, as in protocol.trials=5. Repeatable.", metavar="KEY=VALUE"
    ),
]
NameOption = Annotated[str | None, typer.Option("--name", help="Name of the campaign; the recipe's when not given.")]
ExecutorOption = Annotated[
    str | None,
    typer.Option(
        "--executor", help="local, slurm or ray:auto; kept with the campaign. Else ALWSL_EXECUTOR.", metavar="NAME"
    ),
]
HeadlessOption = Annotated[bool, typer.Option("--headless", help="Dated lines instead of a live table.")]


def run(
    target: Annotated[
        str,
        typer.Argument(
            help="A campaign, a shipped recipe, or a recipe file.",
            metavar="NAME|RECIPE",
            autocompletion=completion.target,
        ),
    ],
    overrides: SetOption = None,
    name: NameOption = None,
    executor: ExecutorOption = None,
    headless: HeadlessOption = False,
    until_round: Annotated[int | None, typer.Option("--until-round", help="Rest after this round.", min=0)] = None,
    as_json: JsonOption = False,
) -> None:
    """Run a campaign to its end and show it; the exit code tells how it ended.

    Ctrl-C pauses it at the next checkpoint. Closing the terminal stops nothing.
    """
    place = workspace()
    created = find_or_create(place, target, overrides=overrides or (), name=name, executor=executor)
    if created.is_new:
        announce(created)
    run_and_follow(place, created.campaign.name, until_round=until_round, headless=headless, as_json=as_json)


def announce(created: Created) -> None:
    """Print the plan of a campaign that was just made, on stderr."""
    narrate(created_text(created))


def created_text(created: Created) -> str:
    """Return the plan of a campaign that was just made, and how it computes."""
    plan = plan_text(created.campaign)
    return plan if created.arithmetic is None else f"{plan}\n  computes {arithmetic(created.arithmetic)}"


def run_and_follow(place: Workspace, name: str, *, until_round: int | None, headless: bool, as_json: bool) -> None:
    """Run a campaign to its end while showing it, print its result, and exit with the code that tells how it ended."""
    try:
        go_on(place, name, until_round=until_round)
        follow(place, name, is_plain=headless or not is_terminal())
    except KeyboardInterrupt:
        with suppress(NotNow):  # it has not begun, or has just ended
            pause(place, name)
            narrate(f"pausing {name} at its next checkpoint; go on with: alwsl-tui run {name}")
        raise
    view, result = view_today(place, watch(place, name)), load_curves(place, name)
    if as_json:
        outlook = campaign_forecast_record(view.row.plan, result)
        say_json("result", **view_record(view), result=result_record(result), forecast=outlook)
    else:
        print_result(view.row, result)
        print_more(view, advised_images(place, view.row, view.state, result))
    ended = ending(place, name, is_partial=until_round is not None)
    if ended.code:
        narrate(f"error: {ended.why}\nnext: {ended.hint}")
        raise typer.Exit(ended.code)
