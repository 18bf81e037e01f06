"""The homes that benchmarks measure are homes: made small, each of their campaigns reads as what it was made to be."""

from collections import Counter

from campaigns.core.states import CampaignState
from campaigns.services.results.rounds import load_rounds
from campaigns.services.station.list import load_campaigns
from campaigns.services.workspace import Workspace
from tests.benchmarks import home, longrun
from tests.stage import attended


def test_a_home_of_a_thousand_campaigns_made_small_has_some_of_each_kind(place: Workspace) -> None:
    home.fill(place, step=25)
    with attended(place):
        found = Counter(line.state for line in load_campaigns(place))
    assert found == {
        CampaignState.DONE: 36, CampaignState.NEW: 3, CampaignState.PAUSED: 1
    }  # fmt: skip


def test_a_campaign_of_many_rounds_has_them(place: Workspace) -> None:
    longrun.fill(place, rounds=6, arms=2)
    rounds = load_rounds(place, longrun.NAME).rounds
    assert Counter(row.job.id for row, _ in rounds) == {
        "baseline-t0": 1,
        "arm-t0-criterion0": 6,
        "arm-t0-criterion1": 3,
    }
