"""What a dry run says of several slots."""

import json
import re

import pytest

from campaigns.services.workspace import Workspace
from tests.cli.calling import good, refused


def test_a_dry_run_says_how_a_campaign_spreads_over_slots(place: Workspace) -> None:
    few = ("new", "--recipe", "smoke", "--dry-run")
    text = good(place, *few, "--slots", "2")
    assert re.search(
        r"slots    on 2: 1\.\d times as fast as on one; a slot is at work \d\d % of the time; more than", text
    )
    assert "slots" not in good(place, *few)
    spread = json.loads(good(place, *few, "--slots", "3", "--json"))["slots"]
    assert spread["count"] == 3
    assert spread["share_at_work"] == pytest.approx(spread["speedup"] / 3)
    assert json.loads(good(place, *few, "--json"))["slots"] is None
    assert "add --dry-run" in refused(place, 2, "new", "--recipe", "smoke", "--slots", "3").err
    assert good(place, "list", "--json").count('"name"') == 0
