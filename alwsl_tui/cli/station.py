"""The command `station`: which host keeps the home."""

from dataclasses import asdict
from typing import Annotated

import typer

from alwsl_tui.cli.options import JsonOption, narrate, say, say_json, workspace
from alwsl_tui.drawing.units import age
from campaigns.services.station.keeper import KeeperView, load_keeper, take


def station(
    taking: Annotated[
        bool, typer.Option("--take", help="Keep the home from here on, once the other host is silent.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Say which host keeps the home, whether its station runs, and since when it is silent."""
    place = workspace(is_about_keeper=True)
    before = take(place, tell=narrate) if taking else None
    keeper = load_keeper(place)
    if as_json:
        say_json("station", **asdict(keeper), taken_from=None if before is None else before.host.name)
        return
    if taking:
        say("this host keeps the home now; " + ("nobody did" if before is None else f"{before.host.name} did"))
    say(_sentence(keeper))


def _sentence(keeper: KeeperView) -> str:
    if keeper.is_here:
        at_work = "its station is at work" + ("" if keeper.pid is None else f", process {keeper.pid}")
        return f"{keeper.host}: {at_work if keeper.is_running else 'no station; it starts when needed'}"
    silent = f"last heard of {age(keeper.silence or 0)} ago"
    if keeper.pid is None:
        return f"{keeper.host} keeps this home, {silent}; no station has begun there"
    return f"{keeper.host} keeps this home, {silent}; its station is process {keeper.pid}"
