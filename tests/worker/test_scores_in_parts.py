"""A long pool is scored by several jobs, part by part, and everything that follows is the same bytes."""

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from campaigns.core.ids import Job, JobKind
from campaigns.core.states import JobState
from campaigns.errors import BadData
from campaigns.home.exit import Ending, Exit
from campaigns.home.paths import RoundPaths
from campaigns.home.round import SealedRound
from campaigns.home.score_request import ScoreRequest
from campaigns.home.scores import read_pool
from campaigns.home.task import Task
from campaigns.learning import score_files
from campaigns.learning.score_files import cut, score_to_file
from campaigns.services.repair.repair import repair_home
from campaigns.services.verify.verify import verify_campaign
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.station.scoring import add_wanted
from campaigns.store.campaigns import list_jobs
from campaigns.store.rows import CampaignRow
from campaigns.worker.endings import ending_of
from campaigns.worker.stops import ScoresWanted
from tests.services.tampering import flip, told
from tests.stage import outcome, perform, perform_job, tiny
from tests.worker.parts_stage import attempt_of, let_go_on, score_what_is_wanted

BASE, ARM = Job(JobKind.BASELINE, 0), Job(JobKind.ARM, 0, "ag")
SHORT = ("protocol.full=false", 'criteria.names=["ag"]')


@pytest.fixture(autouse=True)
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixteen images, a batch: 8192 would take a minute."""
    monkeypatch.setattr(score_files, "SHARD", 16)


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "home")


def round_of(place: Workspace, row: CampaignRow, job: Job, number: int) -> RoundPaths:
    return place.home.campaign(row.id).job(job.id).round(number)


def go_on(place: Workspace, row: CampaignRow, job: Job, *, attempt: int) -> None:
    let_go_on(place, row, job)
    perform_job(place, row, job, attempt=attempt)


def in_parts(place: Workspace, *overrides: str) -> CampaignRow:
    """A campaign whose pools are scored by jobs of sixteen images each."""
    row = tiny(place, *SHORT, "run.score_shards=5", *overrides)
    for job, number in ((BASE, 0), (ARM, 1)):
        with pytest.raises(ScoresWanted):
            perform_job(place, row, job)
        jobs = score_what_is_wanted(place, row, job)
        assert [each.id for each in jobs] == [job.scoring(number, shard).id for shard in range(3)]
        go_on(place, row, job, attempt=2)
    return row


def test_everything_that_follows_is_the_same_bytes(place: Workspace, tmp_path: Path) -> None:
    whole_place = open_workspace(tmp_path / "whole")
    whole = tiny(whole_place, *SHORT)
    perform(whole_place, whole)
    row = in_parts(place)
    wanted, parts = outcome(whole_place, whole), outcome(place, row)
    assert {name: parts.get(name) for name in wanted if "scores." not in name} == {
        name: content for name, content in wanted.items() if "scores." not in name
    }
    for job, number in ((BASE, 0), (ARM, 1)):
        one, several = (read_pool(round_of(*each, job, number)) for each in ((whole_place, whole), (place, row)))
        assert len(several.scores.parts) == 3
        np.testing.assert_array_equal(one.rows, several.rows)
        for name in ("logits", "peak", "trough"):
            np.testing.assert_array_equal(getattr(one.scores, name), getattr(several.scores, name))
    repair_home(place)  # nobody has told the store
    assert told(verify_campaign(place, row.name)) == ""


def test_nothing_of_the_jobs_that_scored_is_left(place: Workspace) -> None:
    row = in_parts(place)
    folder = place.home.campaign(row.id).folder
    assert sorted(path.name for path in (folder / "jobs").iterdir()) == ["arm-t0-ag", "baseline-t0"]
    assert not list(folder.rglob("scoring.json"))
    assert not list(folder.rglob("*.draft*"))
    with place.store() as store:
        assert {each.job for each in list_jobs(store, row.id)} == set(row.plan.jobs)


def test_its_seconds_are_those_of_all_who_scored(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    row = tiny(place, *SHORT, "run.score_shards=16")
    with pytest.raises(ScoresWanted):
        perform_job(place, row, BASE)
    with monkeypatch.context() as slow:

        def slowly(*arguments: Any, **options: Any) -> None:
            time.sleep(0.2)  # what it takes, and nothing is waited for
            score_to_file(*arguments, **options)

        slow.setattr("campaigns.worker.scores.score_to_file", slowly)
        score_what_is_wanted(place, row, BASE)
    files = round_of(place, row, BASE, 0)
    let_go_on(place, row, BASE)
    request = ScoreRequest.read(files.scoring)
    assert request is not None
    assert (request.missing, request.seconds >= 0.6) == ((), True)
    flip(files.score_shard(1))
    with pytest.raises(ScoresWanted):
        perform_job(place, row, BASE, attempt=2)
    score_what_is_wanted(place, row, BASE)
    go_on(place, row, BASE, attempt=3)
    sealed = SealedRound.read(files.done)
    assert sealed is not None
    assert sealed.seconds["score"] >= 0.6
    assert not files.scoring.exists()


def test_below_the_threshold_there_are_no_other_files(place: Workspace) -> None:
    row = tiny(place, *SHORT, "run.score_shards=48")
    perform(place, row)
    names = {path.name for path in place.home.campaign(row.id).folder.rglob("*")}
    assert "scores.safetensors" in names
    assert not {name for name in names if name.startswith(("scores-", "scores.json", "scoring"))}
    task = place.home.campaign(row.id).job(BASE.id).attempt(1).task
    Task(place.home.folder, row.id, BASE, 1, "cpu", 1).write(task)
    assert json.loads(task.read_text())["job"] == {"kind": "baseline", "trial": 0, "criterion": None}


def test_a_task_of_scoring_is_read_as_it_was_written(tmp_path: Path) -> None:
    task = Task(tmp_path, "x.abc", ARM.scoring(3, 7), 2, "cpu", 1)
    task.write(tmp_path / "task.json")
    assert Task.read(tmp_path / "task.json") == task
    assert (task.job.id, task.job.asking, task.job.needs) == ("score-t0-ag-r3-s7", ARM, None)
    assert BASE.scoring(0, 1).asking == BASE


def test_a_part_that_was_spoilt_is_asked_for_alone(place: Workspace) -> None:
    row = tiny(place, *SHORT, "run.score_shards=16")
    with pytest.raises(ScoresWanted):
        perform_job(place, row, BASE)
    score_what_is_wanted(place, row, BASE)
    files = round_of(place, row, BASE, 0)
    flip(files.score_shard(1))
    with pytest.raises(ScoresWanted):
        go_on(place, row, BASE, attempt=2)
    request = ScoreRequest.read(files.scoring)
    assert request is not None
    assert (request.images, request.shards, request.missing) == (48, 3, (1,))
    assert [each.id for each in score_what_is_wanted(place, row, BASE)] == ["score-t0-r0-s1"]
    go_on(place, row, BASE, attempt=3)
    assert files.done.exists()


@pytest.mark.parametrize("name", ["scores-2.safetensors", "scores.json"])
def test_an_arm_that_makes_its_baseline_again_waits_for_nobody(place: Workspace, name: str) -> None:
    row = tiny(place, *SHORT, "run.score_shards=16")
    with pytest.raises(ScoresWanted):
        perform_job(place, row, BASE)
    score_what_is_wanted(place, row, BASE)
    go_on(place, row, BASE, attempt=2)
    files = round_of(place, row, BASE, 0)
    flip(files.folder / name)
    with pytest.raises(ScoresWanted, match="round 1"):
        perform_job(place, row, ARM)
    assert [path.name for path in files.folder.glob("scores*")] == ["scores.safetensors"]
    score_what_is_wanted(place, row, ARM)
    go_on(place, row, ARM, attempt=2)
    repair_home(place)  # nobody has told the store
    assert told(verify_campaign(place, row.name)) == ""


def test_a_part_that_the_pool_has_not_is_refused(place: Workspace) -> None:
    row = tiny(place, *SHORT, "run.score_shards=16")
    with pytest.raises(ScoresWanted):
        perform_job(place, row, BASE)
    with pytest.raises(BadData, match="a pool of 48 images has no part 9"):
        perform_job(place, row, BASE.scoring(0, 9))


def test_last_words_say_what_it_waits_for(tmp_path: Path) -> None:
    words = ending_of(ScoresWanted("round 1: its pool of 48 images is scored in 3 parts"), tmp_path)
    assert words == Exit(Ending.SCORES, error="round 1: its pool of 48 images is scored in 3 parts")


def test_parts_end_where_shards_end() -> None:
    assert cut(50, 1) == [slice(0, 16), slice(16, 32), slice(32, 48), slice(48, 50)]
    assert cut(50, 17) == [slice(0, 32), slice(32, 50)]
    assert cut(32, 32) == [slice(0, 32)]


def test_a_request_for_none_of_its_parts_is_refused(tmp_path: Path) -> None:
    for request in (ScoreRequest(1, 48, 3, (3,)), ScoreRequest(1, 2, 3, ()), ScoreRequest(-1, 2, 1, ())):
        request.write(tmp_path / "scoring.json")
        with pytest.raises(ValueError, match=r"files of|are not all"):
            ScoreRequest.read(tmp_path / "scoring.json")


def test_asking_twice_adds_nothing(place: Workspace) -> None:
    row = tiny(place, *SHORT, "run.score_shards=16")
    with pytest.raises(ScoresWanted):
        perform_job(place, row, BASE)
    with place.store() as store:
        for _ in range(2):
            add_wanted(place.home, store, attempt_of(row, BASE))
        jobs = list_jobs(store, row.id)
    assert [each.job.id for each in jobs if each.job.kind is JobKind.SCORE] == [f"score-t0-r0-s{n}" for n in range(3)]
    assert {each.state for each in jobs} == {JobState.WAITING}
