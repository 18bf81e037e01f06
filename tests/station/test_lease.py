"""A station's right to write into a home: said while it holds, lost for good, and given back in good order."""

import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from campaigns.errors import KeptElsewhere
from campaigns.home.hosts import Host
from campaigns.home.keeper import LEASE, SHORTEST_LEASE, HomeKeeper, keeper_file, new_keeper, put_keeper
from campaigns.home.paths import HomePaths
from campaigns.station.lease import Lease
from campaigns.store.store import Store, open_store
from tests.home.networks import networked
from tests.stage import wait_for

ELSEWHERE = Host("n2", "another-start", 4026531836)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> HomePaths:
    """A home whose stations have to say often that they live."""
    monkeypatch.setenv(LEASE, str(SHORTEST_LEASE))
    return HomePaths(tmp_path)


def note(home: HomePaths) -> HomeKeeper:
    keeper = HomeKeeper.read(keeper_file(home))
    assert keeper is not None
    return keeper


def take_from(home: HomePaths) -> HomeKeeper:
    """Take a home as another host does."""
    keeper = replace(new_keeper(pid=4242), host=ELSEWHERE)
    put_keeper(keeper_file(home), keeper).close()
    return keeper


def is_lost(lease: Lease) -> Callable[[], bool]:
    def asked() -> bool:
        try:
            lease.require()
        except KeptElsewhere:
            return True
        return False

    return asked


def stand_still(store: Store, lease: Lease) -> None:
    """Write something, and before it is committed lose the home to another host."""
    with store.writing() as connection:
        connection.execute("INSERT INTO told VALUES (1)")
        take_from(lease.home)
        wait_for(is_lost(lease), on_failure=words)


def words() -> str:
    return "it never happened"


def test_a_station_says_that_it_lives_and_that_it_has_gone(home: HomePaths) -> None:
    lease = Lease(home)
    with lease.held():
        first = note(home)
        assert (first.pid, first.lease, first.is_over) == (os.getpid(), SHORTEST_LEASE, False)
        wait_for(lambda: note(home).renewed > first.renewed, on_failure=words)
        assert replace(note(home), renewed=first.renewed) == first
        lease.require()
        lease.has_workers = lambda: False
    assert note(home).is_over
    assert [path.name for path in home.folder.iterdir()] == ["keeper.json"]


def test_a_home_whose_workers_go_on_is_not_given_back(home: HomePaths) -> None:
    lease = Lease(home)
    with lease.held():
        lease.has_workers = lambda: True
    assert not note(home).is_over


def test_a_home_that_another_host_keeps_is_not_begun(home: HomePaths) -> None:
    theirs = take_from(home)
    with pytest.raises(KeptElsewhere, match="n2 keeps the home"):
        Lease(home).require()
    with pytest.raises(KeptElsewhere, match="n2 keeps the home"), Lease(home).held():
        raise AssertionError("it has begun")
    assert note(home) == theirs


@pytest.mark.parametrize("is_taken", [True, False], ids=["taken", "gone"])
def test_a_home_that_is_lost_is_written_to_no_more(is_taken: bool, home: HomePaths) -> None:
    lease = Lease(home)
    with open_store(home.store, require_ours=lease.require) as store, lease.held():
        with store.writing() as connection:
            connection.execute("CREATE TABLE told (n)")
        if is_taken:
            theirs = take_from(home)
        else:
            keeper_file(home).unlink()
        wait_for(is_lost(lease), on_failure=words)
        with pytest.raises(KeptElsewhere, match="this station's no longer"), store.writing():
            raise AssertionError("it writes")
    if is_taken:
        assert note(home) == theirs
    else:
        assert not keeper_file(home).exists()


def test_what_stood_still_in_the_middle_of_a_transaction_takes_it_back(home: HomePaths) -> None:
    lease = Lease(home)
    with open_store(home.store, require_ours=lease.require) as store, lease.held():
        with store.writing() as connection:
            connection.execute("CREATE TABLE told (n)")
        with pytest.raises(KeptElsewhere):
            stand_still(store, lease)
        assert connection.execute("SELECT count(*) FROM told").fetchone()[0] == 0


def test_of_two_hosts_that_begin_at_once_on_a_network_one_goes_on(
    home: HomePaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    with networked(home.folder, monkeypatch), ExitStack() as stack:
        monkeypatch.setattr("campaigns.station.lease.time.sleep", lambda _seconds: take_from(home))
        with pytest.raises(KeptElsewhere, match="n2 has taken it"):
            stack.enter_context(Lease(home).held())
    assert note(home).host == ELSEWHERE
