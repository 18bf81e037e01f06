"""A home that several machines see is kept by one of them: the others look, and a silent one gives it up."""

import platform
import time
from pathlib import Path

import pytest

from alwsl_tui.options import Manners
from campaigns.errors import BadHome, NotNow
from campaigns.home import host as host_notes
from campaigns.home.host import SILENT, StationHost, file_system, other_host
from campaigns.home.process import Worker, worker_of
from campaigns.services.campaigns.start import start
from campaigns.services.station.keeper import load_keeper, take
from campaigns.services.workspace import Workspace, ensure_station, open_workspace
from campaigns.station.__main__ import _kept, _note_host
from tests.cli.calling import call, good, refused
from tests.cli.test_options import tree
from tests.stage import clear, refusal, tiny, wait_for
from tests.tui.journeys import opened, shows

THERE = Worker(4242, 1.0, "another-boot/17")


def kept_by(place: Workspace, name: str = "n2", *, silence: float = 0.0, process: Worker = THERE) -> StationHost:
    """Write what the station of another machine leaves in a home that it keeps."""
    note = StationHost(name, process, time.time() - silence)
    note.write(place.home.host)
    return note


def test_what_another_machine_keeps_can_be_looked_at_and_nothing_is_written(place: Workspace) -> None:
    tiny(place)
    kept_by(place)
    before = tree(place)
    told = call(place, "list")
    assert "tiny" in told.out
    assert "n2 keeps this home" in told.err
    assert "tiny" in good(place, "show", "tiny")
    for command in (("start", "tiny"), ("delete", "tiny"), ("new", "--recipe", "smoke"), ("clean", "--yes")):
        told = call(place, *command)  # the seconds go on
        assert told.code == 2
        assert "n2 keeps this home: its station, process 4242" in told.err
        assert "station --take" in told.err
    assert tree(place) == before


def test_a_home_that_was_open_before_another_machine_took_it_changes_nothing_either(place: Workspace) -> None:
    tiny(place)
    kept_by(place)
    assert "n2 keeps this home" in refusal(lambda: start(place, "tiny"))
    with pytest.raises(NotNow):
        ensure_station(place)


@pytest.mark.parametrize(
    ("kind", "silence", "is_kept"),
    [("ext4", 0.0, True), ("ext4", SILENT + 1, False), ("nfs4", SILENT + 1, True), ("nfs4", 9e6, True)],
)
def test_a_silent_machine_counts_where_it_may_be_cut_off(
    kind: str, silence: float, is_kept: bool, place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host_notes, "file_system", lambda _folder: kind)
    kept_by(place, silence=silence)
    assert (other_host(place.home.host) is not None) is is_kept


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"schema": 99}'])
def test_a_note_that_nobody_can_read_keeps_nobody_out(content: bytes, place: Workspace) -> None:
    place.home.host.write_bytes(content)
    assert other_host(place.home.host) is None
    assert load_keeper(place).is_here


def test_a_machine_that_was_started_anew_is_the_same_one(place: Workspace) -> None:
    kept_by(place, platform.node())
    assert other_host(place.home.host) is None


def test_a_machine_that_is_silent_is_taken_from_and_one_that_is_not_is_not(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host_notes, "file_system", lambda _folder: "nfs4")
    assert "no station runs" in good(place, "station")
    assert "already" in refused(place, 2, "station", "--take").err
    kept_by(place, silence=3.0)
    assert "n2 keeps this home: its station, process 4242, was heard of" in good(place, "station")
    told = call(place, "station", "--take")
    assert (told.code, "process 4242" in told.err) == (2, True)
    kept_by(place, silence=SILENT + 60)
    assert call(place, "start", "tiny").code == 2
    refused(place, 2, "--readonly", "station", "--take")
    taken = call(place, "station", "--take", "--json").json("station")
    assert (taken["host"], taken["is_here"], taken["is_running"], taken["taken_from"]) == (
        platform.node(), True, False, "n2",
    )  # fmt: skip
    assert (taken["pid"], taken["silence"]) == (None, None)
    assert not open_workspace(place.home.folder).is_readonly
    assert "already" in refusal(lambda: take(place))


def test_a_station_says_where_it_runs_until_it_ends(place: Workspace) -> None:
    tiny(place, "protocol.epochs=[50000, 2, 2]")
    start(place, "tiny")
    keeper = wait_for(lambda: _running(place), on_failure=lambda: "no station said so")
    assert keeper == StationHost.read(place.home.host)
    assert worker_of(keeper.process.pid) == keeper.process
    assert f"process {keeper.process.pid}" in good(place, "station")
    clear(place)
    assert load_keeper(place).is_running is False


def _running(place: Workspace) -> StationHost | None:
    note = StationHost.read(place.home.host)
    return note if note is not None and load_keeper(place).is_running else None


def test_a_station_that_comes_back_to_another_name_ends_and_leaves_it_there(place: Workspace) -> None:
    with _kept(place.home):
        assert load_keeper(place).is_here
        note = kept_by(place)
        with pytest.raises(BadHome, match="n2 keeps the home"):
            _note_host(place.home)
    assert StationHost.read(place.home.host) == note


def test_a_station_that_ends_in_good_order_leaves_no_name(place: Workspace) -> None:
    with _kept(place.home):
        assert place.home.host.exists()
    assert not place.home.host.exists()


async def test_the_screens_look_and_say_who_keeps_the_home(place: Workspace) -> None:
    tiny(place)
    kept_by(place)
    async with opened(open_workspace(place.home.folder), Manners(is_readonly=True)) as pilot:
        await shows(pilot, "tiny", "n2 keeps this home", "readonly", but="station idle")


MOUNTS = """\
22 28 0:20 / /proc rw,nosuid - proc proc rw
28 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
31 28 0:44 / /home rw - nfs4 files:/home rw,vers=4.2
32 31 0:45 / /home/a\\040b rw shared:7 master:2 - fuse.sshfs n2:/b rw
33 28 0:46 / /homes rw - tmpfs tmpfs rw
broken
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [("/proc", "proc"), ("/var", "ext4"), ("/home/a", "nfs4"), ("/home/a b/c", "fuse.sshfs"), ("/homes/a", "tmpfs")],
)
def test_a_file_system_is_that_of_the_nearest_mount(folder: str, kind: str, tmp_path: Path) -> None:
    (tmp_path / "mountinfo").write_text(MOUNTS)
    assert file_system(Path(folder), tmp_path / "mountinfo") == kind
    assert file_system(Path(folder), tmp_path / "nothing") == ""


@pytest.mark.skipif(not Path("/proc/self/mountinfo").exists(), reason="only Linux lists its mounts there")
def test_the_kind_of_a_file_system_is_what_the_system_says() -> None:
    assert file_system(Path("/proc")) == "proc"
    assert file_system(Path("/")) != ""
