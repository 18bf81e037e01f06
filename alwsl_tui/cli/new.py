"""The command `new`: make a campaign, or say what it would come to."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from alwsl_tui.cli import completion
from alwsl_tui.cli.json.campaigns import arithmetic_record, draft_record, spread_record
from alwsl_tui.cli.options import JsonOption, say, say_json, workspace
from alwsl_tui.cli.run import ExecutorOption, NameOption, SetOption, created_text
from alwsl_tui.cli.text.labels import what_to_do
from alwsl_tui.drawing.new import estimate, notes, plan, spreading
from campaigns.core.makespan import spread
from campaigns.errors import UsageError
from campaigns.recipe import HEADS
from campaigns.reporting.json.campaigns import campaign_record
from campaigns.services.campaigns.choice import NewArguments, choose
from campaigns.services.campaigns.draft import Draft, draft_campaign, refusal
from campaigns.services.campaigns.new import Created, create_chosen
from campaigns.services.campaigns.people import Asks, choose_people
from campaigns.services.campaigns.start import start as start_campaign
from campaigns.services.data import data_names

SlotsOption = Annotated[
    int | None, typer.Option("--slots", help="With --dry-run: over how many GPUs or workers.", min=1, max=100_000)
]


def new(
    folder: Annotated[Path | None, typer.Argument(help="A folder of images with labels.", metavar="[FOLDER]")] = None,
    dataset: Annotated[
        str | None,
        typer.Option(
            "--dataset", help=f"{', '.join(data_names())}, or a name of your own.", autocompletion=completion.dataset
        ),
    ] = None,
    model: Annotated[str | None, typer.Option("--model", help=f"{', '.join(HEADS)}; wildcat when not given.")] = None,
    recipe: Annotated[
        str | None,
        typer.Option(
            "--recipe",
            help="A shipped recipe or a file; protocol: made from the data's counts.",
            autocompletion=completion.recipe,
        ),
    ] = None,
    photographs: Annotated[
        Path | None, typer.Option("--folder", help="A folder of photographs; with --classes people label them.")
    ] = None,
    classes: Annotated[
        str | None, typer.Option("--classes", help="What people are asked about.", metavar="A,B|FILE")
    ] = None,
    budget: Annotated[
        int | None, typer.Option("--budget", help="Photographs that people label to train on; 300, or all.", min=2)
    ] = None,
    batch: Annotated[int | None, typer.Option("--batch", help="Of these, how many at once; 30.", min=1)] = None,
    test: Annotated[
        int | None, typer.Option("--test", help="Photographs to test on; a fifth, 100 at most.", min=0)
    ] = None,
    overrides: SetOption = None,
    name: NameOption = None,
    executor: ExecutorOption = None,
    start: Annotated[bool, typer.Option("--start", help="Run it in the background at once.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it comes to, and make nothing.")] = False,
    slots: SlotsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a campaign, from the protocol for a data set or from a recipe.

    For published data the protocol is the paper's; for all others it is made from their counts. With --classes people
    label the photographs of a folder: the page `labels` of the guide has the walk.
    """
    place = workspace()
    if folder is not None and photographs is not None:
        raise UsageError("two folders are given", hint="leave one of them out")
    _require_dry_run(slots, is_dry_run=dry_run)
    wanted, asks = NewArguments(photographs or folder, dataset, model, recipe), Asks(classes, budget, batch, test)
    if asks.is_empty:
        choice = choose(place, wanted, name=name, overrides=overrides or ())
    else:
        choice = choose_people(place, wanted, asks, name=name, overrides=overrides or ())
    choice = replace(choice, executor=executor)
    if dry_run:
        _say_draft(draft_campaign(place, choice), slots=slots, as_json=as_json)
        return
    created = create_chosen(place, replace(choice, name=choice.name or name or ""))
    if start:
        start_campaign(place, created.campaign.name)
    _say_created(created, has_people=not asks.is_empty, is_started=start, as_json=as_json)


def _require_dry_run(slots: int | None, *, is_dry_run: bool) -> None:
    """Raise UsageError if somebody asks about slots for a campaign that is to be made."""
    if slots is not None and not is_dry_run:
        raise UsageError("--slots only says what a campaign would take", hint="add --dry-run, or leave it out")


def _say_created(created: Created, *, has_people: bool, is_started: bool, as_json: bool) -> None:
    first, then = ("start", "label") if has_people else ("run", "show")
    following = f"alwsl-tui {then if is_started else first} {created.campaign.name}"
    if as_json:
        computing = None if created.arithmetic is None else arithmetic_record(created.arithmetic)
        record = campaign_record(created.campaign) | {"arithmetic": computing, "notes": list(created.notes)}
        say_json("campaign", **record, next=following)
        return
    say(created_text(created))
    for note in created.notes:
        say(f"  note: {note}")
    if has_people:
        say(what_to_do(created.campaign, is_started=is_started))
    say(f"next: {following}")


def _say_draft(draft: Draft, *, slots: int | None, as_json: bool) -> None:
    error = refusal(draft)
    if error is not None:
        raise error
    over = None if slots is None or draft.plan is None else spread(draft.plan, slots)
    if as_json:
        say_json("draft", **draft_record(draft), slots=None if over is None else spread_record(over))
        return
    for drawn in (plan(draft), estimate(draft.estimate), spreading(over), notes(draft)):
        if drawn.plain:
            say(drawn.plain)
    say(f"next: {draft.command}")
