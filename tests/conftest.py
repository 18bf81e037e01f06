"""Homes for tests, and two small campaigns that many of them look at."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.rows import CampaignRow
from tests.stage import clear, perform, said, settle, tiny

# The ordinary suite draws the same examples every time, so many of them tell little more than some; and no stopwatch is
# held against them: a slow draw is a machine that is busy. `pytest --hypothesis-profile=explore` draws new ones, many
# more, and remembers those that failed.
settings.register_profile(
    "ordinary", max_examples=30, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "explore", max_examples=2000, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ordinary")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workspace]:
    """A home of its own; what still runs in it at the end is ended."""
    workspace = open_workspace(tmp_path / "home")
    yield workspace
    clear(workspace)


@pytest.fixture(scope="session")
def rich(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, CampaignRow]:
    """Two trials of six criteria, performed in this process: for what a campaign leaves in its folder."""
    place = open_workspace(tmp_path_factory.mktemp("rich"))
    names = 'criteria.names=["ag", "vote", "adv", "random", "unc", "sepmin"]'
    row = tiny(place, names, "protocol.trials=2")
    perform(place, row)
    return place, row


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, CampaignRow]]:
    """A campaign that a station and its workers have brought to its end."""
    place = open_workspace(tmp_path_factory.mktemp("finished"))
    row = tiny(place)
    assert settle(place, row.name) == "done", said(place)
    clear(place)  # the station stays a moment, and whoever looks sees it
    yield place, row
    clear(place)
