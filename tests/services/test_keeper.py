"""A home that several hosts see is kept by one of them: the others look, and take it once that one is silent."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from alwsl_tui.options import Manners
from campaigns.errors import BadHome, KeptElsewhere
from campaigns.home.hosts import Host, this_host
from campaigns.home.keeper import (
    LEASE_SECONDS,
    SHORTEST_LEASE,
    HomeKeeper,
    keeper_file,
    new_keeper,
    put_keeper,
)
from campaigns.home.store_place import make_id
from campaigns.services.campaigns.start import start
from campaigns.services.monitor.presence import attendance
from campaigns.services.station.keeper import load_keeper, take
from campaigns.services.station.list import load_campaigns
from campaigns.services.workspace import Workspace, ensure_station, open_workspace
from campaigns.store.published import publish_owed, published_file
from tests.cli.calling import call, good, refused
from tests.cli.test_options import tree
from tests.home.networks import networked
from tests.stage import attended, clear, refusal, settle, tiny, wait_for
from tests.tui.journeys import opened, shows

ELSEWHERE = Host("n2", "another-start", 4026531836)
CHANGES = (("start", "tiny"), ("pause", "tiny"), ("delete", "tiny"), ("new", "--recipe", "smoke"), ("clean", "--yes"))
LOOKS = (("list",), ("show", "tiny"), ("queue",), ("feed",), ("devices",), ("nodes",), ("station",), ("recipe", "tiny"))


def kept(place: Workspace, *, ago: float = 0.0, lease: float = LEASE_SECONDS) -> None:
    """Leave what the station of another host writes into a home that it keeps."""
    keeper = replace(new_keeper(pid=4242), host=ELSEWHERE, renewed=time.time() - ago, lease=lease)
    put_keeper(keeper_file(place.home), keeper).close()


@contextmanager
def with_a_wrong_clock(place: Workspace, *, lease: float) -> Iterator[None]:
    """Another host keeps a home, and says often that it lives: a day ago, by its clock."""
    ended, day = threading.Event(), 86_400.0
    keeper = replace(new_keeper(pid=4242), host=ELSEWHERE, renewed=time.time() - day, lease=lease)

    def say() -> None:
        while not ended.wait(lease / 20):
            put_keeper(keeper_file(place.home), replace(keeper, renewed=time.time() - day)).close()

    put_keeper(keeper_file(place.home), keeper).close()
    thread = threading.Thread(target=say)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def test_what_another_host_keeps_can_be_looked_at_and_nothing_is_written(place: Workspace) -> None:
    tiny(place)
    kept(place)
    before = tree(place)
    for look in LOOKS:
        told = call(place, *look)
        assert told.code == 0, told
        assert look[0] == "station" or "n2 keeps the home" in told.err
    for change in CHANGES:
        told = call(place, *change)  # not `refused`: the seconds go on
        assert told.code == 3, told
        assert "n2 keeps the home" in told.err
        assert re.search(r"its station, process 4242, was last heard of \d+ s ago", told.err), told
        assert "ssh n2" in told.err
        assert "alwsl-tui station --take" in told.err
    assert tree(place) == before


def test_who_opened_a_home_before_it_was_taken_is_refused_at_the_moment_of_writing(place: Workspace) -> None:
    row = tiny(place)
    with place.store() as store:
        kept(place)
        with pytest.raises(KeptElsewhere), store.writing():
            raise AssertionError("it writes")
    assert "n2 keeps the home" in refusal(lambda: start(place, row.name))
    assert [line.row.name for line in load_campaigns(place)] == [row.name]
    with place.store() as store, pytest.raises(KeptElsewhere), store.writing():
        raise AssertionError("a copy is written to")


def test_nobody_says_stranded_of_what_runs_elsewhere(place: Workspace) -> None:
    kept(place)
    present = attendance(place)
    assert (present.has_station, present.is_nobody, present.is_stranded(None)) == (True, False, False)
    assert not ensure_station(place), "one is at work there"
    kept(place, ago=LEASE_SECONDS / 2)
    assert attendance(place).has_station
    with attended(place):  # by this host's lock, which says nothing of the other one
        assert attendance(place).elsewhere is not None


def test_a_home_is_taken_once_its_keeper_is_silent_and_not_before(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny(place)
    assert "no station; it starts when needed" in good(place, "station")
    kept(place, ago=3.0)
    shown = good(place, "station")
    assert re.search(r"n2 keeps this home, last heard of \d+ s ago; its station is process 4242", shown), shown
    told = call(place, "station", "--take")
    assert (told.code, "n2 keeps the home" in told.err) == (3, True)
    refused(place, 2, "--readonly", "station", "--take")
    with networked(place.home.folder, monkeypatch):
        make_id(place.home.folder)
        kept(place, ago=600, lease=SHORTEST_LEASE)
        assert call(place, "start", "tiny").code == 3
        assert "10 min ago" in good(place, "station")


def test_a_keeper_that_is_heard_of_while_it_is_watched_keeps_its_home(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    with networked(place.home.folder, monkeypatch), with_a_wrong_clock(place, lease=SHORTEST_LEASE):
        with pytest.raises(KeptElsewhere, match="it was heard of just now"):
            take(place, tell=told.append)
        assert told == ["watching for 1 s whether n2 is heard of"]
        note = HomeKeeper.read(keeper_file(place.home))
        assert note is not None
        assert note.host == ELSEWHERE


def test_a_home_is_not_taken_from_a_station_of_this_machine(place: Workspace) -> None:
    with attended(place):
        told = refused(place, 2, "station", "--take")
    assert "a station of this machine holds the lock" in told.err


def test_where_nobody_keeps_it_taking_a_home_says_so(place: Workspace) -> None:
    tiny(place)
    assert "nobody did" in good(place, "station", "--take")
    taken = call(place, "station", "--json").json("station")
    assert (taken["host"], taken["is_here"], taken["silence"], taken["taken_from"]) == (
        this_host().name, True, None, None,
    )  # fmt: skip
    clear(place)


def test_a_station_says_where_it_runs_and_lets_go(place: Workspace) -> None:
    tiny(place)
    settle(place, "tiny")
    wait_for(lambda: not load_keeper(place).is_running, on_failure=lambda: "it runs on")
    note = HomeKeeper.read(keeper_file(place.home))
    assert note is not None
    assert (note.host, note.is_over) == (this_host(), True)


async def test_the_screens_look_and_say_who_keeps_the_home(place: Workspace) -> None:
    tiny(place)
    kept(place)
    async with opened(open_workspace(place.home.folder), Manners(is_readonly=True)) as pilot:
        await shows(pilot, "tiny", "kept by n2, heard of", "readonly", but="station idle")


def test_a_store_on_a_network_is_refused_and_repair_moves_it(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny(place)
    inside = place.home.store
    with networked(place.home.folder, monkeypatch) as stores:
        for words in (("list",), ("start", "tiny")):
            told = refused(place, 3, *words)
            assert f"the store {inside} lies on " in told.err
            assert f"alwsl-tui repair moves it to {stores}" in told.err
        assert f"moved to {place.home.store}" in good(place, "repair")
        assert not inside.exists()
        assert "tiny" in good(place, "list")
        told = call(place, "doctor")
        assert f"its store in {stores}" in told.out
        publish_owed()
        assert published_file(place.home).exists(), "other hosts see what this one does"


def test_a_home_on_a_network_is_this_hosts_from_its_first_change_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").mkdir()
    with networked(tmp_path, monkeypatch) as stores:
        good(tmp_path / "home", "list")
        assert list((tmp_path / "home").iterdir()) == [], "whoever looks makes nothing"
        assert list(stores.iterdir()) == []
        place = open_workspace(tmp_path / "home")
        tiny(place)
        note = HomeKeeper.read(keeper_file(place.home))
        assert note is not None
        assert (note.host, note.pid) == (this_host(), None)
        # What another host sees of it, and what it says where it sees nothing.
        publish_owed()
        kept(place)
        assert "tiny" in good(place, "list")
        published_file(place.home).unlink()
        with pytest.raises(BadHome, match="n2 keeps the home"):
            load_campaigns(place)
