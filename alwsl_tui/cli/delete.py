"""The command `delete`."""

from typing import Annotated

import typer

from alwsl_tui.cli.control import report_intent
from alwsl_tui.cli.options import JsonOption, NameArgument, workspace
from campaigns.errors import UsageError
from campaigns.services.campaigns.delete import delete as delete_campaign
from campaigns.services.campaigns.find import find_campaign


def delete(
    name: NameArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Remove a campaign with its models, scores, picks and logs."""
    place = workspace()
    if not yes and as_json:
        raise UsageError("with --json nobody is asked", hint="give --yes as well")
    if not yes:
        row = find_campaign(place, name)
        typer.confirm(f"Delete {row.name} with all its models, scores, picks and logs?", abort=True, err=True)
    report_intent(delete_campaign(place, name), "deleted", as_json)
