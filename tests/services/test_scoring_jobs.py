"""A campaign with a long pool under a real station: whoever is killed, it ends with the bytes of a short one."""

import signal

import pytest

from campaigns.core.ids import Job, JobKind
from campaigns.core.states import AttemptState, JobState
from campaigns.services.campaigns.pause import pause
from campaigns.services.campaigns.retry import retry
from campaigns.services.campaigns.start import start
from campaigns.services.campaigns.wait import wait
from campaigns.services.monitor.queue import load_queue
from campaigns.services.monitor.show import watch
from campaigns.services.verify.verify import verify_campaign
from campaigns.services.workspace import Workspace, ensure_station, open_workspace
from campaigns.store.attempts import running_attempts
from campaigns.store.campaigns import list_jobs, read_feed
from campaigns.store.rows import CampaignRow
from tests.patience import patience
from tests.services.tampering import told
from tests.stage import outcome, perform, processes, require_ended, said, settle, tiny, wait_for

pytestmark = pytest.mark.slow

LONG = ("data.images=8400", "protocol.full=false", 'criteria.names=["ag"]')
"""Two parts, of 8192 images and of the rest: their borders are those of shards."""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    place = open_workspace(tmp_path_factory.mktemp("undisturbed"))
    row = tiny(place, *LONG)
    perform(place, row)
    return what_follows(place, row)


def what_follows(place: Workspace, row: CampaignRow) -> dict[str, bytes]:
    return {name: content for name, content in outcome(place, row).items() if "scores" not in name}


def scoring(place: Workspace, row: CampaignRow) -> dict[str, JobState]:
    with place.store() as store:
        return {each.job.id: each.state for each in list_jobs(store, row.id) if each.job.kind is JobKind.SCORE}


def test_killed_paused_and_adopted_they_leave_the_bytes_of_a_pool_in_one_part(
    place: Workspace, undisturbed: dict[str, bytes]
) -> None:
    row = tiny(place, *LONG, "run.score_shards=8192", "run.retries=10")
    start(place, row.name)
    wait_for(lambda: JobState.RUNNING in scoring(place, row).values(), on_failure=lambda: said(place))
    assert list(scoring(place, row)) == ["score-t0-r0-s0", "score-t0-r0-s1"]
    waiting = {str(line.job): line.reason for line in load_queue(place)}
    assert waiting["baseline-t0"].endswith("of 2 parts of its pool are scored")
    assert waiting["arm-t0-ag"] == "baseline-t0 is not done"
    view = {str(job.row.job.id): job for job in watch(place, row.name).jobs}
    assert view["score-t0-r0-s0"].progress == 0
    wait_for(lambda: _felled(place, row), on_failure=lambda: said(place))
    stations = processes(place, "campaigns.station")
    for station in stations:
        station.kill()
    require_ended(stations)
    ensure_station(place)
    wait_for(lambda: any(id_.startswith("score-t0-ag") for id_ in scoring(place, row)), on_failure=lambda: said(place))
    pause(place, row.name)
    assert wait(place, row.name, timeout=patience()) == "paused"
    assert settle(place, row.name) == "done", said(place)
    assert what_follows(place, row) == undisturbed
    assert scoring(place, row) == {}
    assert told(verify_campaign(place, row.name)) == ""
    with place.store() as store:
        feed = [line.text for line in read_feed(store, row.id)]
    assert "round 0: its pool of 8388 images is scored in 2 parts" in feed
    folder = place.home.campaign(row.id).jobs
    assert sorted(path.name for path in folder.iterdir()) == ["arm-t0-ag", "baseline-t0"]


def _felled(place: Workspace, row: CampaignRow) -> bool:
    """Kill whatever scores; return whether the station has noticed."""
    with place.store() as store:
        running = {attempt.job for attempt in running_attempts(store)}
    # The worker of another job is about to end, and is not what this is about.
    if running and all(id_.startswith("score-") for id_ in running):
        for worker in processes(place, "campaigns.worker"):
            worker.send_signal(signal.SIGKILL)
    with place.store() as store:
        lost = [line for line in read_feed(store, row.id) if line.text.startswith("lost (1)")]
    return bool(lost) and all((line.job or "").startswith("score-") for line in lost)


def test_a_part_that_cannot_be_scored_is_a_failure_that_a_retry_mends(place: Workspace) -> None:
    row = tiny(place, *LONG, "run.score_shards=8192", "run.retries=0")
    model = place.home.campaign(row.id).job(Job(JobKind.BASELINE, 0).id).round(0).model
    start(place, row.name)
    wait_for(lambda: scoring(place, row), on_failure=lambda: said(place))
    wait_for(lambda: _felled(place, row), on_failure=lambda: said(place))
    assert wait(place, row.name, timeout=patience()) == "failed", said(place)
    view = {job.row.job.id: job for job in watch(place, row.name).jobs}
    failed = [job for job in view.values() if job.row.state is JobState.FAILED]
    assert {job.row.job.kind for job in failed} == {JobKind.SCORE}
    assert all(job.attempt is not None and job.attempt.state is AttemptState.LOST for job in failed)
    assert model.exists()
    retry(place, row.name)
    assert settle(place, row.name) == "done", said(place)
