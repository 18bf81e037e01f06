"""The command `extend`."""

from typing import Annotated

import typer

from alwsl_tui.cli.json.campaigns import extended_record
from alwsl_tui.cli.options import JsonOption, NameArgument, say, say_json, workspace
from alwsl_tui.cli.text.campaigns import extended_text
from campaigns.services.campaigns.extend import extend as extend_campaign


def extend(
    name: NameArgument,
    add: Annotated[int, typer.Option("--add", help="Images that people label besides, in batches.", min=1)],
    as_json: JsonOption = False,
) -> None:
    """Give a campaign that people label for, and that is done, a larger budget."""
    extended = extend_campaign(workspace(), name, images=add)
    if as_json:
        say_json("extended", **extended_record(extended))
    else:
        say(extended_text(extended))
