"""The command `retry`."""

from alwsl_tui.cli.control import report_intent
from alwsl_tui.cli.options import JsonOption, NameArgument, workspace
from campaigns.services.campaigns.retry import retry as retry_campaign


def retry(name: NameArgument, as_json: JsonOption = False) -> None:
    """Try what failed again, or take up a cancelled campaign."""
    report_intent(retry_campaign(workspace(), name), "running in the background", as_json)
