"""The command `cancel`."""

from alwsl_tui.cli.control import report_intent
from alwsl_tui.cli.options import JsonOption, NameArgument, workspace
from campaigns.services.campaigns.cancel import cancel as cancel_campaign


def cancel(name: NameArgument, as_json: JsonOption = False) -> None:
    """Stop a campaign's workers now; what is finished stays."""
    report_intent(cancel_campaign(workspace(), name), "cancelled; what is finished stays", as_json)
