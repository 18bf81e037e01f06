"""After a reboot: numbers of processes given again, clocks set, locks lying about, everybody gone."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from campaigns.core.ids import Job, JobKind
from campaigns.core.states import AttemptState, Intent, JobState
from campaigns.home.process import Worker, mark_of, worker_of
from campaigns.services.campaigns.start import start
from campaigns.services.monitor.presence import UNATTENDED, attendance
from campaigns.services.monitor.queue import load_queue
from campaigns.services.monitor.show import watch
from campaigns.services.station.list import Kept, load_campaigns
from campaigns.services.station.station import station_view
from campaigns.services.workspace import Workspace, ensure_station, has_station, open_workspace
from campaigns.station.executors.local import LocalExecutor, handle_of, is_alive
from campaigns.station.station import Station
from campaigns.store.attempts import add_attempt, list_attempts, set_handle
from campaigns.store.campaigns import list_jobs, move_job, set_intent
from campaigns.store.rows import AttemptRow, CampaignRow
from campaigns.store.store import alone
from tests.cli.calling import good
from tests.stage import (
    assert_same,
    clear,
    outcome,
    perform,
    processes,
    program,
    require_ended,
    said,
    settle,
    tiny,
    wait_for,
)
from tests.store.rows import an_attempt

ARM, BASE = Job(JobKind.ARM, 0, "ag"), Job(JobKind.BASELINE, 0)
LONG = ("protocol.full=false", 'criteria.names=["ag"]', "protocol.epochs=[2, 60, 3]")
DAY = 86_400.0
CLOCKS = [-400 * DAY, -DAY, DAY, 400 * DAY]
"""Seconds by which a clock was set."""


@contextmanager
def stranger(folder: Path | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a session of its own, at work in a folder: of somebody else, or as a worker of ours."""
    words = [sys.executable, "-c", "import time; time.sleep(3600)"]
    with subprocess.Popen(words, start_new_session=True, cwd=folder) as child:
        try:
            yield child
        finally:
            child.kill()


def put(place: Workspace, row: CampaignRow, worker: Worker, *, started: float = 2.0, number: int = 1) -> AttemptRow:
    """An attempt at the baseline that a station of yesterday started."""
    attempt = replace(an_attempt(row, BASE.id, number), started=started)
    with place.store() as store:
        add_attempt(store, attempt)
        set_handle(store, attempt, handle_of(worker))
        set_intent(store, row.id, Intent.RUN)
        move_job(store, row.id, BASE.id, JobState.RUNNING)
    return attempt


def as_seen(place: Workspace, name: str) -> tuple[str, str, int, str]:
    """State of the campaign for one who looks at it and for one who looks at all; jobs that run; the queue's reason."""
    (line,) = station_view(place, kept=Kept()).lines
    reasons = {one.reason for one in load_queue(place)}
    return watch(place, name).state, line.state, line.running, "; ".join(sorted(reasons))


def test_the_mark_of_a_process_is_its_own_and_stays() -> None:
    own = mark_of(os.getpid())
    with stranger() as child:
        assert own == mark_of(os.getpid()) != mark_of(child.pid) != ""
        worker = worker_of(child.pid)
    assert worker is not None
    assert not is_alive(worker)
    assert mark_of(2**22 + 1) == ""


@pytest.mark.parametrize("moved", CLOCKS)
def test_a_worker_is_known_again_after_the_clock_was_set(moved: float) -> None:
    with stranger() as child:
        worker = worker_of(child.pid)
        assert worker is not None
        # Its start in seconds since the epoch is the machine's start plus its age: it moves with the clock.
        assert is_alive(replace(worker, born=worker.born + moved))
        assert not is_alive(replace(worker, mark=worker.mark + "9")), "the same number, born at another time"
        assert not is_alive(Worker(child.pid, worker.born + moved)), "where the system has no marks"
        assert is_alive(Worker(child.pid, worker.born))


@pytest.mark.parametrize("moved", CLOCKS)
def test_a_worker_that_lives_is_kept_by_the_next_station_whatever_the_clock_says(
    place: Workspace, moved: float
) -> None:
    row = tiny(place, *LONG)
    folder = place.home.campaign(row.id).job(BASE.id).attempt(1).folder
    folder.mkdir(parents=True)
    with stranger(folder) as child:
        worker = worker_of(child.pid)
        assert worker is not None
        put(place, row, replace(worker, born=worker.born + moved), started=time.time() + moved)
        assert as_seen(place, row.name)[:3] == ("running", "running", 1), "a worker goes on without a station"
        with place.store() as store:
            station = Station.open(place.home, store, LocalExecutor())
            for _ in range(3):
                station.turn()
            assert [one.state for one in list_attempts(store)] == [AttemptState.RUNNING]
        assert child.poll() is None


@pytest.mark.parametrize("moved", CLOCKS)
def test_dates_of_the_future_and_of_long_ago_are_shown_as_well_as_they_can_be(place: Workspace, moved: float) -> None:
    row = tiny(place, *LONG)
    set_clock(place, moved)
    put(place, row, Worker(2**22 - 1, 1.0), started=time.time() + moved)
    assert as_seen(place, row.name) == ("stranded", "stranded", 0, "baseline-t0 is not done")
    (told,) = (text for text in good(place, "list").splitlines() if row.name in text)
    assert not re.search(r"-\d", told.removeprefix(row.name)), "no negative age"


def set_clock(place: Workspace, moved: float) -> None:
    """As if everything here had been done when the clock stood elsewhere."""
    with place.store() as store:
        store.connection.execute("UPDATE campaign SET created = created + ?", (moved,))


@pytest.mark.slow
def test_numbers_given_again_dates_of_the_future_and_stale_locks_hold_nobody_up(place: Workspace) -> None:
    row = tiny(place, "protocol.full=false", 'criteria.names=["random"]')
    job = place.home.campaign(row.id).job(BASE.id)
    job.folder.mkdir(parents=True)
    for lock in (
        place.home.station_lock,
        place.home.moving_lock,
        place.home.store.with_name("alwsl.db.lock"),
        job.lock,
    ):
        lock.write_text("12345\n")
    set_clock(place, 400 * DAY)
    with stranger() as child:
        worker = worker_of(child.pid)
        assert worker is not None
        another = replace(worker, mark=f"another-boot/{worker.mark.rpartition('/')[2]}")
        put(place, row, another, started=time.time() + 400 * DAY)
        assert not has_station(place)
        assert as_seen(place, row.name) == ("stranded", "stranded", 0, "baseline-t0 is not done")
        assert watch(place, row.name).jobs[0].is_stranded
        assert settle(place, row.name) == "done", said(place)
        assert child.poll() is None, "a stranger is left alone"
    (line,) = load_campaigns(place)
    assert (line.state, line.progress) == ("done", 1.0)
    with place.store() as store:
        assert [one.state for one in list_attempts(store) if one.job == BASE.id] == ["lost", "done"]
    last = {one.row.job.id: one.attempt.number for one in watch(place, row.name).jobs if one.attempt}
    assert last == {"baseline-t0": 2, "arm-t0-random": 1}, "whatever its date, the last is the one started last"


@pytest.mark.slow
def test_what_nobody_is_at_is_not_shown_as_running(place: Workspace) -> None:
    row = tiny(place, *LONG)
    start(place, row.name)
    wait_for(lambda: processes(place, "campaigns.worker"), on_failure=lambda: said(place))
    clear(place)
    assert as_seen(place, row.name)[:3] == ("stranded", "stranded", 0), "a station that fell is not waited for"
    assert "stranded" in good(place, "list")
    shown = good(place, "show", row.name)
    assert "stranded" in shown
    assert "running" not in shown
    jobs = {one.row.job.id: one for one in watch(place, row.name).jobs}
    assert {one.reason for one in jobs.values() if one.row.state is JobState.WAITING} <= {
        UNATTENDED, "baseline-t0 is not done",
    }  # fmt: skip


def test_a_station_is_on_its_way_for_as_long_as_it_takes_and_no_longer_than_it_lives(
    place: Workspace, tmp_path: Path
) -> None:
    assert attendance(place).is_nobody
    with alone(place.home.store):  # it opens the store first: as on a machine that lets it wait for a minute
        ensure_station(place)
        os.utime(place.home.station_log, (1.0, 1.0))
        present = attendance(place)
        assert (present.has_station, present.is_starting) == (False, True)
        copy = open_workspace(shutil.copytree(place.home.folder, tmp_path / "copy"))
        assert attendance(copy).is_nobody, "nobody is on his way to a copy"
        clear(place)
        assert attendance(place).is_nobody


@pytest.mark.slow
def test_what_is_being_started_is_not_called_stranded(place: Workspace) -> None:
    row = tiny(place, *LONG)
    start(place, row.name)
    states: set[str] = set()

    def has_begun() -> bool:
        seen = watch(place, row.name)
        states.add(seen.state)
        return any(one.pid is not None for one in seen.jobs)

    wait_for(has_begun, on_failure=lambda: said(place))
    assert states == {"running"}


@pytest.mark.slow
def test_everybody_is_killed_at_once_and_run_goes_on_to_the_same_bytes(
    place: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> None:
    quiet = open_workspace(tmp_path_factory.mktemp("quiet"))
    undisturbed = tiny(quiet, *LONG)
    perform(quiet, undisturbed)
    row = tiny(place, *LONG)
    start(place, row.name)
    checkpoint = place.home.campaign(row.id).job(ARM.id).round(1).checkpoint
    wait_for(checkpoint.exists, on_failure=lambda: said(place))
    left = [*processes(place, "campaigns.station"), *processes(place, "campaigns.worker")]
    assert len(left) == 2
    for process in left:
        process.send_signal(signal.SIGKILL)
    require_ended(left)
    ended = program(place, "run", row.name, "--headless")
    assert ended.returncode == 0, ended.stderr + said(place)
    assert_same(outcome(place, row), outcome(quiet, undisturbed), log=said(place))
    with place.store() as store:
        assert {job.state for job in list_jobs(store)} == {JobState.DONE}
