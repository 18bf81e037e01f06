"""What the commands that ask something of a campaign print."""

from alwsl_tui.cli.options import say, say_json
from campaigns.store.rows import CampaignRow


def report_intent(row: CampaignRow, now: str, as_json: bool) -> None:
    """Print what was asked of a campaign."""
    if as_json:
        say_json("asked", name=row.name, id=row.id, now=now)
    else:
        say(f"{row.name}: {now}")
