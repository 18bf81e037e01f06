"""A store that is damaged, gone, of another day or of another program: said with what to do, and nothing removed."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

import pytest

from campaigns.core.execution import Lost, Running, StopStep
from campaigns.core.ids import Job, JobKind
from campaigns.core.states import AttemptState, CampaignState, Intent
from campaigns.errors import BadHome, NotNow
from campaigns.home.locks import exclusive
from campaigns.home.paths import AttemptPaths, HomePaths
from campaigns.home.process import worker_of
from campaigns.services.campaigns.start import start
from campaigns.services.campaigns.wait import wait
from campaigns.services.doctor.doctor import examine
from campaigns.services.monitor.show import watch
from campaigns.services.repair.repair import repair_home
from campaigns.services.workspace import Workspace, has_station, open_workspace
from campaigns.station.cleanup import moving
from campaigns.station.executors.local import LocalExecutor
from campaigns.station.station import Station
from campaigns.store.attempts import list_attempts
from campaigns.store.campaigns import set_intent
from tests.cli.calling import call, good, refused
from tests.patience import patience
from tests.services.backups import Finished, copied, lose_store, only, shown
from tests.services.test_reboots import put
from tests.stage import processes, said, tiny, wait_for

ARM, BASE = Job(JobKind.ARM, 0, "ag"), Job(JobKind.BASELINE, 0)


def torn(home: HomePaths) -> None:
    home.store.write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 40)


def overwritten(home: HomePaths) -> None:
    home.store.write_text("not a store at all\n" * 500)


def holed(home: HomePaths) -> None:
    with closing(sqlite3.connect(home.store)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with home.store.open("rb+") as file:
        file.seek(4096 * 3)
        file.write(Random(0).randbytes(4096 * 6))


def scribbled(home: HomePaths) -> None:
    """No page is torn, but a text is none: SQLite itself finds nothing wrong with that."""
    with closing(sqlite3.connect(home.store)) as connection:
        connection.execute("UPDATE campaign SET about = CAST(x'ff00fe' AS TEXT)")
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.mark.parametrize("damage", [torn, overwritten, holed, scribbled], ids=lambda damage: damage.__name__)
def test_a_damaged_store_is_kept_under_another_name(
    finished: Finished, tmp_path: Path, damage: Callable[[HomePaths], None]
) -> None:
    place, row = finished
    back = copied(place, tmp_path / "back")
    repair_home(back)
    damage(back.home)
    bytes_ = back.home.store.read_bytes()
    found = call(back, "list")
    if found.code:
        assert "next: alwsl-tui repair" in refused(back, 3, "list").err
    would = repair_home(back, is_dry_run=True)
    assert (would.set_aside, back.home.store.read_bytes()) == (None, bytes_)
    done = repair_home(back)
    assert done.set_aside == back.home.store.with_name("alwsl.db.damaged-1")
    assert done.set_aside.read_bytes() == bytes_
    assert done.store.startswith("it is damaged: ")
    assert shown(back, row.name) == shown(place, row.name)
    damage(back.home)
    second = repair_home(back).set_aside
    assert second is not None
    assert second.name == "alwsl.db.damaged-2"


def test_a_folder_in_the_place_of_the_store_is_set_aside(place: Workspace) -> None:
    row = tiny(place)
    lose_store(place)
    (place.home.store / "in it").mkdir(parents=True)
    assert "next: alwsl-tui repair" in refused(place, 3, "list").err
    done = repair_home(place)
    assert done.set_aside is not None
    assert (done.set_aside / "in it").is_dir()
    assert [one.id for one in done.restored] == [row.id]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_store_that_may_not_be_read_is_not_taken_for_a_damaged_one(place: Workspace) -> None:
    tiny(place)
    place.home.store.chmod(0)
    assert "check the folder's permissions" in refused(place, 3, "repair").err
    place.home.store.chmod(0o600)
    assert repair_home(place).set_aside is None


def test_nothing_is_made_in_the_place_of_a_store_that_is_gone(place: Workspace) -> None:
    row = tiny(place)
    for lose in (lose_store, lambda place: place.home.store.write_bytes(b"")):
        lose(place)
        # A second campaign of that name would begin where the first is nearly done.
        for words in (["list"], ["show", row.name], ["run", "smoke", "--name", row.name, "--headless"]):
            told = refused(place, 3, *words).err
            assert "is gone, and 1 campaign lies in" in told
            assert "next: alwsl-tui repair" in told
        assert "1 campaign lies in" in call(place, "doctor").out
    assert "tiny: restored from its folder: 4 jobs, 0 attempts, 0 rounds, 0 epochs" in good(place, "repair")
    assert call(place, "list").err == ""
    assert json.loads(good(place, "repair", "--dry-run", "--json"))["kind"] == "repair"


def test_campaigns_that_the_store_does_not_know_are_told_by_list_and_doctor(place: Workspace, tmp_path: Path) -> None:
    other = open_workspace(tmp_path / "other")
    row = tiny(other, name="other")
    tiny(place)
    shutil.copytree(other.home.campaign(row.id).folder, place.home.campaign(row.id).folder)
    told = call(place, "list")
    assert (told.code, "1 campaign that the store does not know lies in" in told.err) == (0, True)
    assert "next: alwsl-tui repair" in told.err
    (found,) = (one for one in examine(place) if one.what == "store")
    assert (found.is_good, row.id in found.found) == (False, True)


@pytest.mark.parametrize("damage", [torn, overwritten, scribbled], ids=lambda damage: damage.__name__)
def test_doctor_looks_at_the_rest_where_the_store_cannot_be_read(
    place: Workspace, damage: Callable[[HomePaths], None]
) -> None:
    tiny(place)
    damage(place.home)
    found = {one.what: one for one in examine(place)}
    assert "alwsl-tui repair" in found["store"].found
    assert not found["store"].is_good
    assert found["cores"].is_good


def test_a_newer_store_is_left_alone(place: Workspace) -> None:
    with place.store() as store:
        store.connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('alwsl', 'm999_later', '2099')"
        )
    with pytest.raises(BadHome, match="newer alwsl-tui"):
        repair_home(place)


def test_nothing_is_repaired_under_a_station_or_a_campaign_in_the_making(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaigns.services.repair.repair.STATION_SECONDS", 0.1)
    with exclusive(place.home.station_lock), pytest.raises(NotNow, match="a station is at work"):
        repair_home(place)
    with moving(place.home), pytest.raises(NotNow, match="being made or deleted"):
        repair_home(place)


def test_a_store_of_an_earlier_day_learns_what_its_folders_know(finished: Finished, tmp_path: Path) -> None:
    place, row = finished
    back = copied(place, tmp_path / "back")
    with closing(sqlite3.connect(back.home.store)) as day, place.store() as store:
        store.connection.backup(day)
    with back.store() as store:
        db = store.connection
        # As it was while the baseline ran: nothing else had begun.
        db.execute("DELETE FROM attempt WHERE job != ?", (BASE.id,))
        for table in ("round", "epoch"):
            db.execute(f"DELETE FROM {table}")
        db.execute("UPDATE job SET state = iif(id = ?, 'running', 'waiting')", (BASE.id,))
        db.execute("UPDATE attempt SET state = 'running', ended = NULL, exit_code = NULL, journal_offset = 0")
    assert only(repair_home(back)).rounds == 6
    assert shown(back, row.name) == shown(place, row.name)
    with back.store() as store:
        assert {one.state for one in list_attempts(store)} == {AttemptState.DONE}
        assert Station.open(back.home, store, LocalExecutor()).turn() is False


def test_a_station_begins_no_attempt_where_an_earlier_one_has_left_its_folder(place: Workspace) -> None:
    row = tiny(place, "protocol.full=false", 'criteria.names=["random"]')
    attempts = place.home.campaign(row.id).job(BASE.id)
    attempts.attempt(3).folder.mkdir(parents=True)
    attempts.attempt(3).exit.write_text("no worker of ours")
    with place.store() as store:
        set_intent(store, row.id, Intent.RUN)
        station = Station.open(place.home, store, LocalExecutor())
        station.turn()
        assert [(one.number, one.state) for one in list_attempts(store)] == [(4, AttemptState.RUNNING)]
    executor = station.executor
    (handle,) = executor.look()
    executor.ask(handle, StopStep.KILL)
    wait_for(lambda: executor.look()[handle] != Running(), on_failure=lambda: said(place))


def test_an_attempt_that_is_put_back_is_not_taken_for_the_last_one(finished: Finished, tmp_path: Path) -> None:
    place, row = finished
    back = copied(place, tmp_path / "back")
    job = back.home.campaign(row.id).job(BASE.id)
    shutil.copytree(job.attempt(1).folder, job.attempt(2).folder)
    repair_home(back)
    with back.store() as store:
        store.connection.execute("DELETE FROM attempt WHERE job = ? AND number = 1", (BASE.id,))
    assert only(repair_home(back)).attempts == 1
    (base, *_) = watch(back, row.name).jobs
    assert base.attempt is not None
    assert base.attempt.number == 2


@contextmanager
def at_work(paths: AttemptPaths) -> Iterator[subprocess.Popen[bytes]]:
    """A process that works where a worker of that attempt does."""
    paths.folder.mkdir(parents=True, exist_ok=True)
    words = [sys.executable, "-c", "import time; time.sleep(3600)"]
    with subprocess.Popen(words, start_new_session=True, cwd=paths.folder) as child:
        try:
            yield child
        finally:
            child.kill()


def test_the_copy_of_a_home_leaves_the_workers_of_the_first_alone(place: Workspace, tmp_path: Path) -> None:
    row = tiny(place)
    with at_work(place.home.campaign(row.id).job(BASE.id).attempt(1)) as child:
        worker = worker_of(child.pid)
        assert worker is not None
        put(place, row, worker)
        shutil.copytree(place.home.folder, tmp_path / "copy")
        copy = open_workspace(tmp_path / "copy")
        states = [watch(home, row.name).state for home in (place, copy)]
        assert states == [CampaignState.RUNNING, CampaignState.STRANDED]
        with copy.store() as store:
            station = Station.open(copy.home, store, LocalExecutor())
            for live in station.live.values():
                live.adopted -= 60
                assert live.handle is not None
                station.executor.ask(live.handle, StopStep.KILL)
                live.obey(Intent.CANCEL, station.executor.ask)
                assert isinstance(live.condition(station.executor.look()), Lost)
        assert repair_home(copy, is_dry_run=True).running == 0
        assert child.poll() is None
        moved = open_workspace(place.home.folder.rename(tmp_path / "moved"))
        assert watch(moved, row.name).state is CampaignState.RUNNING, "it went with its home"


@pytest.mark.slow
def test_a_station_ends_whose_store_was_taken_away_and_its_worker_is_adopted(place: Workspace) -> None:
    row = tiny(place, "protocol.full=false", 'criteria.names=["random"]', "protocol.epochs=[900, 2, 2]")
    start(place, row.name)
    paths = place.home.campaign(row.id).job(BASE.id).attempt(1)
    wait_for(paths.process.exists, on_failure=lambda: said(place))
    lose_store(place)
    log = place.home.station_log
    wait_for(lambda: "was taken away" in log.read_text() and not has_station(place), on_failure=log.read_text)
    done = repair_home(place)
    assert (done.running, [one.id for one in done.restored]) == (1, [row.id])
    assert wait(place, row.name, timeout=patience()) == "paused", said(place)


def test_what_was_asked_while_a_repair_was_at_it_is_heard(place: Workspace) -> None:
    row = tiny(place, "protocol.full=false", 'criteria.names=["random"]')
    with exclusive(place.home.station_lock):  # as a repair holds it
        start(place, row.name)
        assert processes(place, "campaigns.station") == []
    repair_home(place)
    wait_for(lambda: processes(place, "campaigns.station"), on_failure=lambda: said(place))
