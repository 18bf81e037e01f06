"""What a cluster may do to a campaign, each for real, and the bytes of an undisturbed one after it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns.core.ids import JobKind
from campaigns.core.states import AttemptState, CampaignState, JobState
from campaigns.services.campaigns.cancel import cancel
from campaigns.services.campaigns.pause import pause
from campaigns.services.campaigns.run import go_on
from campaigns.services.campaigns.wait import wait
from campaigns.services.monitor.queue import load_queue
from campaigns.services.monitor.show import watch
from campaigns.services.workspace import Workspace, ensure_station, has_station
from tests.cluster.cluster_stage import BASE, ClusterStage, on_slurm
from tests.cluster.slurm_accounts import lacking_accounts
from tests.cluster.slurm_cluster import NODES, Cluster, lacking, started_cluster
from tests.cluster.undisturbed import LONG, undisturbed_bytes
from tests.patience import patience
from tests.stage import processes

pytestmark = pytest.mark.slow
Stage = ClusterStage[Cluster]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What the campaign leaves on this machine, when nothing happens to it."""
    return undisturbed_bytes(tmp_path_factory.mktemp("undisturbed"), *LONG)


@pytest.fixture
def stage(cluster: Cluster, place: Workspace) -> Iterator[Stage]:
    yield on_slurm(cluster, place, *LONG)
    cluster.unblock()


@pytest.mark.long
def test_a_worker_that_is_killed_counts_as_a_loss_and_the_next_one_goes_on(
    cluster: Cluster, place: Workspace, undisturbed: dict[str, bytes]
) -> None:
    stage = on_slurm(cluster, place, *LONG[:-1])
    go_on(place, stage.row.name)
    stage.until_it_trains()
    (worker,) = processes(place, "campaigns.worker")
    worker.kill()
    stage.ends_with(undisturbed)
    first, second, *_ = stage.attempts()
    assert first.state is AttemptState.LOST
    # How it ended Slurm tells, and not always as it was.
    assert second.number == 2
    assert stage.lost() == 1


@pytest.mark.long
def test_the_next_station_finds_every_attempt_again(stage: Stage, undisturbed: dict[str, bytes]) -> None:
    go_on(stage.place, stage.row.name)
    stage.until_it_trains()
    for station in processes(stage.place, "campaigns.station"):
        station.kill()
    stage.until(lambda: not has_station(stage.place))
    assert watch(stage.place, stage.row.name).state is CampaignState.RUNNING, "its worker goes on without a station"
    ensure_station(stage.place)
    stage.ends_with(undisturbed)
    assert {attempt.number for attempt in stage.attempts()} == {1}


@pytest.mark.long
def test_a_pause_stops_at_the_epoch_and_a_start_goes_on(stage: Stage, undisturbed: dict[str, bytes]) -> None:
    go_on(stage.place, stage.row.name)
    stage.until_it_trains()
    pause(stage.place, stage.row.name)
    stage.until(lambda: watch(stage.place, stage.row.name).state is CampaignState.PAUSED)
    go_on(stage.place, stage.row.name)
    stage.ends_with(undisturbed)
    first, second, *_ = stage.attempts()
    assert (first.state, first.last_words) == (AttemptState.STOPPED, "stopped as asked")
    assert (second.job, second.number) == (first.job, 2)
    assert stage.lost() == 0


def test_what_waits_in_the_queue_says_why_and_is_cancelled_there(stage: Stage) -> None:
    stage.cluster.block()
    go_on(stage.place, stage.row.name)
    stage.until(lambda: (attempt := stage.base().attempt) is not None and "(" in attempt.standing_words)
    view = watch(stage.place, stage.row.name)
    attempt = stage.base().attempt
    assert attempt is not None
    assert attempt.doing in {"queued in slurm (Resources)", "queued in slurm (Priority)"}
    assert (view.standing, stage.base().standing, attempt.node) == ("queued", "queued", "")
    assert attempt.doing in {entry.reason for entry in load_queue(stage.place) if entry.job == BASE.id}
    cancel(stage.place, stage.row.name)
    assert wait(stage.place, stage.row.name, timeout=patience()) is CampaignState.CANCELLED
    stage.until(lambda: set(stage.cluster.jobs("pending,running")) == {"somebody"})
    assert [attempt.state for attempt in stage.attempts()] == [AttemptState.STOPPED]
    assert not stage.attempts()[0].standing_words


@pytest.mark.long
def test_a_silent_slurmctld_is_no_loss_and_nothing_is_started_twice(
    stage: Stage, undisturbed: dict[str, bytes]
) -> None:
    go_on(stage.place, stage.row.name)
    stage.until_it_trains()
    stage.cluster.close("slurmctld")
    # What is done meanwhile is heard of all the same; what comes next has to wait.
    stage.until(lambda: stage.base().row.state is JobState.DONE or _is_out_of_reach(stage))
    stage.until(lambda: stage.base().row.state is JobState.DONE)
    (waiting,) = [job for job in watch(stage.place, stage.row.name).jobs if job.row.job.kind is JobKind.ARM]
    stage.until(lambda: any("out of reach" in text for text in _reasons(stage)))
    assert waiting.row.state in {JobState.WAITING, JobState.RUNNING}
    stage.cluster.start("slurmctld")
    stage.ends_with(undisturbed)
    assert stage.lost() == 0


def _is_out_of_reach(stage: Stage) -> bool:
    attempt = stage.base().attempt
    return attempt is not None and attempt.standing_words == "slurm is out of reach"


def _reasons(stage: Stage) -> list[str]:
    view = watch(stage.place, stage.row.name)
    return [job.reason for job in view.jobs] + [job.attempt.doing for job in view.jobs if job.attempt is not None]


@pytest.mark.long
def test_a_slurmctld_that_has_lost_its_memory_is_no_loss_either(stage: Stage, undisturbed: dict[str, bytes]) -> None:
    go_on(stage.place, stage.row.name)
    stage.until_it_trains()
    stage.cluster.kill("slurmctld")
    stage.cluster.forget()
    stage.cluster.start("slurmctld")
    stage.ends_with(undisturbed)
    assert stage.lost() == 0
    assert len({attempt.number for attempt in stage.attempts() if attempt.job == BASE.id}) > 1
    stage.cluster.resume()
    stage.until(lambda: stage.cluster.idle_nodes() == len(NODES))


def test_a_node_that_fails_counts_no_loss_and_its_job_goes_on_elsewhere(
    stage: Stage, undisturbed: dict[str, bytes]
) -> None:
    go_on(stage.place, stage.row.name)
    stage.until_it_trains()
    attempt = stage.base().attempt
    assert attempt is not None
    assert attempt.node in NODES
    stage.cluster.kill(attempt.node)
    stage.ends_with(undisturbed)
    stage.cluster.start(attempt.node)
    first, second, *_ = stage.attempts()
    assert first.state is AttemptState.LOST
    assert first.last_words.startswith(f"the node failed on {attempt.node}\n")
    assert second.node != attempt.node
    assert stage.lost() == 0
    stage.until(lambda: stage.cluster.idle_nodes() == len(NODES))


@pytest.mark.long
def test_a_worker_that_makes_room_for_who_goes_first_goes_on_afterwards(
    stage: Stage, undisturbed: dict[str, bytes]
) -> None:
    go_on(stage.place, stage.row.name)
    stage.until_it_trains()
    node = stage.attempts()[0].node
    stage.cluster.ask(
        "sbatch", "--partition=urgent", "--exclusive", f"--nodelist={node}", "--output=/dev/null", "--wrap=sleep 3"
    )
    stage.ends_with(undisturbed)
    first, second, *_ = stage.attempts()
    assert (first.state, first.last_words) == (AttemptState.STOPPED, f"preempted on {node}")
    assert (second.job, second.number) == (first.job, 2)
    assert stage.lost() == 0


@pytest.mark.long
def test_a_fit_that_is_longer_than_its_queue_allows_finishes_by_itself(
    cluster: Cluster, place: Workspace, tmp_path: Path
) -> None:
    overrides = (*LONG[:2], "protocol.epochs=[3000, 2, 2]", "run.retries=0")
    stage = on_slurm(cluster, place, *overrides, 'run.slurm.time="1"')
    go_on(place, stage.row.name)
    stage.ends_with(undisturbed_bytes(tmp_path / "quiet", *overrides))
    stopped = [attempt for attempt in stage.attempts() if attempt.state is AttemptState.STOPPED]
    assert stopped, "it took longer than a minute"
    assert all(attempt.last_words.startswith("its time was up on n") for attempt in stopped)
    assert stage.lost() == 0


@pytest.mark.long
def test_how_a_forgotten_job_ended_accounting_says(place: Workspace, undisturbed: dict[str, bytes]) -> None:
    if why := lacking() or lacking_accounts():
        pytest.skip(f"no accounting can be started here: {why}")
    with (
        tempfile.TemporaryDirectory(prefix="alwsl-slurm-", dir="/tmp") as folder,
        started_cluster(Path(folder), has_accounts=True) as cluster,
    ):
        stage = on_slurm(cluster, place, *LONG[:-1])
        go_on(place, stage.row.name)
        stage.until_it_trains()
        (job,) = cluster.jobs("running")
        for station in processes(place, "campaigns.station"):
            station.kill()
        for worker in processes(place, "campaigns.worker"):
            worker.kill()
        stage.until(lambda: job not in cluster.jobs())
        ensure_station(place)
        stage.ends_with(undisturbed)
        first, second, *_ = stage.attempts()
    assert (first.state, first.last_words.splitlines()[0]) == (AttemptState.LOST, f"killed by SIGKILL on {first.node}")
    assert (second.job, second.number) == (first.job, 2)
    assert stage.lost() == 1
