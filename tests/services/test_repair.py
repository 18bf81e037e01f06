"""Rebuilding the store from the folders: nothing is missing afterwards, nothing is deleted, and it says what it did."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from campaigns.core.ids import Job, JobKind
from campaigns.core.states import AttemptState, Intent, JobState
from campaigns.home.charter import Charter
from campaigns.home.exit import Ending, Exit
from campaigns.home.files import read_json
from campaigns.home.process import Worker, mark_of
from campaigns.home.task import Task
from campaigns.services.campaigns.find import find_campaign
from campaigns.services.campaigns.freeze import charter_of, frozen_sum
from campaigns.services.campaigns.wait import wait
from campaigns.services.monitor.show import watch
from campaigns.services.repair.lost import lost
from campaigns.services.repair.repair import Repaired, repair_home
from campaigns.services.station.list import load_campaigns
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.station.executors.local import LocalExecutor
from campaigns.station.station import Station
from campaigns.store.attempts import add_attempt, list_attempts, list_epochs, list_rounds
from campaigns.store.campaigns import list_jobs, move_job
from campaigns.store.rescue import Counts
from tests.patience import patience
from tests.services.backups import Finished, copied, lose_store, only, shown
from tests.stage import assert_same, clear, outcome, perform_job, said, settle, tiny
from tests.store.rows import an_attempt

BASE = Job(JobKind.BASELINE, 0)


def test_a_home_without_its_store_shows_the_same_after_a_repair(finished: Finished, tmp_path: Path) -> None:
    place, row = finished
    back = copied(place, tmp_path / "back")
    found = repair_home(back)
    assert (found.store, found.unreadable, found.folderless, found.set_aside) == ("there is none", (), (), None)
    assert only(found) == Counts(jobs=4, attempts=4, rounds=6, epochs=12)
    assert shown(back, row.name) == shown(place, row.name)
    assert lost(back) == []
    with place.store() as before, back.store() as after:
        assert list_attempts(after) == list_attempts(before)
        assert list_rounds(after) == list_rounds(before)
        assert list_epochs(after, row.id) == list_epochs(before, row.id)
        assert list_jobs(after) == list_jobs(before)


def test_repairing_twice_or_what_is_sound_changes_nothing(finished: Finished, tmp_path: Path) -> None:
    place, _ = finished
    back = copied(place, tmp_path / "back")
    repair_home(back)
    with back.store() as store:
        before = list(store.connection.iterdump())
        again = repair_home(back)
        assert list(store.connection.iterdump()) == before
    assert again == Repaired("", None, (), (), (), (), 0)


def test_a_dry_run_says_the_same_and_leaves_no_trace(finished: Finished, tmp_path: Path) -> None:
    place, row = finished
    back = copied(place, tmp_path / "back")
    would = repair_home(back, is_dry_run=True)
    assert not back.home.store.exists()
    assert [one.name for one in back.home.folder.iterdir() if "alwsl.db" in one.name] == ["alwsl.db.lock"]
    assert repair_home(back) == would
    with back.store() as store:
        store.connection.execute("DELETE FROM epoch WHERE campaign = ? AND number = 2", (row.id,))
    assert only(repair_home(back, is_dry_run=True)) == Counts(epochs=6)
    assert only(repair_home(back)) == Counts(epochs=6)


def test_what_is_missing_is_put_back_and_what_is_there_stays(finished: Finished, tmp_path: Path) -> None:
    place, row = finished
    back = copied(place, tmp_path / "back")
    repair_home(back)
    with back.store() as store:
        everything = list_attempts(store), list_rounds(store), list_epochs(store, row.id), list_jobs(store)
        store.connection.execute("DELETE FROM attempt WHERE job = 'arm-t0-ag'")
        store.connection.execute("DELETE FROM round WHERE job = 'full'")
        store.connection.execute("DELETE FROM epoch WHERE job = 'full'")
        added = only(repair_home(back))
        assert added == Counts(attempts=1, rounds=1, epochs=2)
        found = list_attempts(store), list_rounds(store), list_epochs(store, row.id), list_jobs(store)
        assert [sorted(map(repr, one)) for one in found] == [sorted(map(repr, one)) for one in everything]


def test_a_home_made_before_there_were_charters_is_restored_from_recipe_split_and_data(
    finished: Finished, tmp_path: Path
) -> None:
    place, row = finished
    back = copied(place, tmp_path / "back")
    paths = back.home.campaign(row.id)
    paths.charter.unlink()
    for verdict in paths.jobs.glob("*/attempts/*/verdict.json"):
        verdict.unlink()
    assert only(repair_home(back)) == Counts(jobs=4, attempts=4, rounds=6, epochs=12)
    found = find_campaign(back, row.name)
    assert (found.plan, found.model, found.dataset, found.about) == (row.plan, row.model, row.dataset, row.about)
    assert watch(back, row.name).state == "done"
    assert shown(back, row.name)[1:] == shown(place, row.name)[1:]


def test_a_campaign_that_says_too_little_of_itself_is_named_and_stops_no_other(place: Workspace) -> None:
    row, other = tiny(place), tiny(place, name="other")
    paths = place.home.campaign(row.id)
    paths.charter.unlink()
    paths.split.unlink()
    lose_store(place)
    found = repair_home(place)
    assert [one.name for one in found.restored] == [other.name]
    (mistake,) = found.unreadable
    assert mistake.where == str(paths.folder)
    assert paths.folder.exists()
    assert lost(place) == [row.id]


def test_what_never_began_is_new_and_what_began_is_paused(place: Workspace) -> None:
    fresh, begun = tiny(place), tiny(place, name="begun")
    perform_job(place, begun, BASE)
    lose_store(place)
    repair_home(place)
    assert [watch(place, row.name).state for row in (fresh, begun)] == ["new", "paused"]
    assert find_campaign(place, fresh.name) == fresh
    assert [row.intent for row in (find_campaign(place, begun.name),)] == [Intent.PAUSE]
    with place.store() as store:
        (attempt,) = list_attempts(store)
        assert (attempt.state, attempt.job, attempt.round) == (AttemptState.LOST, BASE.id, 0)
        assert len(list_epochs(store, begun.id)) == 2


@pytest.mark.slow
def test_a_restored_campaign_goes_on_to_the_same_end(finished: Finished, tmp_path: Path) -> None:
    place, row = finished
    back = copied(place, tmp_path / "back")
    job = back.home.campaign(row.id).job("arm-t0-random")
    shutil.rmtree(job.attempts)
    shutil.rmtree(job.round(2).folder)
    repair_home(back)
    try:
        assert watch(back, row.name).state == "paused"
        assert settle(back, row.name) == "done", said(back)
    finally:
        clear(back)
    assert_same(outcome(back, row), outcome(place, row), log=said(back))


def test_rounds_are_restored_from_their_own_files_where_journals_are_gone(finished: Finished, tmp_path: Path) -> None:
    place, row = finished
    back = copied(place, tmp_path / "back")
    for attempts in back.home.campaign(row.id).jobs.glob("*/attempts"):
        shutil.rmtree(attempts)
    assert only(repair_home(back)) == Counts(jobs=4, rounds=6)
    assert watch(back, row.name).state == "done"
    with place.store() as before, back.store() as after:
        assert [(r.job, r.number, r.labelled, r.per_class) for r in list_rounds(after)] == [
            (r.job, r.number, r.labelled, r.per_class) for r in list_rounds(before)
        ]


def test_damaged_lines_of_a_journal_are_passed_over_and_named(finished: Finished, tmp_path: Path) -> None:
    place, row = finished
    back = copied(place, tmp_path / "back")
    journal = back.home.campaign(row.id).job("full").attempt(1).journal
    lines = journal.read_text().splitlines(keepends=True)
    journal.write_text("".join([lines[0], "junk\n", "\0\n", *lines[1:], '{"half": ']))
    found = repair_home(back)
    (mistake,) = found.unreadable
    assert (mistake.where, mistake.what) == (str(journal), "2 damaged lines were passed over")
    assert only(found) == Counts(jobs=4, attempts=4, rounds=6, epochs=12)


def test_two_folders_of_one_name_are_both_restored(place: Workspace, tmp_path: Path) -> None:
    other = open_workspace(tmp_path / "other")
    first, second = tiny(other), tiny(place)
    shutil.copytree(other.home.campaign(first.id).folder, place.home.campaign(first.id).folder)
    found = repair_home(place)
    (one,) = found.restored
    assert (one.id, one.name, one.renamed_from) == (first.id, "tiny-2", "tiny")
    assert sorted(line.row.id for line in load_campaigns(place)) == sorted([first.id, second.id])


def test_a_worker_that_lives_is_adopted_after_the_repair(place: Workspace) -> None:
    row = tiny(place, "protocol.full=false", 'criteria.names=["random"]')
    paths = place.home.campaign(row.id).job(BASE.id).attempt(1)
    paths.folder.mkdir(parents=True)
    lose_store(place)
    words = [sys.executable, "-c", "import time; time.sleep(3600)"]
    with subprocess.Popen(words, start_new_session=True, cwd=paths.folder) as worker:
        Worker(worker.pid, 1.0, mark_of(worker.pid)).write(paths.process)
        paths.journal.write_text("")
        found = repair_home(place)
        assert found.running == 1
        assert watch(place, row.name).state == "pausing"
        worker.kill()
    assert wait(place, row.name, timeout=patience()) == "paused", said(place)


def test_what_killed_commands_left_is_cleared_away_and_a_campaign_they_finished_is_not(place: Workspace) -> None:
    row = tiny(place)
    paths = place.home.campaign(row.id)
    paths.unsettled.touch()  # `new` was killed right after the store knew it, and then the store was lost
    half = place.home.campaign("half.abcdef")
    half.draft().folder.mkdir()
    lose_store(place)
    assert [line for line in repair_home(place, is_dry_run=True).cleared if ".new-half.abcdef" in line]
    found = repair_home(place)
    assert [one.id for one in found.restored] == [row.id]
    assert len(found.cleared) == 1
    assert not half.draft().folder.exists()
    assert not paths.unsettled.exists()


def test_a_campaign_whose_folder_is_gone_is_named(place: Workspace) -> None:
    row = tiny(place)
    shutil.rmtree(place.home.campaign(row.id).folder)
    assert repair_home(place).folderless == (row.name,)


def test_the_charter_is_the_row_of_the_store(place: Workspace) -> None:
    row = tiny(place)
    path = place.home.campaign(row.id).charter
    assert Charter.read(path) == charter_of(row, frozen_sum(place.home.campaign(row.id)))
    assert read_json(path)["schema"] == 1


@pytest.mark.parametrize("ending", Ending)
def test_a_repair_makes_of_last_words_what_a_station_makes_of_them(ending: Ending, place: Workspace) -> None:
    row = tiny(place, "run.retries=3")
    attempt = an_attempt(row, BASE.id)
    paths = place.home.campaign(row.id).job(BASE.id).attempt(1)
    Task(place.home.folder, row.id, BASE, 1, "cpu", 1).write(paths.task)
    Exit(ending, 3, "so it ended").write(paths.exit)
    with place.store() as store:
        add_attempt(store, attempt)
        move_job(store, row.id, BASE.id, JobState.RUNNING)
        station = Station.open(place.home, store, LocalExecutor())
        (live,) = station.live.values()
        live.adopted -= 60  # a worker that was never there
        station.turn()
    before = states(place)
    paths.verdict.unlink()
    lose_store(place)
    repair_home(place)
    assert states(place) == before


def states(place: Workspace) -> list[tuple[AttemptState, JobState]]:
    """What the one attempt ended as, and what that made of its job."""
    with place.store() as store:
        return [(attempt.state, list_jobs(store)[0].state) for attempt in list_attempts(store)]
