"""The station's loop, with real workers."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from campaigns.core.execution import Ended, Running
from campaigns.core.ids import CampaignId, Job, JobKind
from campaigns.core.states import AttemptState, Intent, JobState
from campaigns.home.locks import exclusive
from campaigns.home.paths import AttemptPaths
from campaigns.home.process import Worker, worker_of
from campaigns.services.workspace import Workspace
from campaigns.station import attempt as attempt_module
from campaigns.station.executors.local import LocalExecutor, handle_of, pid_of
from campaigns.station.machine import cores
from campaigns.station.station import Station
from campaigns.station.waiting import queue_of
from campaigns.store.attempts import add_attempt, list_attempts, list_rounds, set_handle
from campaigns.store.campaigns import delete_campaign as forget
from campaigns.store.campaigns import list_jobs, move_job, read_feed, set_intent
from campaigns.store.rows import AttemptRow, CampaignRow
from campaigns.store.store import Store
from tests.patience import patience
from tests.stage import perform_job, said, tiny, wait_for
from tests.store.rows import an_attempt

BASE, ARM = Job(JobKind.BASELINE, 0), Job(JobKind.ARM, 0, "ag")
BASELINE_ONLY = ("protocol.full=false", 'criteria.names=["ag"]')


@contextmanager
def somebody(folder: Path | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A process that lives, in a session of its own, at work in a folder."""
    words = [sys.executable, "-c", "import time; time.sleep(3600)"]
    with subprocess.Popen(words, start_new_session=True, cwd=folder) as child:
        try:
            yield child
        finally:
            child.kill()


def running(store: Store, row: CampaignRow, worker: Worker, *, threads: int = 1) -> AttemptRow:
    """An attempt at the baseline that a station of yesterday started."""
    attempt = an_attempt(row, BASE.id)
    add_attempt(store, attempt)
    store.connection.execute("UPDATE attempt SET threads = ?", (threads,))
    set_handle(store, attempt, handle_of(worker))
    move_job(store, row.id, BASE.id, JobState.RUNNING)
    return attempt


def turn_until(station: Station, condition: Callable[[], bool], place: Workspace) -> None:
    def turned() -> bool:
        station.turn()
        return condition()

    wait_for(turned, on_failure=lambda: said(place))


def state_of(store: Store, job: Job) -> JobState:
    return next(row.state for row in list_jobs(store) if row.job == job)


def paths_of(place: Workspace, row: CampaignRow, job: Job, number: int = 1) -> AttemptPaths:
    return place.home.campaign(row.id).job(job.id).attempt(number)


@pytest.mark.slow
def test_a_second_station_adopts_the_worker_of_the_first_and_hears_it_out(place: Workspace) -> None:
    row = tiny(place, *BASELINE_ONLY)
    with place.store() as store:
        set_intent(store, row.id, Intent.RUN)
        first = Station.open(place.home, store, LocalExecutor())
        first.turn()
        (live,) = first.live.values()
        assert live.handle is not None
        wait_for(paths_of(place, row, BASE).process.exists, on_failure=lambda: said(place))
        worker = psutil.Process(pid_of(live.handle))
        worker.suspend()  # or it might be done before it is adopted
    with place.store() as store:
        second = Station.open(place.home, store, LocalExecutor())
        (adopted,) = second.live.values()
        second.turn()
        assert adopted.handle == live.handle
        assert second.executor.look() == {live.handle: Running()}
        set_intent(store, row.id, Intent.RUN, until_round=0)  # the arm is another test's
        worker.resume()
        turn_until(second, lambda: not second.live, place)
        (attempt,) = list_attempts(store)
        assert (attempt.handle, attempt.state, attempt.exit_code) == (live.handle, AttemptState.DONE, 0)
        assert state_of(store, BASE) is JobState.DONE
        assert [(found.job, found.number) for found in list_rounds(store) if found.done] == [("baseline-t0", 0)]
        assert second.executor.look() == {}
    assert first.executor.look() == {live.handle: Ended(0, "ended with exit code 0 and no last words")}


@pytest.mark.slow
def test_a_worker_whose_handle_was_not_kept_is_known_by_its_folder(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempt_module, "BIRTH_SECONDS", patience())  # a busy machine bears no worker in five
    row = tiny(place, *BASELINE_ONLY)
    with place.store() as store:
        set_intent(store, row.id, Intent.RUN, until_round=0)
        first = Station.open(place.home, store, LocalExecutor())
        first.turn()
        # As if the station had been killed right after the worker was started.
        store.connection.execute("UPDATE attempt SET handle = NULL")
        second = Station.open(place.home, store, LocalExecutor())
        assert [live.handle for live in second.live.values()] == [None]
        turn_until(second, lambda: not second.live, place)
        (attempt,) = list_attempts(store)
        assert (attempt.handle, attempt.state) == (next(iter(first.executor.look())), AttemptState.DONE)
        assert pid_of(attempt.handle) is not None


def test_a_pid_that_somebody_else_has_now_is_a_lost_worker(place: Workspace) -> None:
    row = tiny(place, *BASELINE_ONLY)
    with place.store() as store, somebody() as stranger:
        worker = worker_of(stranger.pid)
        assert worker is not None
        running(store, row, Worker(worker.pid, worker.born - 60))
        station = Station.open(place.home, store, LocalExecutor())
        turn_until(station, lambda: not station.live, place)
        assert list_attempts(store)[0].state is AttemptState.LOST
        assert state_of(store, BASE) is JobState.WAITING
        assert "its process is gone" in list_attempts(store)[0].last_words
        assert [note.is_warning for note in read_feed(store, row.id)] == [True]
        assert stranger.poll() is None


def test_a_worker_whose_folder_was_removed_fails_its_job_and_stops_no_other(place: Workspace) -> None:
    row, other = tiny(place, *BASELINE_ONLY), tiny(place, *BASELINE_ONLY, name="other")
    shutil.rmtree(place.home.campaign(row.id).folder)
    with place.store() as store:
        running(store, row, Worker(2**22 - 1, 1.0))
        set_intent(store, row.id, Intent.RUN)
        set_intent(store, other.id, Intent.RUN, until_round=0)
        station = Station.open(place.home, store, LocalExecutor())
        turn_until(station, lambda: (row.id, BASE.id) not in station.live, place)
        assert [found.state for found in list_jobs(store, row.id) if found.job == BASE] == [JobState.FAILED]
        assert (other.id, BASE.id) in station.live
        set_intent(store, other.id, Intent.CANCEL)
        turn_until(station, lambda: not station.live, place)


def test_what_a_worker_said_before_it_vanished_is_kept(place: Workspace) -> None:
    row = tiny(place, *BASELINE_ONLY)
    perform_job(place, row, BASE)
    with place.store() as store:
        running(store, row, Worker(2**22 - 1, 1.0))
        station = Station.open(place.home, store, LocalExecutor())
        turn_until(station, lambda: not station.live, place)
        (found,) = list_rounds(store)
        assert found.value is not None
        assert list_attempts(store)[0].journal_offset == paths_of(place, row, BASE).journal.stat().st_size


def test_a_damaged_journal_fails_the_job_with_the_reason(place: Workspace) -> None:
    row = tiny(place, *BASELINE_ONLY)
    paths = paths_of(place, row, BASE)
    paths.folder.mkdir(parents=True)
    paths.journal.write_text("junk\n")
    with place.store() as store:
        running(store, row, Worker(2**22 - 1, 1.0))
        station = Station.open(place.home, store, LocalExecutor())
        turn_until(station, lambda: not station.live, place)
        assert state_of(store, BASE) is JobState.FAILED
        assert "journal.jsonl is damaged" in list_attempts(store)[0].last_words


def test_a_worker_of_a_campaign_that_is_gone_is_ended(place: Workspace) -> None:
    row = tiny(place, *BASELINE_ONLY)
    folder = paths_of(place, row, BASE).folder
    folder.mkdir(parents=True)
    with place.store() as store, somebody(folder) as child:
        worker = worker_of(child.pid)
        assert worker is not None
        running(store, row, worker)
        station = Station.open(place.home, store, LocalExecutor())
        station.turn()
        forget(store, row.id)
        shutil.rmtree(place.home.campaign(row.id).folder)
        turn_until(station, lambda: not station.live, place)
        assert child.wait() == -9


def test_a_campaign_that_waits_for_cores_does_not_rest(place: Workspace) -> None:
    busy, later = tiny(place, *BASELINE_ONLY, name="busy"), tiny(place, *BASELINE_ONLY, name="later")
    folder = paths_of(place, busy, BASE).folder
    folder.mkdir(parents=True)
    with place.store() as store, somebody(folder) as child:
        worker = worker_of(child.pid)
        assert worker is not None
        running(store, busy, worker, threads=cores())
        set_intent(store, later.id, Intent.RUN, until_round=1)
        station = Station.open(place.home, store, LocalExecutor())
        station.turn()
        assert intent_of(store, later.id) == Intent.RUN
        assert "needs 1 core, 0 of" in queue_of(place.home, store, LocalExecutor())[0].reason


def test_a_campaign_that_has_gone_as_far_as_it_was_asked_rests(place: Workspace) -> None:
    row = tiny(place, *BASELINE_ONLY)
    with place.store() as store:
        set_intent(store, row.id, Intent.RUN, until_round=0)
        for state in (JobState.RUNNING, JobState.DONE):
            move_job(store, row.id, BASE.id, state)
        station = Station.open(place.home, store, LocalExecutor())
        assert station.turn() is False
        assert intent_of(store, row.id) == Intent.PAUSE
        assert list_attempts(store) == []


@pytest.mark.slow
def test_a_job_that_somebody_holds_waits_for_them_and_never_counts_as_lost(place: Workspace) -> None:
    """A worker on a host that is cut off holds it: with every try counted, the campaign would be over in seconds."""
    row = tiny(place, *BASELINE_ONLY, "run.retries=0")
    lock = place.home.campaign(row.id).job(BASE.id).lock
    lock.parent.mkdir(parents=True)
    with place.store() as store:
        set_intent(store, row.id, Intent.RUN, until_round=0)  # the arm is another test's
        station = Station.open(place.home, store, LocalExecutor())
        with exclusive(lock):
            turn_until(station, lambda: bool([one for one in list_attempts(store) if one.ended]), place)
            (attempt,), job = list_attempts(store), list_jobs(store)[0]
            assert (attempt.state, job.state, job.lost) == (AttemptState.STOPPED, JobState.WAITING, 0)
            (waits, *_) = queue_of(place.home, store, LocalExecutor())
            assert waits.is_short
            assert waits.reason.startswith("another worker is at it, it tries again in ")
            assert station.turn(), "nobody has to ask for it again"
        store.connection.execute("UPDATE attempt SET ended = ended - 60")
        turn_until(station, lambda: list_jobs(store)[0].state is JobState.DONE, place)
        feed = read_feed(store, row.id)
    assert any("left to the worker that is at it" in line.text for line in feed)


def test_a_bug_of_a_worker_is_told_with_where_to_look(place: Workspace) -> None:
    row = tiny(place, *BASELINE_ONLY)
    # A folder where the worker writes a file: nothing that a person can be told how to mend.
    place.home.campaign(row.id).job(BASE.id).round(0).evaluation.mkdir(parents=True)
    with place.store() as store:
        set_intent(store, row.id, Intent.RUN)
        station = Station.open(place.home, store, LocalExecutor())
        turn_until(station, lambda: state_of(store, BASE) is JobState.FAILED, place)
        (attempt,) = list_attempts(store)
        assert attempt.exit_code == 4
        assert attempt.last_words.startswith("IsADirectoryError: ")
        assert "worker.log has the traceback" in attempt.last_words
        assert "Traceback" in paths_of(place, row, BASE).log.read_text()
        assert station.turn() is False


def intent_of(store: Store, campaign: CampaignId) -> str:
    found = store.connection.execute("SELECT intent FROM campaign WHERE id = ?", (campaign,)).fetchone()
    return str(found["intent"])
