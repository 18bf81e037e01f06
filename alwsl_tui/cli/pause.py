"""The command `pause`."""

from alwsl_tui.cli.control import report_intent
from alwsl_tui.cli.options import HomeOption, JsonOption, NameArgument, workspace
from campaigns.services.campaigns.pause import pause as pause_campaign


def pause(name: NameArgument, as_json: JsonOption = False, home: HomeOption = None) -> None:
    """Stop a campaign's workers at their next checkpoint."""
    report_intent(pause_campaign(workspace(home), name), "pausing at the next checkpoint", as_json)
