"""The command `queue`: what waits, and why."""

from alwsl_tui.cli.options import JsonOption, say, say_json, stdout, workspace
from alwsl_tui.cli.text.campaigns import table
from campaigns.services.monitor.queue import load_queue


def queue(as_json: JsonOption = False) -> None:
    """List the jobs that wait, and why each of them does."""
    found = load_queue(workspace())
    if as_json:
        said = [{"campaign": one.campaign, "job": one.job, "reason": one.reason} for one in found]
        say_json("queue", jobs=said)
    elif found:
        rows = [(one.campaign, one.job, one.reason) for one in found]
        stdout().print(table(("campaign", "job", "waits because"), rows))
    else:
        say("nothing waits")
