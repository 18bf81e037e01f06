"""The command `resume`."""

from alwsl_tui.cli.control import report_intent
from alwsl_tui.cli.options import JsonOption, NameArgument, workspace
from campaigns.services.campaigns.resume import resume as resume_campaign


def resume(name: NameArgument, as_json: JsonOption = False) -> None:
    """Let a paused campaign go on from its checkpoints."""
    report_intent(resume_campaign(workspace(), name), "running in the background", as_json)
