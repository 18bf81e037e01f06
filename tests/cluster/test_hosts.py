"""Two hosts and one home: one of them keeps it, the other looks, and takes it once the first is silent. Never both."""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from campaigns.core.states import CampaignState
from campaigns.home.keeper import LEASE, HomeKeeper, is_silent, keeper_file
from campaigns.home.mounts import MORE, file_system
from campaigns.home.paths import HomePaths
from campaigns.home.store_place import STORE
from campaigns.services.workspace import Workspace
from tests.cli.calling import Said
from tests.cli.test_options import tree
from tests.cluster.hosts import HostOfTests, hosts, lacking
from tests.cluster.undisturbed import undisturbed_bytes
from tests.stage import TINY, assert_same, processes, said, wait_for

LONG = ("protocol.full=false", 'criteria.names=["random"]', "protocol.epochs=[1200, 2, 2]")
"""A baseline of some ten seconds at least, and an arm behind it."""
LEASE_OF_TESTS = 4.0
"""Seconds: long enough for a machine that is busy to say in time that it lives."""
ENDLESS = "protocol.epochs=[50000, 2, 2]"
SHORT = ("protocol.full=false", 'criteria.names=["random"]', "protocol.epochs=[2, 2, 2]")


LOCKS = ("station", "alwsl.db", "campaigns", "workers")
"""Of a home, which reach no further than a machine."""


@dataclass
class Pair:
    """Two hosts that see one home."""

    place: Workspace
    first: HostOfTests
    second: HostOfTests

    def do(self, host: HostOfTests, *words: str) -> Said:
        return host.run(sys.executable, "-m", "alwsl_tui.entry", *words, "--home", self.place.home.folder)

    def good(self, host: HostOfTests, *words: str) -> str:
        told = self.do(host, *words)
        assert told.code == 0, f"{told}\n{self.said()}"
        return told.out

    def stations(self, host: HostOfTests) -> list[psutil.Process]:
        return [process for process in processes(self.place, "campaigns.station") if host.has(process)]

    def station(self, host: HostOfTests) -> psutil.Process:
        wait_for(lambda: len(self.stations(host)) == 1 and self.has_keeper(host), on_failure=self.said)
        return self.stations(host)[0]

    def keeper(self) -> HomeKeeper:
        keeper = HomeKeeper.read(keeper_file(self.place.home))
        assert keeper is not None
        return keeper

    def has_keeper(self, host: HostOfTests) -> bool:
        keeper = HomeKeeper.read(keeper_file(self.place.home))
        return keeper is not None and keeper.pid is not None and keeper.host.name == host.name

    def is_silent(self) -> bool:
        return is_silent(self.place.home, self.keeper())

    def kill_workers(self, host: HostOfTests) -> None:
        for module in ("campaigns.worker.nursery", "campaigns.worker"):
            for process in processes(self.place, module):
                if host.has(process):
                    process.kill()

    def epoch(self, host: HostOfTests) -> int:
        jobs = json.loads(self.good(host, "show", "tiny", "--json"))["jobs"]
        return max((job["attempt"] or {}).get("epoch") or 0 for job in jobs)

    def until_it_trains(self, host: HostOfTests) -> None:
        wait_for(lambda: self.epoch(host) > 3, on_failure=self.said)

    def said(self) -> str:
        return said(self.place)


@contextmanager
def paired(
    place: Workspace,
    folder: Path,
    *,
    locks: Sequence[str] = LOCKS,
    lease: float = LEASE_OF_TESTS,
    env: Mapping[str, str] | None = None,
) -> Iterator[Pair]:
    if why := lacking():
        pytest.skip(f"there can be no hosts here: {why}")
    own = [place.home.folder / f"{name}.lock" for name in locks]
    surroundings = {LEASE: str(lease)} | dict(env or {})
    with hosts(folder, ("n1", "n2"), own=own, env=surroundings) as (first, second):
        yield Pair(place, first, second)


@pytest.fixture
def pair(place: Workspace, tmp_path: Path) -> Iterator[Pair]:
    """Two hosts and a home on a disk of which nobody says that others see it."""
    with paired(place, tmp_path / "hosts") as pair:
        yield pair


@pytest.fixture
def networked(tmp_path: Path) -> Iterator[Pair]:
    """Two hosts, and a home on a file system that both know to be a network's; each has a disk of its own."""
    home = tmp_path / "home"
    home.mkdir()
    place = Workspace(HomePaths(home))
    with paired(place, tmp_path / "hosts", env={MORE: file_system(tmp_path), STORE: "DISK/stores"}) as pair:
        yield pair


def make(pair: Pair, host: HostOfTests, *overrides: str) -> None:
    settings = [word for override in (*TINY, *overrides) for word in ("--set", override)]
    pair.good(host, "new", "--recipe", "smoke", "--name", "tiny", *settings)


def begin(pair: Pair, *overrides: str) -> psutil.Process:
    """A long campaign at work on the first host; its station."""
    make(pair, pair.first, *LONG, *overrides)
    pair.good(pair.first, "start", "tiny")
    station = pair.station(pair.first)
    pair.until_it_trains(pair.first)
    return station


def require_refused(pair: Pair, *words: str) -> None:
    told = pair.do(pair.second, *words)
    assert (told.code, told.out) == (3, ""), told
    assert re.search(r"n1 keeps the home .* was last heard of \d+ (s|min) ago", told.err), told
    assert "ssh n1" in told.err
    assert "alwsl-tui station --take" in told.err


LOOKS = (("list",), ("show", "tiny"), ("queue",), ("devices",), ("nodes",), ("doctor",), ("verify", "tiny"))
CHANGES = (
    ("run", "tiny"), ("run", "smoke", "--headless"), ("new", "--recipe", "smoke"), ("pause", "tiny"), ("start", "tiny"),
    ("delete", "tiny", "--yes"), ("repair",), ("station", "--take"),
)  # fmt: skip


@pytest.mark.slow
def test_the_second_host_looks_and_changes_nothing(place: Workspace, tmp_path: Path) -> None:
    with paired(place, tmp_path / "hosts", lease=3600) as pair:
        require_only_looks(pair)


def require_only_looks(pair: Pair) -> None:
    station = begin(pair, ENDLESS)
    told = pair.do(pair.second, "list")
    assert told.code == 0, told
    assert "tiny" in told.out
    assert "n1 keeps the home" in told.err
    shown = json.loads(pair.good(pair.second, "show", "tiny", "--json"))
    assert (shown["state"], shown["has_station"]) == (CampaignState.RUNNING, True)
    assert "stranded" not in pair.good(pair.second, "show", "tiny") + pair.good(pair.second, "list")
    assert pair.epoch(pair.second) > 3
    assert "n1 keeps the home" in pair.do(pair.second, "doctor", "--json").out
    assert pair.do(pair.second, "wait", "tiny", "--timeout", "0.5").code != 3
    keeps = json.loads(pair.good(pair.second, "station", "--json"))
    assert (keeps["host"], keeps["is_here"], keeps["is_running"]) == ("n1", False, True)
    # Nothing moves meanwhile, so that whatever is written is the second host's.
    station.suspend()
    for worker in processes(pair.place, "campaigns.worker"):
        worker.suspend()
    before = tree(pair.place)
    for look in LOOKS:
        pair.do(pair.second, *look)
    for change in CHANGES:
        require_refused(pair, *change)
    assert tree(pair.place) == before
    assert pair.stations(pair.second) == []


@pytest.mark.slow
@pytest.mark.long
def test_a_silent_host_is_taken_from_and_writes_nothing_when_it_comes_back(pair: Pair, tmp_path: Path) -> None:
    station = begin(pair)
    station.suspend()
    pair.kill_workers(pair.first)
    require_refused(pair, "station", "--take")
    wait_for(pair.is_silent, on_failure=pair.said)
    assert "this host keeps the home now; n1 did" in pair.good(pair.second, "station", "--take")
    pair.station(pair.second)
    assert pair.keeper().host.name == "n2"
    pair.until_it_trains(pair.second)
    station.resume()
    wait_for(lambda: not pair.stations(pair.first), on_failure=pair.said)
    assert "is this station's no longer: n2 has taken it" in pair.said()
    assert len(pair.stations(pair.second)) == 1, "the one that has the home goes on"
    told = pair.do(pair.first, "pause", "tiny")
    assert told.code == 3, told
    assert "n2 keeps the home" in told.err
    pair.good(pair.second, "wait", "tiny")
    numbers = [attempt.name for attempt in pair.place.home.campaigns.glob("*/jobs/baseline-t0/attempts/*")]
    assert sorted(numbers) == ["1", "2"]
    (campaign,) = pair.place.home.campaigns.glob("[!.]*")
    done = {path.relative_to(campaign).as_posix(): path.read_bytes() for path in campaign.glob("jobs/*/rounds/*/*")}
    undisturbed = undisturbed_bytes(tmp_path / "undisturbed", *LONG)
    assert_same({name: content for name, content in done.items() if name in undisturbed}, undisturbed, log=pair.said())


@pytest.mark.slow
@pytest.mark.long
def test_a_container_keeps_its_home_as_long_as_something_of_it_is_at_work(place: Workspace, tmp_path: Path) -> None:
    with paired(place, tmp_path / "hosts", locks=()) as pair:
        station = begin(pair, ENDLESS)
        require_refused(pair, "start", "tiny")
        station.kill()
        wait_for(lambda: not pair.stations(pair.first), on_failure=pair.said)
        require_refused(pair, "start", "tiny")
        assert "stranded" not in pair.good(pair.second, "show", "tiny")
        pair.kill_workers(pair.first)
        wait_for(lambda: pair.do(pair.second, "start", "tiny").code == 0, on_failure=pair.said)
        assert pair.station(pair.second)
        pair.good(pair.second, "cancel", "tiny")


@pytest.mark.slow
@pytest.mark.long
def test_a_home_that_was_let_go_of_is_anybodys(pair: Pair) -> None:
    make(pair, pair.first, *SHORT)
    pair.good(pair.first, "run", "tiny", "--headless")
    wait_for(lambda: not pair.stations(pair.first), on_failure=pair.said)
    assert pair.keeper().is_over
    pair.good(pair.second, "delete", "tiny", "--yes")
    assert "nobody did" in pair.good(pair.second, "station", "--take")


@pytest.mark.slow
@pytest.mark.long
def test_a_home_stays_with_the_host_whose_workers_go_on(pair: Pair) -> None:
    station = begin(pair, ENDLESS)
    station.terminate()
    wait_for(lambda: not pair.stations(pair.first), on_failure=pair.said)
    assert not pair.keeper().is_over
    require_refused(pair, "start", "tiny")
    pair.good(pair.first, "cancel", "tiny")


@pytest.mark.slow
@pytest.mark.long
def test_a_home_on_a_network_has_its_store_on_its_host_and_goes_over_with_a_copy(networked: Pair) -> None:
    pair = networked
    station = begin(pair)
    assert not (pair.place.home.folder / "alwsl.db").exists()
    told = wait_for(lambda: looked_at(pair), on_failure=pair.said)
    assert "n1 keeps the home" in told.err
    require_refused(pair, "run", "tiny")
    station.kill()
    pair.kill_workers(pair.first)
    wait_for(pair.is_silent, on_failure=pair.said)
    require_refused(pair, "run", "tiny")
    pair.good(pair.second, "station", "--take")
    pair.good(pair.second, "wait", "tiny")
    wait_for(lambda: not pair.stations(pair.second), on_failure=pair.said)
    told = pair.do(pair.first, "start", "tiny")
    assert told.code == 3, told
    assert "n2 keeps the home" in told.err
    assert "go on here: alwsl-tui station --take" in told.err
    # In good order there is nothing to wait for, and the store of the first host, which is older, is not used again.
    pair.good(pair.first, "station", "--take")
    assert json.loads(pair.good(pair.first, "show", "tiny", "--json"))["state"] == CampaignState.DONE


def looked_at(pair: Pair) -> Said | None:
    """What the second host says of the campaign, once it sees it run."""
    told = pair.do(pair.second, "show", "tiny", "--json")
    return told if told.code == 0 and json.loads(told.out)["state"] == CampaignState.RUNNING else None
