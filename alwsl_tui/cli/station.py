"""The command `station`: which machine keeps the home."""

from dataclasses import asdict
from typing import Annotated

import typer

from alwsl_tui.cli.options import JsonOption, say, say_json, workspace
from alwsl_tui.drawing.units import age
from campaigns.services.station.keeper import HomeKeeper, load_keeper, take


def station(
    taking: Annotated[
        bool, typer.Option("--take", help="Keep the home from here, once the other machine is silent.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Say which machine keeps the home, and whether its station runs."""
    place = workspace(is_taking=taking)
    before = take(place) if taking else None
    keeper = load_keeper(place)
    if as_json:
        say_json("station", **asdict(keeper), taken_from=None if before is None else before.host)
        return
    if before is not None:
        say(f"this machine keeps the home now; {before.host} did, and was silent for {age(before.silence or 0)}")
    say(_sentence(keeper))


def _sentence(keeper: HomeKeeper) -> str:
    if not keeper.is_here:
        heard = f"its station, process {keeper.pid}, was heard of {age(keeper.silence or 0)} ago"
        return f"{keeper.host} keeps this home: {heard}"
    if not keeper.is_running:
        return "no station runs: one starts when there is something to do"
    return "the station runs on this machine" + (f", process {keeper.pid}" if keeper.pid is not None else "")
