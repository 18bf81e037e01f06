"""The command `rounds`."""

from alwsl_tui.cli.json.campaigns import rounds_record
from alwsl_tui.cli.options import (
    JsonOption,
    NameArgument,
    say_json,
    stdout,
    workspace,
)
from alwsl_tui.cli.paging import paged
from alwsl_tui.cli.text.rounds import rounds_table
from campaigns.services.results.rounds import load_rounds


def rounds(name: NameArgument, as_json: JsonOption = False) -> None:
    """Print every round of a campaign: images, mAP, seconds."""
    campaign_rounds = load_rounds(workspace(), name)
    if as_json:
        say_json("rounds", name=campaign_rounds.campaign.name, rounds=rounds_record(campaign_rounds))
        return
    with paged():
        stdout().print(rounds_table(campaign_rounds))
