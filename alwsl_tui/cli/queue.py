"""The command `queue`: what waits, and why."""

from alwsl_tui.cli.options import JsonOption, say, say_json, stdout, workspace
from alwsl_tui.cli.text.tables import table
from alwsl_tui.drawing.station_lines import waits
from campaigns.services.monitor.queue import load_queue


def queue(as_json: JsonOption = False) -> None:
    """List the jobs that wait, and why each of them does."""
    waiting = load_queue(workspace())
    if as_json:
        jobs = [
            {"campaign": entry.campaign, "job": entry.job, "reason": entry.reason, "since": entry.since}
            for entry in waiting
        ]
        say_json("queue", jobs=jobs)
    elif waiting:
        rows = [(entry.campaign, entry.job, waits(entry)) for entry in waiting]
        stdout().print(table(("campaign", "job", "waits because"), rows))
    else:
        say("nothing waits")
