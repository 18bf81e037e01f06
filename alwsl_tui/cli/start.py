"""The command `start`."""

from typing import Annotated

import typer

from alwsl_tui.cli.control import report_intent
from alwsl_tui.cli.options import JsonOption, NameArgument, workspace
from alwsl_tui.cli.run import ExecutorOption
from campaigns.services.campaigns.executor import choose_executor
from campaigns.services.campaigns.start import start as start_campaign


def start(
    name: NameArgument,
    until_round: Annotated[int | None, typer.Option("--until-round", help="Rest after this round.", min=0)] = None,
    executor: ExecutorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let a campaign run in the background."""
    place = workspace()
    choose_executor(place, name, executor)
    report_intent(start_campaign(place, name, until_round=until_round), "running in the background", as_json)
