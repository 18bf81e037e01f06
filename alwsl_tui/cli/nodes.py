"""The command `nodes`: machines, who works on them, and what waits."""

from dataclasses import asdict

from alwsl_tui.cli.options import JsonOption, say, say_json, stdout, workspace
from alwsl_tui.cli.run import ExecutorOption
from alwsl_tui.cli.text.tables import table
from alwsl_tui.drawing.station_lines import waits
from alwsl_tui.drawing.units import size
from campaigns.services.station.nodes import load_nodes


def nodes(executor: ExecutorOption = None, as_json: JsonOption = False) -> None:
    """List the machines that campaigns run on, who works there, and what waits and why."""
    view = load_nodes(workspace(), executor)
    if as_json:
        say_json("nodes", nodes=[asdict(node) for node in view.nodes], waiting=[asdict(job) for job in view.waiting])
        return
    rows = [
        (
            node.name,
            node.partition,
            f"{node.state}: {node.why}" if node.why else node.state or node.executor,
            str(node.cores) if node.free is None else f"{node.free} of {node.cores}",
            node.cards,
            "" if node.memory is None else size(node.memory),
            ", ".join(node.workers) or "idle",
        )
        for node in view.nodes
    ]
    columns = ("node", "partition", "state", "free cores", "cards", "memory", "for")
    stdout().print(table(columns, rows, less=("memory", "cards", "free cores", "partition")))
    for entry in view.waiting:
        say(f"{entry.campaign} {entry.job}: {waits(entry)}")
