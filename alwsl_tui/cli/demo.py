"""The command `demo`."""

from alwsl_tui.cli.options import JsonOption, workspace
from alwsl_tui.cli.run import HeadlessOption, announce, run_and_follow
from campaigns.services.campaigns.find import campaign_exists
from campaigns.services.campaigns.new import create_campaign


def demo(as_json: JsonOption = False, headless: HeadlessOption = False) -> None:
    """Run a small real campaign on built-in data: no network, no GPU, a minute or two, ends in a learning curve."""
    place = workspace()
    if not campaign_exists(place, "demo"):
        announce(create_campaign(place, "demo"))
    run_and_follow(place, "demo", until_round=None, headless=headless, as_json=as_json)
