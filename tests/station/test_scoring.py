"""Jobs that score the parts of a long pool: who waits for whom, what goes to a node, what becomes of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from campaigns.core.execution import Busy, Wish
from campaigns.core.ids import CampaignId, Job, JobKind
from campaigns.core.states import AttemptState, CampaignState, Intent, JobState, campaign_state
from campaigns.home.exit import Ending, Exit
from campaigns.home.paths import HomePaths
from campaigns.home.score_request import ScoreRequest
from campaigns.home.task import Task
from campaigns.services.campaigns.choice import CampaignChoice
from campaigns.services.campaigns.draft import draft_campaign
from campaigns.services.monitor.show import watch
from campaigns.services.repair.repair import repair_home
from campaigns.services.station.list import load_campaigns
from campaigns.services.workspace import Workspace
from campaigns.station import machine
from campaigns.station.executors.holding.files import most_bytes, round_and_name
from campaigns.station.executors.holding.shipping import needed
from campaigns.station.executors.local import LocalExecutor
from campaigns.station.queue import Limits, turns
from campaigns.station.scoring import add_wanted, clear_scoring, placed
from campaigns.store.attempts import add_attempt, end_attempt
from campaigns.store.campaigns import list_jobs, move_job
from campaigns.store.rows import CampaignRow, JobRow, standing_of_needs
from campaigns.store.scoring import add_scoring
from tests.services.backups import copied
from tests.stage import TINY, tiny
from tests.worker.parts_stage import attempt_of

Finished = tuple[Workspace, CampaignRow]

C = CampaignId("c")
J = JobState
BASE, ARM, OTHER = Job(JobKind.BASELINE, 0), Job(JobKind.ARM, 0, "ag"), Job(JobKind.ARM, 0, "random")
PARTS = [ARM.scoring(2, shard) for shard in range(3)]


def rows(states: dict[Job, JobState]) -> list[JobRow]:
    return [JobRow(C, job, at, state, 0) for at, (job, state) in enumerate(states.items())]


@pytest.mark.parametrize("is_breadth", [False, True])
@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ((J.WAITING, J.WAITING, J.WAITING), "0 of 3 parts of its pool are scored"),
        ((J.DONE, J.RUNNING, J.WAITING), "1 of 3 parts of its pool are scored"),
        ((J.DONE, J.FAILED, J.WAITING), "score-t0-ag-r2-s1 has failed"),
        ((J.DONE, J.DONE, J.DONE), ""),
        ((), ""),
    ],
)
def test_a_job_waits_for_those_that_score_its_pool(
    monkeypatch: pytest.MonkeyPatch, parts: tuple[JobState, ...], reason: str, is_breadth: bool
) -> None:
    monkeypatch.setattr(machine, "cores", lambda: 9)
    states = {BASE: J.DONE, ARM: J.WAITING, **dict(zip(PARTS, parts, strict=False)), OTHER: J.WAITING}
    limits = {C: Limits(Wish("cpu", 1, 1), None, {}, is_breadth=is_breadth)}
    waiting = {turn.job.job: turn for turn in turns(rows(states), [Busy("cpu", 1)], limits, LocalExecutor())}
    assert waiting[ARM].reason == reason
    assert (waiting[ARM].slot is None) == bool(reason) == waiting[ARM].is_blocked
    assert waiting[OTHER].slot is not None
    open_parts = [job for job, state in zip(PARTS, parts, strict=False) if state is J.WAITING]
    assert all(waiting[job].slot is not None for job in open_parts)


def test_to_score_takes_one_device_however_many_a_fit_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "cores", lambda: 4)
    states = {BASE: J.DONE, ARM: J.WAITING, **dict.fromkeys(PARTS, J.WAITING), OTHER: J.WAITING}
    limits = {C: Limits(Wish("cpu", 1, 1, processes=3), None, {})}
    slots = {turn.job.job: turn.slot for turn in turns(rows(states), [], limits, LocalExecutor())}
    assert [str(slots[part]) for part in PARTS] == ["cpu"] * 3
    assert slots[OTHER] is None, "one core is left, and it wants three"


def test_a_campaign_whose_pool_cannot_be_scored_has_failed_and_goes_on_while_anything_can() -> None:
    def state(parts: tuple[JobState, ...], other: JobState = J.DONE) -> CampaignState:
        states = {BASE: J.DONE, ARM: J.WAITING, **dict(zip(PARTS, parts, strict=False)), OTHER: other}
        return campaign_state(Intent.RUN, standing_of_needs(rows(states)))

    assert state((J.DONE, J.FAILED, J.DONE)) is CampaignState.FAILED
    assert state((J.DONE, J.FAILED, J.WAITING)) is CampaignState.RUNNING
    assert state((J.DONE, J.FAILED, J.DONE), J.WAITING) is CampaignState.RUNNING
    assert state((J.DONE, J.DONE, J.DONE)) is CampaignState.RUNNING
    assert state(()) is CampaignState.RUNNING


def some_round(home: HomePaths, row: CampaignRow) -> None:
    """Two rounds of an arm, of which the second waits; only names and sizes matter."""
    for number in range(3):
        files = home.campaign(row.id).job(ARM.id).round(number)
        files.folder.mkdir(parents=True)
        for path in (files.model, files.picks, files.evaluation, files.scores):
            path.write_bytes(b"x" * (number + 1))


def test_a_node_gets_the_model_that_scores_and_what_was_picked_before(place: Workspace) -> None:
    row = tiny(place)
    some_round(place.home, row)
    names = needed(place.home, Task(place.home.folder, row.id, PARTS[0], 1, "cpu", 1))
    rounds = sorted(name.partition("/rounds/")[2] for name in names if "/rounds/" in name)
    assert rounds == ["0/picks.json", "1/picks.json", "2/model.safetensors", "2/picks.json"]
    assert {name.rpartition("/")[2] for name in names} >= {"recipe.toml", "split.json", "campaign.json"}


def test_parts_their_list_and_what_is_missing_travel(place: Workspace) -> None:
    for name in ("scores-12.safetensors", "scores.json", "scoring.json"):
        assert round_and_name(f"rounds/2/{name}") == (2, name)
        assert most_bytes(name)
    for name in ("scores-1.json", "scores-01.safetensors", "scores-1-2.safetensors"):
        with pytest.raises(ValueError, match="not a file of a round"):
            round_and_name(f"rounds/2/{name}")


def test_what_a_job_has_scored_is_put_beside_the_model_that_waits(place: Workspace) -> None:
    row = tiny(place)
    some_round(place.home, row)
    paths = place.home.campaign(row.id)
    waiting = paths.job(ARM.id).round(2)
    ScoreRequest(2, 48, 3, (0, 2)).write(waiting.scoring)
    done = Exit(Ending.DONE)
    with place.store() as store:
        add_wanted(place.home, store, attempt_of(row, ARM))
        jobs = [each for each in list_jobs(store, row.id) if each.job.kind is JobKind.SCORE]
        assert [each.job for each in jobs] == [PARTS[0], PARTS[2]]
        assert len({each.position for each in jobs}) == 1
        made = paths.job(PARTS[2].id).round(2).score_shard(2)
        made.parent.mkdir(parents=True)
        made.write_bytes(b"scores")
        for ending in (None, Exit(Ending.STOPPED)):
            assert placed(place.home, store, attempt_of(row, PARTS[2]), ending) == ending
            assert made.exists()
        for _ in range(2):  # a station that was killed in between comes by again
            assert placed(place.home, store, attempt_of(row, PARTS[2]), done) == done
        assert waiting.score_shard(2).read_bytes() == b"scores"
        assert not made.exists()
        made.write_bytes(b"scores")
        waiting.score_shard(2).unlink()
        waiting.score_shard(2).mkdir()
        (waiting.score_shard(2) / "x").touch()
        refused = placed(place.home, store, attempt_of(row, PARTS[2]), done)
        assert refused is not None
        assert refused.ending is Ending.DISK
        for each in jobs:
            move_job(store, row.id, each.job.id, J.RUNNING)
        clear_scoring(place.home, store, next(each for each in list_jobs(store, row.id) if each.job == ARM))
        assert {each.job for each in list_jobs(store, row.id)} == set(row.plan.jobs)
    assert not paths.job(PARTS[2].id).folder.exists()
    assert not waiting.scoring.exists()


def test_a_request_that_is_spoilt_asks_for_nothing(place: Workspace) -> None:
    row = tiny(place)
    some_round(place.home, row)
    place.home.campaign(row.id).job(ARM.id).round(2).scoring.write_text("{")
    with place.store() as store:
        add_wanted(place.home, store, attempt_of(row, ARM))
        assert {each.job for each in list_jobs(store, row.id)} == set(row.plan.jobs)


def test_while_parts_are_scored_others_are_estimated_and_a_store_is_repaired(
    finished: Finished, tmp_path: Path
) -> None:
    place, row = finished
    back = copied(place, tmp_path / "home")
    repair_home(back)
    with back.store() as store:
        add_scoring(store, row.id, [ARM.scoring(1, 0)])
        attempt = replace(attempt_of(row, ARM.scoring(1, 0)), started=1.0)
        add_attempt(store, attempt)
        end_attempt(store, attempt, AttemptState.DONE, at=9.0, code=0, last_words="")
    before, now = (draft_campaign(each, CampaignChoice("smoke", "again", TINY)).estimate for each in (place, back))
    assert before is not None
    assert now is not None
    assert now.seconds_from == before.seconds_from == row.name
    repair_home(back)
    assert "score-" in str([job.row.job.id for job in watch(back, row.name).jobs])
    assert [line.done for line in load_campaigns(back)] == [len(row.plan.jobs)]
