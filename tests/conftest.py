"""Homes for tests, and two small campaigns that many of them look at."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from campaigns.home.locks import exclusive
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.campaigns import get_campaign
from campaigns.store.rows import CampaignRow
from tests.patience import patience
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


MEMORY, ROOM = Path("/dev/shm"), 4 << 30
"""Where Linux keeps files in memory, and the bytes that have to be free there; the suite leaves a tenth of them."""

# Homes of tests are on the disk at every write, as all homes are: of a suite on a disk a third is waiting for it.
if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workspace]:
    """A home of its own; what still runs in it at the end is ended."""
    workspace = open_workspace(tmp_path / "home")
    yield workspace
    clear(workspace)


Campaign = tuple[Workspace, CampaignRow]


@pytest.fixture(scope="session")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """Two trials of six criteria, performed in this process: for what a campaign leaves in its folder."""
    return made_once(tmp_path_factory, "rich", _make_rich)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Campaign]:
    """A campaign that a station and its workers have brought to its end."""
    place, row = made_once(tmp_path_factory, "finished", _make_finished)
    yield place, row
    clear(place)


def made_once(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Workspace], str]) -> Campaign:
    """Return a campaign in a home of this process, copied from one that is made for all processes of a session."""
    own = tmp_path_factory.getbasetemp()
    common = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    source, made = common / f"{name}-for-all", common / f"{name}-for-all.name"
    with exclusive(common / f"{name}-for-all.lock", wait=patience()):
        if not made.exists():
            made.write_text(make(open_workspace(source)), encoding="utf-8")
    place = open_workspace(shutil.copytree(source, tmp_path_factory.mktemp(name) / "home"))
    with place.store() as store:
        return place, get_campaign(store, made.read_text(encoding="utf-8"))


def _make_rich(place: Workspace) -> str:
    names = 'criteria.names=["ag", "vote", "adv", "random", "unc", "sepmin"]'
    row = tiny(place, names, "protocol.trials=2")
    perform(place, row)
    return row.name


def _make_finished(place: Workspace) -> str:
    row = tiny(place)
    assert settle(place, row.name) == "done", said(place)
    clear(place)  # the station stays a moment, and whoever looks sees it
    return row.name
