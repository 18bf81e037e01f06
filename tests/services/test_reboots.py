"""After a reboot: numbers of processes given again, clocks set, locks lying about, everybody gone."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import psutil
import pytest

from campaigns.core.ids import Job, JobKind
from campaigns.core.processes import mark_of
from campaigns.core.states import AttemptState, CampaignState, Intent, JobState
from campaigns.services import control, overview, watching
from campaigns.services.attendance import STARTING_SECONDS, UNATTENDED
from campaigns.services.overview import Kept
from campaigns.services.workspace import Workspace, has_station, open_workspace
from campaigns.station.local import Worker, is_alive, worker_of
from campaigns.station.station import Station
from campaigns.store.attempts import add_attempt, list_attempts, set_process
from campaigns.store.campaigns import list_jobs, move_job, set_intent
from campaigns.store.rows import AttemptRow, CampaignRow
from tests.stage import assert_same, clear, outcome, perform, processes, program, said, settle, tiny, wait_for
from tests.store.rows import an_attempt

ARM, BASE = Job(JobKind.ARM, 0, "ag"), Job(JobKind.BASELINE, 0)
LONG = ("protocol.full=false", 'criteria.names=["ag"]', "protocol.epochs=[2, 60, 3]")
DAY = 86_400.0
CLOCKS = [-400 * DAY, -DAY, DAY, 400 * DAY]
"""Seconds by which a clock was set."""


@contextmanager
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    """A process of somebody else, in a session of its own."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(99)"], start_new_session=True) as child:
        yield child
        child.kill()


def put(place: Workspace, row: CampaignRow, worker: Worker, *, started: float = 2.0, number: int = 1) -> AttemptRow:
    """An attempt at the baseline that a station of yesterday started."""
    attempt = replace(an_attempt(row, BASE.id, number), started=started)
    with place.store() as store:
        add_attempt(store, attempt)
        set_process(store, attempt, pid=worker.pid, born=worker.born, mark=worker.mark)
        set_intent(store, row.id, Intent.RUN)
        move_job(store, row.id, BASE.id, JobState.RUNNING)
    return attempt


def as_seen(place: Workspace, name: str) -> tuple[str, str, int, str]:
    """State of the campaign for one who looks at it and for one who looks at all; jobs that run; the queue's reason."""
    (line,) = overview.station_view(place, kept=Kept()).lines
    reasons = {one.reason for one in overview.queue(place)}
    return watching.watch(place, name).state, line.state, line.running, "; ".join(sorted(reasons))


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
        assert not is_alive(Worker(child.pid, worker.born + moved)), "a record of before there were marks"
        assert is_alive(Worker(child.pid, worker.born))


@pytest.mark.parametrize("moved", CLOCKS)
def test_a_worker_that_lives_is_kept_by_the_next_station_whatever_the_clock_says(
    place: Workspace, moved: float
) -> None:
    row = tiny(place, *LONG)
    with stranger() as child:
        worker = worker_of(child.pid)
        assert worker is not None
        put(place, row, replace(worker, born=worker.born + moved), started=time.time() + moved)
        assert as_seen(place, row.name)[:3] == ("running", "running", 1), "a worker goes on without a station"
        with place.store() as store:
            station = Station.open(place.home, store)
            for _ in range(3):
                station.turn()
            assert [one.state for one in list_attempts(store)] == [AttemptState.RUNNING]
        assert child.poll() is None


def test_a_number_that_a_stranger_has_now_is_no_worker_and_the_stranger_is_left_alone(place: Workspace) -> None:
    row = tiny(place, "protocol.full=false", 'criteria.names=["random"]')
    with stranger() as child:
        worker = worker_of(child.pid)
        assert worker is not None
        another = replace(worker, mark=f"another-boot/{worker.mark.rpartition('/')[2]}")
        put(place, row, another)
        assert as_seen(place, row.name) == ("stranded", "stranded", 0, "baseline-t0 is not done")
        (base, *_) = watching.watch(place, row.name).jobs
        assert base.is_stranded
        assert settle(place, row.name) == "done", said(place)
        assert child.poll() is None
    with place.store() as store:
        assert [one.state for one in list_attempts(store) if one.job == BASE.id] == ["lost", "done"]


@pytest.mark.parametrize("moved", CLOCKS)
def test_dates_of_the_future_and_of_long_ago_break_nothing(place: Workspace, moved: float) -> None:
    row = tiny(place, "protocol.full=false", 'criteria.names=["random"]')
    with place.store() as store:
        store.connection.execute("UPDATE campaign SET created = created + ?", (moved,))
    put(place, row, Worker(2**22 - 1, 1.0), started=time.time() + moved)
    place.home.station_log.touch()
    os.utime(place.home.station_log, (time.time() + moved, time.time() + moved))
    assert as_seen(place, row.name)[:3] == ("stranded", "stranded", 0)
    assert settle(place, row.name) == "done", said(place)
    (line,) = overview.overview(place)
    assert (line.state, line.progress) == ("done", 1.0)
    seen = watching.watch(place, row.name)
    assert {one.row.job.id: one.attempt.number for one in seen.jobs if one.attempt is not None} == {
        "baseline-t0": 2, "arm-t0-random": 1,
    }, "the last attempt is the one that was started last, whatever its date"  # fmt: skip
    found = program(place, "list")
    assert found.returncode == 0
    (told,) = (text for text in found.stdout.splitlines() if row.name in text)
    assert not re.search(r"-\d", told.removeprefix(row.name)), "no negative age"


def test_locks_that_lie_about_hold_nobody_up(place: Workspace) -> None:
    row = tiny(place, "protocol.full=false", 'criteria.names=["random"]')
    for lock in (place.home.station_lock, place.home.moving_lock, place.home.store.with_name("alwsl.db.lock")):
        lock.write_text("12345\n")
    job = place.home.campaign(row.id).job(BASE.id)
    job.folder.mkdir(parents=True)
    job.lock.write_text("12345\n")
    assert not has_station(place)
    assert settle(place, row.name) == "done", said(place)


def test_what_nobody_is_at_is_not_shown_as_running(place: Workspace) -> None:
    row = tiny(place, *LONG)
    control.start(place, row.name)
    wait_for(lambda: processes(place, "campaigns.worker"), on_failure=lambda: said(place))
    clear(place)
    began, log = time.monotonic(), place.home.station_log
    wait_for(lambda: as_seen(place, row.name)[:3] == ("stranded", "stranded", 0), on_failure=log.read_text, seconds=10)
    assert time.monotonic() - began < STARTING_SECONDS + 2
    assert "stranded" in program(place, "list").stdout
    shown = program(place, "show", row.name).stdout
    assert "stranded" in shown
    assert "running" not in shown
    jobs = {one.row.job.id: one for one in watching.watch(place, row.name).jobs}
    assert {one.reason for one in jobs.values() if one.row.state is JobState.WAITING} <= {
        UNATTENDED, "baseline-t0 is not done",
    }  # fmt: skip


def test_what_is_being_started_is_not_called_stranded(place: Workspace) -> None:
    row = tiny(place, "protocol.full=false", 'criteria.names=["random"]')
    control.start(place, row.name)
    states: set[str] = set()

    def over() -> bool:
        states.add(watching.watch(place, row.name).state)
        return CampaignState.DONE in states

    wait_for(over, on_failure=lambda: said(place), seconds=120)
    assert states <= {"running", "done"}


@pytest.mark.slow
def test_everybody_is_killed_at_once_and_run_goes_on_to_the_same_bytes(
    place: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> None:
    quiet = open_workspace(tmp_path_factory.mktemp("quiet"))
    undisturbed = tiny(quiet, *LONG)
    perform(quiet, undisturbed)
    row = tiny(place, *LONG)
    control.start(place, row.name)
    checkpoint = place.home.campaign(row.id).job(ARM.id).round(1).checkpoint
    wait_for(checkpoint.exists, on_failure=lambda: said(place))
    left = [*processes(place, "campaigns.station"), *processes(place, "campaigns.worker")]
    assert len(left) == 2
    for process in left:
        process.send_signal(signal.SIGKILL)
    psutil.wait_procs(left, timeout=10)
    ended = program(place, "run", row.name, "--headless")
    assert ended.returncode == 0, ended.stderr + said(place)
    assert_same(outcome(place, row), outcome(quiet, undisturbed), log=said(place))
    with place.store() as store:
        assert {job.state for job in list_jobs(store)} == {JobState.DONE}
