"""Ray over hosts that share nothing but a network: what goes in, what comes home, and what is lost on the way."""

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from campaigns.core.states import AttemptState, CampaignState
from campaigns.home.scores import score_files
from campaigns.services.campaigns.pause import pause
from campaigns.services.campaigns.wait import wait
from campaigns.services.monitor.show import watch
from campaigns.services.verify.verify import verify_campaign
from campaigns.services.workspace import Workspace, ensure_station, has_station, open_workspace
from tests.cluster import cabled_hosts as made_hosts
from tests.cluster.cabled_hosts import Hosts, connected_hosts
from tests.cluster.cluster_stage import AWAY, LONG, on_ray
from tests.cluster.ray_cluster import RayCluster, lacking, started_ray
from tests.cluster.undisturbed import undisturbed_bytes
from tests.patience import patience
from tests.stage import assert_same, clear, outcome, processes

pytestmark = [pytest.mark.slow, pytest.mark.long]


@dataclass
class Lab:
    """Two hosts, a head that takes no workers, and a folder that no host sees."""

    hosts: Hosts
    cluster: RayCluster
    unseen: Path

    def up(self, name: str) -> None:
        self.cluster.join(self.hosts.up(name), self.unseen)


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    if why := lacking() or made_hosts.lacking():
        pytest.skip(why)
    with (
        tempfile.TemporaryDirectory(prefix="alwsl-ray-", dir="/tmp", ignore_cleanup_errors=True) as folder,
        tempfile.TemporaryDirectory(prefix="alwsl-unseen-", ignore_cleanup_errors=True) as unseen,
        connected_hosts() as hosts,
        started_ray(Path(folder), host=hosts.address, cpus=0) as cluster,
    ):
        lab = Lab(hosts, cluster, Path(unseen))
        made = [hosts.up(name) for name in ("n1", "n2")]
        with ThreadPoolExecutor() as hands:  # each takes seconds to join
            list(hands.map(lambda host: cluster.join(host, lab.unseen), made))
        yield lab


@pytest.fixture
def away(lab: Lab) -> Iterator[Workspace]:
    """A home that no host sees."""
    place = open_workspace(Path(tempfile.mkdtemp(dir=lab.unseen)) / "home")
    yield place
    clear(place)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return undisturbed_bytes(tmp_path_factory.mktemp("undisturbed"), *LONG)


def test_without_a_shared_folder_a_power_cut_costs_an_epoch_and_no_byte(
    lab: Lab, away: Workspace, undisturbed: dict[str, bytes]
) -> None:
    stage = on_ray(lab.cluster, away, *LONG, AWAY)
    stage.begin()
    stage.until_it_trains()
    stage.until(lambda: list(away.home.campaigns.glob("*/jobs/*/rounds/0/checkpoint.pt")))
    assert processes(away, "campaigns.worker") == [], "it works in a home of its node"
    node = stage.attempts()[0].node
    assert node in {"n1", "n2"}
    lab.hosts.kill(node)
    stage.ends_with(undisturbed)
    first, second, *_ = stage.attempts()
    assert (first.state, second.number, second.job) == (AttemptState.LOST, 2, first.job)
    assert first.last_words.startswith("the node failed")
    assert second.node != node
    assert stage.lost() == 0
    lab.up(node)


def test_a_pause_and_a_new_station_find_their_worker_on_another_host(
    lab: Lab, away: Workspace, undisturbed: dict[str, bytes]
) -> None:
    stage = on_ray(lab.cluster, away, *LONG, AWAY)
    stage.begin()
    stage.until_it_trains()
    for station in processes(away, "campaigns.station"):
        station.kill()
    stage.until(lambda: not has_station(away))
    ensure_station(away)
    stage.until_it_trains(200)
    pause(away, stage.row.name)
    stage.until(lambda: str(watch(away, stage.row.name).state) == "paused")
    assert [attempt.state for attempt in stage.attempts()] == [AttemptState.STOPPED]
    stage.begin()
    stage.ends_with(undisturbed)
    assert stage.lost() == 0


def test_a_cable_that_is_cut_for_good_gives_the_job_to_another_host_and_the_old_worker_is_not_heard(
    lab: Lab, away: Workspace, undisturbed: dict[str, bytes]
) -> None:
    stage = on_ray(lab.cluster, away, *LONG, AWAY)
    stage.begin()
    stage.until_it_trains()
    node = stage.attempts()[0].node
    lab.hosts.host(node).cut()
    stage.ends_with(undisturbed)
    first, second, *_ = stage.attempts()
    assert (first.state, second.node != node) == (AttemptState.LOST, True)
    assert stage.lost() == 0
    lab.hosts.kill(node)
    lab.up(node)


def test_a_cable_that_is_mended_soon_costs_nothing(lab: Lab, away: Workspace, undisturbed: dict[str, bytes]) -> None:
    stage = on_ray(lab.cluster, away, *LONG, AWAY)
    stage.begin()
    stage.until_it_trains()
    host = lab.hosts.host(stage.attempts()[0].node)
    before = stage.base().attempt
    host.cut()
    host.mend()
    assert before is not None
    stage.until_it_trains((before.epoch or 0) + 20)
    stage.ends_with(undisturbed)
    assert {attempt.number for attempt in stage.attempts()} == {1}


def test_a_head_that_is_lost_is_out_of_reach_and_no_loss(
    lab: Lab, away: Workspace, undisturbed: dict[str, bytes]
) -> None:
    stage = on_ray(lab.cluster, away, *LONG, AWAY)
    stage.begin()
    stage.until_it_trains()
    lab.cluster.kill_head()
    stage.until(
        lambda: (attempt := stage.base().attempt) is not None and attempt.standing_words == "ray is out of reach"
    )
    lab.cluster.stop()
    lab.cluster.start(cpus=0)
    for name in ("n1", "n2"):
        lab.hosts.kill(name)
        lab.up(name)
    stage.ends_with(undisturbed)
    assert stage.lost() == 0


def test_a_long_pool_is_scored_in_parts_on_hosts_that_share_no_folder(
    lab: Lab, away: Workspace, tmp_path: Path
) -> None:
    long = ("data.images=8400", *LONG[:2], "run.retries=0")
    stage = on_ray(lab.cluster, away, *long, "run.score_shards=8192", AWAY)
    stage.begin()
    assert wait(away, stage.row.name, timeout=patience()) is CampaignState.DONE, stage.said()
    expected = {name: content for name, content in undisturbed_bytes(tmp_path, *long).items() if "scores" not in name}
    assert_same({name: outcome(away, stage.row)[name] for name in expected}, expected, log=stage.said())
    assert verify_campaign(away, stage.row.name).differences == ()
    assert [(attempt.job, attempt.number, str(attempt.state)) for attempt in stage.attempts()] == [
        ("baseline-t0", 1, "stopped"), ("baseline-t0", 2, "done"),
        ("arm-t0-ag", 1, "stopped"), ("arm-t0-ag", 2, "done"),
    ]  # fmt: skip
    files = away.home.campaign(stage.row.id).job("arm-t0-ag").round(1)
    assert [path.name for path in score_files(files)] == [
        "scores-0.safetensors", "scores-1.safetensors", "scores.json",
    ]  # fmt: skip
