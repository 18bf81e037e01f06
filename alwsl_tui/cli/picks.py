"""The command `picks`."""

from enum import StrEnum
from typing import Annotated

import typer

from alwsl_tui.cli.options import (
    JsonOption,
    NameArgument,
    narrate,
    say,
    say_json,
    stdout,
    workspace,
)
from alwsl_tui.cli.text.picks import picks_csv, picks_table
from alwsl_tui.drawing.units import COLLAPSED
from campaigns.reporting.json.picks import picks_record
from campaigns.services.results.picks import load_picks


class PicksFormat(StrEnum):
    """How picks are printed."""

    TABLE = "table"
    CSV = "csv"
    PATHS = "paths"


def picks(
    name: NameArgument,
    criterion: Annotated[str | None, typer.Option("--criterion", help="The arm; ag, or the first one.")] = None,
    trial: Annotated[int, typer.Option("--trial")] = 0,
    round_: Annotated[int, typer.Option("--round")] = 0,
    format_: Annotated[
        PicksFormat, typer.Option("--format", help="table; csv, every pick with its ranks; paths, one a line.")
    ] = PicksFormat.TABLE,
    limit: Annotated[int, typer.Option("--limit", help="Lines to print.", min=1)] = 30,
    as_json: JsonOption = False,
) -> None:
    """Print the images a round sent for labelling, in order, and why."""
    place = workspace()
    round_picks = load_picks(place, name, criterion=criterion, trial=trial, round_=round_)
    if as_json:
        row, key = round_picks.campaign, round_picks.key
        labelled = row.plan.schedule.labelled(key.round)
        say_json("picks", name=row.name, **picks_record(round_picks.picked, trial=key.trial, labelled=labelled))
        return
    if format_ is PicksFormat.CSV:
        say(picks_csv(round_picks.picked))
        return
    if format_ is PicksFormat.PATHS:
        from campaigns.services.results.gallery import picked_paths

        for path in picked_paths(place, round_picks):
            say(str(path))
        return
    key, picked = round_picks.key, round_picks.picked
    say(
        f"{key.criterion}, trial {key.trial}, round {key.round}: {len(picked.picks)} of a pool of "
        f"{picked.pool}. Columns on the right: the image's rank under each criterion; "
        f"votes: how many of these rank it among their first {picked.n}."
    )
    if picked.is_collapsed:
        narrate(COLLAPSED)
    stdout().print(picks_table(picked, limit=limit))
