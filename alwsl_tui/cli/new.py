"""The command `new`: make a campaign, or say what it would come to."""

from typing import Annotated

import typer

from alwsl_tui.cli.json.campaigns import arithmetic_record, draft_record
from alwsl_tui.cli.options import JsonOption, say, say_json, workspace
from alwsl_tui.cli.run import NameOption, SetOption, created_text
from alwsl_tui.drawing.new import estimate, notes, plan
from campaigns.recipe import HEADS
from campaigns.reporting.json.campaigns import campaign_record
from campaigns.services.campaigns.draft import CampaignChoice, Draft, draft_campaign, refusal
from campaigns.services.campaigns.new import create_campaign, source_of
from campaigns.services.campaigns.start import start as start_campaign
from campaigns.services.data import data_names


def new(
    dataset: Annotated[str | None, typer.Option("--dataset", help=f"{', '.join(data_names())}.")] = None,
    model: Annotated[str, typer.Option("--model", help=f"{', '.join(HEADS)}.")] = "wildcat",
    recipe: Annotated[str | None, typer.Option("--recipe", help="A shipped recipe or a file.")] = None,
    overrides: SetOption = None,
    name: NameOption = None,
    start: Annotated[bool, typer.Option("--start", help="Run it in the background at once.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it comes to, and make nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Make a campaign, from the paper's protocol for a data set or from a recipe."""
    place = workspace()
    source = source_of(dataset=dataset, model=model, recipe=recipe)
    if dry_run:
        _say_draft(draft_campaign(place, CampaignChoice(source, name or "", tuple(overrides or ()))), as_json=as_json)
        return
    created = create_campaign(place, source, overrides=overrides or (), name=name)
    if start:
        start_campaign(place, created.campaign.name)
    following = f"alwsl-tui {'show' if start else 'run'} {created.campaign.name}"
    if as_json:
        computing = None if created.arithmetic is None else arithmetic_record(created.arithmetic)
        record = campaign_record(created.campaign) | {"arithmetic": computing, "notes": list(created.notes)}
        say_json("campaign", **record, next=following)
        return
    say(created_text(created))
    for note in created.notes:
        say(f"  note: {note}")
    say(f"next: {following}")


def _say_draft(draft: Draft, *, as_json: bool) -> None:
    error = refusal(draft)
    if error is not None:
        raise error
    if as_json:
        say_json("draft", **draft_record(draft))
        return
    for drawn in (plan(draft), estimate(draft.estimate), notes(draft)):
        if drawn.plain:
            say(drawn.plain)
    say(f"next: {draft.command}")
