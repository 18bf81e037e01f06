"""Who keeps a home, by the note in it: laws for hosts, containers, machines started anew, clocks and late writers."""

import fcntl
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from campaigns.errors import BadHome, Damaged
from campaigns.home.hosts import Host, this_host
from campaigns.home.keeper import (
    LEASE,
    LEASE_SECONDS,
    HomeKeeper,
    is_heard,
    is_silent,
    keeper_file,
    lease_seconds,
    new_keeper,
    other_keeper,
    put_keeper,
    renew_keeper,
    silence,
    workers_lock,
)
from campaigns.home.locks import exclusive, shared
from campaigns.home.paths import HomePaths
from tests.home.networks import networked

HERE = this_host()
ELSEWHERE = Host("n2", "another-start", 4026531836)
REBOOTED = replace(ELSEWHERE, name=HERE.name)
CONTAINER = replace(HERE, name="n2", space=HERE.space + 1)
LONG_AGO = 10 * LEASE_SECONDS


@pytest.fixture
def home(tmp_path: Path) -> HomePaths:
    return HomePaths(tmp_path)


def noted(home: HomePaths, host: Host, *, ago: float = 0.0, is_over: bool = False) -> HomeKeeper:
    """Leave the note of a host's station in a home, as of some seconds ago."""
    keeper = replace(new_keeper(pid=4242), host=host, renewed=time.time() - ago, is_over=is_over)
    put_keeper(keeper_file(home), keeper).close()
    return keeper


@pytest.mark.skipif(not HERE.boot, reason="this system tells nobody when it was started")
@pytest.mark.parametrize(
    ("host", "ago", "is_over", "keeps", "keeps_on_a_network"),
    [
        (HERE, 0.0, False, False, False),
        (replace(HERE, name="another-name"), 0.0, False, False, False),
        (ELSEWHERE, 0.0, False, True, True),
        (ELSEWHERE, LONG_AGO, False, True, True),
        (ELSEWHERE, -LONG_AGO, False, True, True),
        (ELSEWHERE, 0.0, True, False, True),
        (REBOOTED, 0.0, False, False, True),
        (REBOOTED, LONG_AGO, False, False, False),
        (REBOOTED, 0.0, True, False, False),
        (CONTAINER, 0.0, False, False, True),
        (CONTAINER, LONG_AGO, False, False, True),
    ],
)
def test_who_keeps_a_home(
    host: Host, ago: float, is_over: bool, keeps: bool, keeps_on_a_network: bool,
    home: HomePaths, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    noted(home, host, ago=ago, is_over=is_over)
    assert (other_keeper(home) is not None) is keeps
    with networked(home.folder, monkeypatch):
        assert (other_keeper(home) is not None) is keeps_on_a_network


@pytest.mark.skipif(not HERE.boot, reason="this system tells nobody when it was started")
def test_of_a_container_on_this_machine_the_locks_of_station_and_workers_tell(home: HomePaths) -> None:
    keeper = noted(home, CONTAINER, ago=LONG_AGO)
    with shared(workers_lock(home)):
        assert other_keeper(home) == keeper
    assert other_keeper(home) is None
    with home.station_lock.open("ab") as file:  # held by somebody else, as far as this process knows
        fcntl.flock(file, fcntl.LOCK_EX)
        assert other_keeper(home) == keeper
    with exclusive(home.station_lock):
        assert other_keeper(home) is None, "the lock is this process's own"


def test_a_home_without_a_note_is_anybodys(home: HomePaths) -> None:
    assert other_keeper(home) is None


def test_a_note_is_read_as_it_was_written(home: HomePaths) -> None:
    keeper = noted(home, Host("n2-ü", "b", 1))
    assert HomeKeeper.read(keeper_file(home)) == keeper


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"schema": 99}', b'{"schema": 1, "host": {"name": ""}}'])
def test_a_note_that_nobody_can_read_lets_nobody_write(content: bytes, home: HomePaths) -> None:
    keeper_file(home).write_bytes(content)
    with pytest.raises(Damaged):
        other_keeper(home)


def test_who_comes_back_late_writes_over_nobody(home: HomePaths) -> None:
    mine = new_keeper(pid=os.getpid())
    with put_keeper(keeper_file(home), mine) as file:
        renew_keeper(file, mine)
        theirs = noted(home, ELSEWHERE)
        before = keeper_file(home).read_bytes()
        renew_keeper(file, mine)
        renew_keeper(file, replace(mine, is_over=True))
    assert keeper_file(home).read_bytes() == before
    assert other_keeper(home) == theirs
    assert [path.name for path in home.folder.iterdir()] == ["keeper.json"]


def test_a_clock_that_runs_ahead_counts_by_its_distance(home: HomePaths) -> None:
    assert is_silent(home, noted(home, ELSEWHERE, ago=-LONG_AGO))
    assert not is_silent(home, noted(home, ELSEWHERE, ago=-5.0))


def test_once_a_note_was_seen_to_move_the_readers_own_clock_counts(home: HomePaths) -> None:
    keeper = replace(new_keeper(pid=1), host=ELSEWHERE, renewed=time.time() - LONG_AGO)
    assert is_silent(home, keeper)
    moved = replace(keeper, renewed=keeper.renewed + 10)
    assert silence(home, moved) < LEASE_SECONDS
    assert is_heard(home, moved), "its clock is wrong, and it lives"
    another = replace(moved, token="another")
    assert is_silent(home, another), "of another keeping nothing was seen yet"


def test_the_length_of_a_lease_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(LEASE, raising=False)
    assert lease_seconds() == LEASE_SECONDS
    monkeypatch.setenv(LEASE, "4.5")
    assert new_keeper(pid=None).lease == 4.5
    for wrong in ("x", "nan", "inf", "0", "1", "-3", "1e9"):
        monkeypatch.setenv(LEASE, wrong)
        with pytest.raises(BadHome, match=LEASE):
            lease_seconds()


def test_a_host_has_a_name() -> None:
    HERE.check()
    for name in ("", "a\nb", "a" * 300):
        with pytest.raises(ValueError, match="is not the name of a host"):
            replace(HERE, name=name).check()
