"""Many at once: nobody meets a lock, there is never a second station, and everything that is asked happens."""

import os

import pytest

from campaigns.services.campaigns.find import campaign_exists
from campaigns.services.station.list import load_campaigns
from campaigns.services.workspace import Workspace
from tests.benchmarks.crowd import Crowd, crowd, make_and_delete, run_together
from tests.stage import said

LONG = float(os.environ.get("ALWSL_CROWD_SECONDS", "20"))


def assert_good(met: Crowd, place: Workspace) -> None:
    assert met.problems == [], "\n".join([*met.problems, said(place)])
    assert met.looks > 0
    assert met.stations > 0
    assert {"run", "new", "delete"} <= met.commands.keys()
    assert {line.row.name for line in load_campaigns(place)} >= {"run-1"}
    assert not campaign_exists(place, "brief-0")


@pytest.mark.slow
def test_many_at_once_meet_no_error(place: Workspace) -> None:
    assert_good(crowd(place, 1, roles=(run_together, make_and_delete), viewers=3), place)


@pytest.mark.slow
@pytest.mark.long
def test_many_at_once_for_longer_meet_no_error(place: Workspace) -> None:
    met = crowd(place, LONG)
    assert_good(met, place)
    assert {"start", "pause"} <= met.commands.keys()
