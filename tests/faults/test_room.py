"""A home whose disk is full, read-only or failing: work waits with a reason, commands say so, and it all goes on."""

import errno
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns.core.ids import Job, JobKind
from campaigns.core.states import AttemptState, CampaignState
from campaigns.home.disk import RESERVE
from campaigns.services.campaigns.start import start
from campaigns.services.monitor.feed import load_feed
from campaigns.services.monitor.show import watch
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.attempts import list_attempts
from campaigns.store.rows import CampaignRow
from tests.faults.disk import Disk, failing_library, small_disk
from tests.stage import assert_same, clear, outcome, perform, processes, program, said, settle, tiny, wait_for

SMALL = ("protocol.full=false", 'criteria.names=["ag"]', "run.precision=float32")
LONG = (*SMALL, "protocol.epochs=[2, 150, 3]")
ARM = Job(JobKind.ARM, 0, "ag")
MIB = 1 << 20
EVERY = 17
"""Of so many calls on the store a process sees one fail; opening it takes nine, and a turn of the station some more."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path, "tmpfs", 64) as found:
        yield found


@pytest.fixture
def small(disk: Disk) -> Iterator[Workspace]:
    """A home on a small disk."""
    place = open_workspace(disk.folder / "home")
    yield place
    disk.clear()
    clear(place)


def warnings(place: Workspace, row: CampaignRow) -> list[str]:
    return [one.text for one in load_feed(place, row.name) if one.is_warning]


def undisturbed(folder: Path, *recipe: str) -> dict[str, bytes]:
    place = open_workspace(folder / "undisturbed")
    row = tiny(place, *recipe)
    perform(place, row)
    return outcome(place, row)


@pytest.mark.slow
def test_a_campaign_waits_for_room_with_a_reason_and_goes_on_by_itself(small: Workspace, disk: Disk) -> None:
    row = tiny(small, *SMALL)
    disk.leave(20 * MIB)
    start(small, row.name)

    def reasons() -> list[str]:
        return [job.reason for job in watch(small, row.name).jobs]

    wait_for(lambda: warnings(small, row), on_failure=lambda: said(small))
    (baseline, _) = reasons()
    assert baseline in {f"{mib} MiB free on {small.home.folder}, it needs about 37 MiB" for mib in (19, 20)}
    assert watch(small, row.name).state is CampaignState.RUNNING
    assert processes(small, "campaigns.station"), "it waits too"
    disk.clear()
    assert settle(small, row.name) == "done", said(small)
    assert [text.split(":")[0] for text in warnings(small, row)] == ["waits"], "it is told once"
    assert "goes on: nothing is in its way any more" in [one.text for one in load_feed(small, row.name)]


@pytest.mark.slow
def test_commands_on_a_full_or_read_only_disk_say_so_and_what_to_do(small: Workspace, disk: Disk) -> None:
    row, unwanted = tiny(small, *SMALL), tiny(small, *SMALL, name="unwanted")
    scores = small.home.campaign(unwanted.id).job("baseline-t0").round(0).scores
    scores.parent.mkdir(parents=True)
    scores.write_bytes(bytes(MIB))
    disk.leave(0)
    for command in (("start", row.name), ("new", "--recipe", "smoke", "--name", "two")):
        found = program(small, *command)
        assert found.returncode == 3, found.stderr
        assert "free some room" in found.stderr, found.stderr
        assert "Traceback" not in found.stderr
    deleted = program(small, "delete", "unwanted", "--yes")
    assert deleted.returncode == 0, deleted.stderr
    assert small.home.reserve.stat().st_size == RESERVE, "set aside again for the next time"
    disk.clear()
    subprocess.run(["mount", "-o", "remount,ro", str(disk.folder)], check=True)
    refused = program(small, "start", row.name)
    assert refused.returncode == 3, refused.stderr
    assert "Traceback" not in refused.stderr
    assert "next:" in refused.stderr
    looked_at = program(small, "list")
    assert (looked_at.returncode, row.name in looked_at.stdout) == (0, True), looked_at.stderr
    subprocess.run(["mount", "-o", "remount,rw", str(disk.folder)], check=True)
    assert [line.name for line in small.home.campaigns.iterdir()] == [row.id], "nothing half made is left"
    assert "two" not in program(small, "list").stdout


@pytest.mark.slow
@pytest.mark.parametrize("trouble", ["full", pytest.param("read-only", marks=pytest.mark.long)])
def test_a_disk_that_takes_no_more_in_the_middle_pauses_worker_and_station_alike(
    tmp_path: Path, small: Workspace, disk: Disk, trouble: str
) -> None:
    row = tiny(small, *LONG)
    start(small, row.name)
    arm = small.home.campaign(row.id).job(ARM.id)
    wait_for(lambda: arm.round(1).checkpoint.exists(), on_failure=lambda: said(small))
    if trouble == "full":
        disk.leave(0)
    else:
        subprocess.run(["mount", "-o", "remount,ro,force", str(disk.folder)], check=False)
    wait_for(lambda: not processes(small, "campaigns.worker"), on_failure=lambda: said(small))
    assert processes(small, "campaigns.station"), said(small)
    subprocess.run(["mount", "-o", "remount,rw", str(disk.folder)], check=True)
    disk.clear()
    assert settle(small, row.name) == "done", said(small)
    assert_same(outcome(small, row), undisturbed(tmp_path, *LONG), log=said(small))
    with small.store() as store:
        states = [attempt.state for attempt in list_attempts(store, row.id) if attempt.job == ARM.id]
    assert AttemptState.FAILED not in states
    assert AttemptState.LOST not in states


@pytest.mark.slow
def test_a_station_whose_store_fails_now_and_then_still_brings_its_campaign_to_its_end(
    tmp_path: Path, place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = tiny(place, *SMALL)
    for name, value in {
        "LD_PRELOAD": failing_library(tmp_path), "FAULT_HOME": place.home.store, "FAULT_EVERY": EVERY,
        "FAULT_ERRNO": errno.EIO,
    }.items():  # fmt: skip
        monkeypatch.setenv(name, str(value))
    assert settle(place, row.name) == "done", said(place)
    assert place.home.station_log.read_text().count("the disk works again") >= 2
    assert_same(outcome(place, row), undisturbed(tmp_path, *SMALL), log=said(place))
