"""The command `wait`."""

from typing import Annotated

import typer

from alwsl_tui.cli.exits import leave
from alwsl_tui.cli.options import JsonOption, NameArgument, say, say_json, workspace
from campaigns.services.campaigns.wait import wait as wait_for_campaign


def wait(
    name: NameArgument,
    timeout: Annotated[float | None, typer.Option("--timeout", help="Seconds to wait at most.", min=0)] = None,
    as_json: JsonOption = False,
) -> None:
    """Wait until a campaign is over; the exit code tells how it ended."""
    place = workspace()
    state = wait_for_campaign(place, name, timeout=timeout)
    if as_json:
        say_json("state", name=name, state=state)
    else:
        say(f"{name}: {state}")
    leave(place, name)
