"""The command `pause`."""

from alwsl_tui.cli.control import report_intent
from alwsl_tui.cli.options import JsonOption, NameArgument, workspace
from campaigns.services.campaigns.pause import pause as pause_campaign


def pause(name: NameArgument, as_json: JsonOption = False) -> None:
    """Stop a campaign's workers at their next checkpoint."""
    report_intent(pause_campaign(workspace(), name), "pausing at the next checkpoint", as_json)
