"""Commands that ask something of a campaign."""

from typing import Annotated

import typer

from alwsl_tui.cli.exits import leave
from alwsl_tui.cli.options import HomeOption, JsonOption, NameArgument, say, say_json, workspace
from campaigns.errors import UsageError
from campaigns.services import campaigns, control
from campaigns.store.rows import CampaignRow


def start(
    name: NameArgument,
    until_round: Annotated[int | None, typer.Option("--until-round", help="Rest after this round.", min=0)] = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Let a campaign run in the background."""
    _asked(control.start(workspace(home), name, until_round=until_round), "running in the background", as_json)


def pause(name: NameArgument, as_json: JsonOption = False, home: HomeOption = None) -> None:
    """Stop a campaign's workers at their next checkpoint."""
    _asked(control.pause(workspace(home), name), "pausing at the next checkpoint", as_json)


def resume(name: NameArgument, as_json: JsonOption = False, home: HomeOption = None) -> None:
    """Let a paused campaign go on from its checkpoints."""
    _asked(control.resume(workspace(home), name), "running in the background", as_json)


def cancel(name: NameArgument, as_json: JsonOption = False, home: HomeOption = None) -> None:
    """Stop a campaign's workers now; what is finished stays."""
    _asked(control.cancel(workspace(home), name), "cancelled; what is finished stays", as_json)


def retry(name: NameArgument, as_json: JsonOption = False, home: HomeOption = None) -> None:
    """Try what failed again, or take up a cancelled campaign."""
    _asked(control.retry(workspace(home), name), "running in the background", as_json)


def drain(name: NameArgument, as_json: JsonOption = False, home: HomeOption = None) -> None:
    """Stop each of a campaign's workers at the end of its round."""
    _asked(control.drain(workspace(home), name), "stopping at the end of the rounds", as_json)


def wait(
    name: NameArgument,
    timeout: Annotated[float | None, typer.Option("--timeout", help="Seconds to wait at most.", min=0)] = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Wait until a campaign is over; the exit code tells how it ended."""
    place = workspace(home)
    state = control.wait(place, name, timeout=timeout)
    if as_json:
        say_json("state", name=name, state=state)
    else:
        say(f"{name}: {state}")
    leave(place, name)


def delete(
    name: NameArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Remove a campaign with its models, scores, picks and logs."""
    place = workspace(home)
    if not yes and as_json:
        raise UsageError("with --json nobody is asked", hint="give --yes as well")
    if not yes:
        row = campaigns.get(place, name)
        typer.confirm(f"Delete {row.name} with all its models, scores, picks and logs?", abort=True, err=True)
    _asked(campaigns.delete(place, name), "deleted", as_json)


def _asked(row: CampaignRow, now: str, as_json: bool) -> None:
    if as_json:
        say_json("asked", name=row.name, id=row.id, now=now)
    else:
        say(f"{row.name}: {now}")
