"""The promise of the first page: kill what you like, whenever you like, and the result is the same to the byte."""

import json
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from campaigns.core.ids import Job, JobKind
from campaigns.core.states import AttemptState, JobState
from campaigns.services.campaigns.cancel import cancel
from campaigns.services.campaigns.drain import drain
from campaigns.services.campaigns.pause import pause
from campaigns.services.campaigns.resume import resume
from campaigns.services.campaigns.retry import retry
from campaigns.services.campaigns.run import ending
from campaigns.services.campaigns.start import start
from campaigns.services.campaigns.wait import wait
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.attempts import list_attempts
from campaigns.store.campaigns import list_jobs
from campaigns.store.rows import AttemptRow, CampaignRow
from tests.patience import patience
from tests.stage import assert_same, outcome, perform, processes, program, require_ended, said, settle, tiny, wait_for

LONG = ("protocol.full=false", 'criteria.names=["ag"]', "protocol.epochs=[2, 60, 3]")
"""Its first round takes two or three seconds: time enough to strike in the middle of it."""
ONE_ROUND = ("protocol.full=false", 'criteria.names=["ag"]', "protocol.add=[6]", "protocol.epochs=[2, 2]")
ARM = Job(JobKind.ARM, 0, "ag")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What the campaign leaves when nobody does anything to it, in another home."""
    place = open_workspace(tmp_path_factory.mktemp("undisturbed"))
    row = tiny(place, *LONG)
    perform(place, row)
    return outcome(place, row)


def journal_of(place: Workspace, row: CampaignRow, attempt: int = 1) -> Path:
    return place.home.campaign(row.id).job(ARM.id).attempt(attempt).journal


def said_in(journal: Path, event: str) -> list[dict[str, object]]:
    """Whole lines about one kind of event."""
    lines = journal.read_text().splitlines(keepends=True) if journal.exists() else []
    said = [json.loads(line) for line in lines if line.endswith("\n")]
    return [one for one in said if one["event"] == event]


def in_the_middle(place: Workspace, row: CampaignRow) -> None:
    """Wait until the first round of the arm has a checkpoint and goes on: it says an epoch before it keeps it."""
    journal = journal_of(place, row)
    wait_for(lambda: len(said_in(journal, "epoch_done")) > 1, on_failure=lambda: said(place))
    assert not said_in(journal, "evaluated"), "too late: make the round longer"


def kill_worker(place: Workspace) -> None:
    (worker,) = processes(place, "campaigns.worker")
    worker.send_signal(signal.SIGKILL)


def kill_station(place: Workspace) -> None:
    left = processes(place, "campaigns.station")
    assert left
    for station in left:
        station.send_signal(signal.SIGKILL)
    require_ended(left)


def attempts(place: Workspace) -> list[AttemptRow]:
    with place.store() as store:
        return [attempt for attempt in list_attempts(store) if attempt.job == ARM.id]


@pytest.mark.slow
def test_worker_and_station_are_killed_and_the_bytes_are_the_same(
    place: Workspace, undisturbed: dict[str, bytes]
) -> None:
    row = tiny(place, *LONG)
    start(place, row.name)
    in_the_middle(place, row)
    kill_worker(place)
    kill_station(place)
    ended = program(place, "run", row.name, "--headless", "--json")
    assert ended.returncode == 0, ended.stderr + said(place)
    assert json.loads(ended.stdout)["state"] == "done"
    assert_same(outcome(place, row), undisturbed, log=said(place))
    first, *_, last = attempts(place)
    assert (first.state, last.state) == (AttemptState.LOST, AttemptState.DONE)
    # Which attempt it was depends on what the station had begun before it was killed.
    later = [journal_of(place, row, attempt.number) for attempt in attempts(place)[1:]]
    begun = next(event for journal in later for event in said_in(journal, "round_started"))
    assert begun["round"] == 1
    assert int(str(begun["epoch"])) >= 1, "it went on from its checkpoint"


@pytest.mark.slow
def test_a_model_that_converges_does_so_at_the_same_epoch_after_a_kill(place: Workspace) -> None:
    until = (*ONE_ROUND, "training.until=converged", "training.lr=0.2")
    whole, row = tiny(place, *until, name="whole"), tiny(place, *until, name="struck")
    start(place, row.name)
    in_the_middle(place, row)
    kill_worker(place)
    assert settle(place, row.name) == "done", said(place)
    for path in place.home.fits.iterdir():
        path.unlink()  # nothing is to be taken over
    perform(place, whole)
    assert_same(outcome(place, row), outcome(place, whole), log=said(place))
    (begun, *_) = said_in(journal_of(place, row, 2), "round_started")
    assert int(str(begun["epoch"])) >= 1, "it went on from its checkpoint"
    epochs = [event["epoch"] for event in said_in(journal_of(place, row, 2), "epoch_done") if event["round"] == 1]
    assert 20 <= int(str(epochs[-1])) < 200


def pause_and_resume(place: Workspace, row: CampaignRow) -> None:
    pause(place, row.name)
    assert wait(place, row.name, timeout=patience()) == "paused"
    assert place.home.campaign(row.id).job(ARM.id).round(1).checkpoint.exists()
    assert [attempt.state for attempt in attempts(place)] == [AttemptState.STOPPED]
    resume(place, row.name)


def cancel_and_retry(place: Workspace, row: CampaignRow) -> None:
    cancel(place, row.name)
    assert wait(place, row.name, timeout=patience()) == "cancelled"
    assert [attempt.state for attempt in attempts(place)] == [AttemptState.STOPPED]
    retry(place, row.name)


def drain_and_resume(place: Workspace, row: CampaignRow) -> None:
    drain(place, row.name)
    assert wait(place, row.name, timeout=patience()) == "paused"
    paths = place.home.campaign(row.id).job(ARM.id)
    assert paths.round(1).done.exists()
    assert not paths.round(2).folder.exists()
    resume(place, row.name)


def kill_only_the_worker(place: Workspace, row: CampaignRow) -> None:
    kill_worker(place)
    wait_for(lambda: len(attempts(place)) > 1, on_failure=lambda: said(place))


def kill_only_the_station(place: Workspace, row: CampaignRow) -> None:
    kill_station(place)
    assert processes(place, "campaigns.worker"), "a worker outlives its station"


def pause_and_change_ones_mind(place: Workspace, row: CampaignRow) -> None:
    pause(place, row.name)
    resume(place, row.name)


@pytest.mark.slow
@pytest.mark.parametrize(
    "disturb",
    [
        pause_and_resume,
        kill_only_the_worker,
        *(
            pytest.param(disturb, marks=pytest.mark.long)
            for disturb in (cancel_and_retry, drain_and_resume, kill_only_the_station, pause_and_change_ones_mind)
        ),
    ],
    ids=lambda disturb: disturb.__name__,
)
def test_whatever_is_done_to_a_campaign_the_bytes_are_the_same(
    place: Workspace, undisturbed: dict[str, bytes], disturb: Callable[[Workspace, CampaignRow], None]
) -> None:
    row = tiny(place, *LONG)
    start(place, row.name)
    in_the_middle(place, row)
    disturb(place, row)
    assert settle(place, row.name) == "done", said(place)
    assert_same(outcome(place, row), undisturbed, log=said(place))


@pytest.mark.slow
def test_a_campaign_rests_at_the_round_it_was_asked_to_go_to(place: Workspace, undisturbed: dict[str, bytes]) -> None:
    row = tiny(place, *LONG)
    for until in (0, 1):
        start(place, row.name, until_round=until)
        assert wait(place, row.name, timeout=patience()) == "paused", said(place)
        assert ending(place, row.name, is_partial=True).code == 0
        assert place.home.campaign(row.id).job(ARM.id).round(until).done.exists() == (until > 0)
        assert not place.home.campaign(row.id).job(ARM.id).round(until + 1).folder.exists()
    assert settle(place, row.name) == "done", said(place)
    assert_same(outcome(place, row), undisturbed, log=said(place))


@pytest.mark.slow
def test_a_worker_that_is_killed_too_often_fails_its_job_until_somebody_retries(
    place: Workspace, undisturbed: dict[str, bytes]
) -> None:
    row = tiny(place, *LONG, "run.retries=0")
    start(place, row.name)
    in_the_middle(place, row)
    kill_worker(place)
    assert wait(place, row.name, timeout=patience()) == "failed", said(place)
    ended = ending(place, row.name)
    assert ended.code == 4
    assert "arm-t0-ag: killed by SIGKILL" in ended.why
    assert "round 1 epoch " in ended.why, "the last lines of its log are its last words"
    assert "retry" in ended.hint
    assert program(place, "wait", row.name).returncode == 4
    retry(place, row.name)
    assert wait(place, row.name, timeout=patience()) == "done", said(place)
    with place.store() as store:
        assert {job.state for job in list_jobs(store)} == {JobState.DONE}
    assert_same(outcome(place, row), undisturbed, log=said(place))


@pytest.mark.slow
@pytest.mark.long
def test_killed_again_and_again_it_still_ends_the_same(place: Workspace, undisturbed: dict[str, bytes]) -> None:
    row = tiny(place, *LONG, "run.retries=10")
    start(place, row.name)
    for number in range(1, 5):
        journal = journal_of(place, row, number)
        wait_for(lambda j=journal: said_in(j, "epoch_done"), on_failure=lambda: said(place))  # type: ignore[misc]
        kill_worker(place)
    assert settle(place, row.name) == "done", said(place)
    assert len(attempts(place)) == 5
    assert_same(outcome(place, row), undisturbed, log=said(place))
