"""A campaign on a real Ray: on a node that shares the home, and whatever is killed there."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns.core.states import AttemptState, CampaignState
from campaigns.errors import NoEngine
from campaigns.services.campaigns.cancel import cancel
from campaigns.services.campaigns.executor import choose_executor
from campaigns.services.campaigns.wait import wait
from campaigns.services.doctor.executor import examine_executor
from campaigns.services.monitor.queue import load_queue
from campaigns.services.monitor.show import watch
from campaigns.services.station.nodes import load_nodes
from campaigns.services.workspace import Workspace, ensure_station, has_station
from campaigns.store.attempts import list_attempts
from tests.cluster.cluster_stage import LONG, on_ray
from tests.cluster.ray_cluster import CPUS, RayCluster, bridge_of, lacking, started_ray
from tests.cluster.undisturbed import undisturbed_bytes
from tests.patience import patience
from tests.stage import assert_same, outcome, processes, said, settle, tiny

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def ray() -> Iterator[RayCluster]:
    """A cluster of one node, this machine."""
    if why := lacking():
        pytest.skip(why)
    with (
        tempfile.TemporaryDirectory(prefix="alwsl-ray-", dir="/tmp", ignore_cleanup_errors=True) as folder,
        started_ray(Path(folder)) as cluster,
    ):
        yield cluster


def require_doctor_is_content(ray: RayCluster, place: Workspace) -> None:
    """Nodes and doctor say what the cluster has."""
    (node,) = load_nodes(place, ray.executor).nodes
    assert (node.executor, node.state, node.cores, node.cards) == (ray.executor, "alive", CPUS, "")
    findings = {finding.what: finding for finding in examine_executor(place, ray.executor)}
    assert all(finding.is_good for finding in findings.values()), findings
    assert findings["ray"].found == f"1 of 1 nodes, {CPUS} cores, 0 GPUs"
    assert findings[f"{node.name}: home"].found == "shared"
    assert not list(place.home.folder.glob(".probe-*"))


def test_a_worker_a_bridge_and_a_station_may_be_killed_and_the_bytes_are_those_of_this_machine(
    ray: RayCluster, place: Workspace, tmp_path: Path
) -> None:
    stage = on_ray(ray, place, *LONG[:3], "run.retries=1")
    require_doctor_is_content(ray, place)
    stage.begin()
    stage.until_it_trains()
    (station,) = processes(place, "campaigns.station")
    bridge_of(station).kill()
    reached = stage.base().attempt
    assert reached is not None
    stage.until_it_trains((reached.epoch or 0) + 20)
    station.kill()
    stage.until(lambda: not has_station(place))
    assert watch(place, stage.row.name).state is CampaignState.RUNNING, "its worker goes on without a station"
    ensure_station(place)
    stage.until_it_trains((reached.epoch or 0) + 100)
    assert [attempt.number for attempt in stage.attempts()] == [1], stage.said()
    (worker,) = processes(place, "campaigns.worker")
    worker.kill()
    stage.ends_with(undisturbed_bytes(tmp_path / "quiet", *LONG[:3]))
    first, second, *_ = stage.attempts()
    assert first.state is AttemptState.LOST
    assert first.last_words.startswith("killed by SIGKILL on ")
    assert (second.job, second.number, second.state) == (first.job, 2, AttemptState.DONE)
    assert stage.lost() == 1
    assert {attempt.slot for attempt in stage.attempts()} == {f"{ray.executor}:cpu"}
    assert all(attempt.handle and attempt.handle.startswith("ray ") for attempt in stage.attempts())


@pytest.mark.long
def test_through_rays_client_it_is_the_same_and_who_has_no_token_is_told_what_may_be_wrong(
    ray: RayCluster, place: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not ray.client_port:
        pytest.skip("ray's client is not installed: pip install 'ray[client]'")
    row = tiny(place)
    choose_executor(place, row.name, ray.far_executor)
    assert settle(place, row.name) == CampaignState.DONE, said(place)
    assert_same(outcome(place, row), undisturbed_bytes(tmp_path / "quiet"), log=said(place))
    with place.store() as store:
        assert {attempt.slot for attempt in list_attempts(store, row.id)} == {f"{ray.far_executor}:cpu"}
    assert [node.state for node in load_nodes(place, ray.far_executor).nodes] == ["alive"]
    ray.hang_up()
    monkeypatch.delenv("RAY_AUTH_MODE")
    monkeypatch.delenv("RAY_AUTH_TOKEN")
    with pytest.raises(NoEngine, match="no answer: has it another RAY_AUTH_MODE or RAY_AUTH_TOKEN, or another port"):
        load_nodes(place, ray.far_executor)
    ray.hang_up()


@pytest.mark.long
def test_a_worker_dies_with_the_actor_that_holds_it(ray: RayCluster, place: Workspace) -> None:
    stage = on_ray(ray, place, *LONG[:3], "run.retries=0")
    stage.begin()
    stage.until_it_trains()
    (worker,) = processes(place, "campaigns.worker")
    actor = worker.parent()
    assert actor is not None
    actor.kill()
    stage.until(lambda: not worker.is_running())
    stage.until(lambda: watch(place, stage.row.name).state is CampaignState.FAILED)
    assert stage.attempts()[0].last_words.startswith("killed with its actor on ")


@pytest.mark.long
def test_what_waits_for_room_says_so_and_what_is_cancelled_leaves_nothing(ray: RayCluster, place: Workspace) -> None:
    stage = on_ray(ray, place, *LONG[:3], "protocol.trials=3", "run.threads=1")
    stage.begin()
    stage.until_it_trains(1)
    stage.until(lambda: len(stage.attempts()) == CPUS + 1)
    words = f"queued in ray (needs 1 core; 0 of {CPUS} cores are free, on no node enough)"
    stage.until(lambda: words in {attempt.standing_words for attempt in stage.attempts()})
    assert words in {line.reason for line in load_queue(place)}
    cancel(place, stage.row.name)
    assert wait(place, stage.row.name, timeout=patience()) is CampaignState.CANCELLED
    stage.until(lambda: not processes(place, "campaigns.worker"))
    stage.until(lambda: not ray.daemons("RayAttempt"))
