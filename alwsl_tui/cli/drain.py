"""The command `drain`."""

from alwsl_tui.cli.control import report_intent
from alwsl_tui.cli.options import JsonOption, NameArgument, workspace
from campaigns.services.campaigns.drain import drain as drain_campaign


def drain(name: NameArgument, as_json: JsonOption = False) -> None:
    """Stop each of a campaign's workers at the end of its round."""
    report_intent(drain_campaign(workspace(), name), "stopping at the end of the rounds", as_json)
