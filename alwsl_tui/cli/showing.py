"""Commands that only look."""

from typing import Annotated

import typer

from alwsl_tui.cli import records, render
from alwsl_tui.cli.options import (
    HomeOption,
    JsonOption,
    NameArgument,
    listed,
    narrate,
    say,
    say_json,
    stdout,
    workspace,
)
from alwsl_tui.cli.running import print_result
from alwsl_tui.drawing.chart import ChartLook
from alwsl_tui.drawing.words import COLLAPSED
from campaigns.reporting.series import Axis
from campaigns.services import diagnosis, logbooks, reports, shelf, watching

ClassesOption = Annotated[
    str, typer.Option("--classes", help="Average over these classes only, separated by commas.", metavar="A,B")
]


def show(
    name: NameArgument,
    classes: ClassesOption = "",
    criteria: Annotated[str, typer.Option("--criteria", help="Only these curves.", metavar="A,B")] = "",
    axis: Annotated[Axis, typer.Option("--x", help="What budgets are counted in.")] = Axis.IMAGES,
    absolute: Annotated[bool, typer.Option("--absolute", help="mAP, not per cent of the full model's.")] = False,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Print a campaign: its plan, its jobs, its learning curves so far."""
    place = workspace(home)
    seen = watching.watch(place, name)
    found = reports.curves(place, name, classes=listed(classes), criteria=listed(criteria))
    if as_json:
        say_json("result", **records.view(seen), result=records.result(found))
        return
    say(render.plan(seen.row))
    console = stdout()
    console.print(render.head(seen))
    console.print(render.view(seen))
    print_result(seen.row, found, ChartLook(axis, absolute, reading_points=seen.row.plan.reading_points))


def rounds(name: NameArgument, as_json: JsonOption = False, home: HomeOption = None) -> None:
    """Print every round of a campaign: images, mAP, seconds."""
    found = reports.rounds(workspace(home), name)
    if as_json:
        say_json("rounds", name=found.campaign.name, rounds=records.rounds(found))
    else:
        stdout().print(render.rounds(found))


def picks(
    name: NameArgument,
    criterion: Annotated[str | None, typer.Option("--criterion", help="The arm; ag, or the first one.")] = None,
    trial: Annotated[int, typer.Option("--trial")] = 0,
    round_: Annotated[int, typer.Option("--round")] = 0,
    limit: Annotated[int, typer.Option("--limit", help="Lines to print.", min=1)] = 30,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Print the images a round sent for labelling, in order, and why."""
    found = reports.picks(workspace(home), name, criterion=criterion, trial=trial, round_=round_)
    if as_json:
        say_json("picks", **records.picks(found))
        return
    content = found.content
    say(
        f"{found.criterion}, trial {found.trial}, round {found.round}: {len(content['picks'])} of a pool of "
        f"{content['pool']}. Columns on the right: the image's rank under each criterion; "
        f"votes: how many of these rank it among their first {content['n']}."
    )
    if content.get("collapsed"):
        narrate(COLLAPSED)
    stdout().print(render.picks(found, limit=limit))


def logs(
    name: NameArgument,
    job: Annotated[str | None, typer.Option("--job", help="One job only, as in arm-t0-ag.")] = None,
    grep: Annotated[str, typer.Option("--grep", help="Only lines that match this regular expression.")] = "",
    out: Annotated[str, typer.Option("--out", help="Leave out lines that match this regular expression.")] = "",
    attempt: Annotated[int | None, typer.Option("--attempt", help="One attempt only, from 1.", min=1)] = None,
    follow: Annotated[bool, typer.Option("-f", "--follow", help="Go on until the campaign is over.")] = False,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Print what workers logged, every attempt."""
    lines = logbooks.lines(workspace(home), name, job=job, attempt=attempt, grep=grep, out=out, is_following=follow)
    if as_json:
        found = [{"job": line.job, "attempt": line.attempt, "text": line.text} for line in lines]
        say_json("logs", name=name, lines=found)
        return
    for line in lines:
        say(f"{line.job}#{line.attempt} {line.text}")


def recipes(as_json: JsonOption = False, home: HomeOption = None) -> None:
    """List the recipes that come with the program."""
    del home  # every command takes it, so that a script may give it to every command
    found = shelf.recipes()
    if as_json:
        say_json("recipes", recipes=[{"name": one.name, "about": one.about, "path": str(one.path)} for one in found])
    else:
        stdout().print(render.table(("recipe", "what it is"), [(one.name, one.about) for one in found]))


def doctor(
    torture: Annotated[
        float | None,
        typer.Option(
            "--torture",
            help="Kill processes of scratch homes so long, and say what that loses.",
            metavar="MINUTES",
            min=0,
        ),
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Draw the same kills again.", min=0)] = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Say what this machine and this home can do, and what is missing."""
    if torture is not None:
        from alwsl_tui.cli.torturing import endure

        endure(torture, seed, as_json=as_json)
        return
    found = diagnosis.examine(workspace(home))
    if as_json:
        say_json("doctor", findings=[{"what": f.what, "is_good": f.is_good, "found": f.found} for f in found])
    else:
        rows = [("ok" if f.is_good else "--", f.what, f.found) for f in found]
        stdout().print(render.table(("", "what", "found"), rows))
    if not all(f.is_good for f in found if f.is_vital):
        narrate("error: something this program cannot do without is missing, see above")
        raise typer.Exit(3)
