"""The command `cost`."""

from alwsl_tui.cli.options import JsonOption, NameArgument, say, say_json, stdout, workspace
from alwsl_tui.cli.text.results import choosing_table, cost_caption, steps_table
from campaigns.reporting.json.cost import cost_record
from campaigns.services.results.cost import load_cost


def cost(name: NameArgument, as_json: JsonOption = False) -> None:
    """Print what a campaign has cost, and what choosing by each criterion takes."""
    costs = load_cost(workspace(), name)
    if as_json:
        say_json("cost", name=costs.campaign.name, **cost_record(costs))
        return
    stdout().print(steps_table(costs))
    if costs.criteria:
        stdout().print(choosing_table(costs))
    say(cost_caption(costs))
