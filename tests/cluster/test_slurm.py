"""A campaign on a real Slurm, from its submission to its last byte, and what Slurm refuses."""

from pathlib import Path

import pytest

from campaigns.core.execution import SLURM
from campaigns.core.states import AttemptState, CampaignState
from campaigns.services.campaigns.executor import choose_executor
from campaigns.services.campaigns.find import find_campaign
from campaigns.services.campaigns.run import ending, go_on
from campaigns.services.doctor.executor import examine_executor
from campaigns.services.monitor.show import watch
from campaigns.services.repair.repair import repair_home
from campaigns.services.station.nodes import load_nodes
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.attempts import list_attempts
from campaigns.store.campaigns import read_feed
from tests.cluster.slurm_cluster import CPUS, NODES, Cluster
from tests.stage import assert_same, clear, outcome, perform, said, settle, tiny, wait_for

pytestmark = pytest.mark.slow


def test_a_campaign_on_slurm_gives_the_bytes_of_one_on_this_machine(
    cluster: Cluster, place: Workspace, tmp_path: Path
) -> None:
    quiet = open_workspace(tmp_path / "quiet")
    undisturbed = tiny(quiet)
    perform(quiet, undisturbed)
    row = tiny(place)
    choose_executor(place, row.name, SLURM)
    assert settle(place, row.name) == CampaignState.DONE, said(place) + cluster.said()
    assert_same(outcome(place, row), outcome(quiet, undisturbed), log=said(place))
    with place.store() as store:
        attempts = list_attempts(store, row.id)
    assert {(attempt.slot, attempt.state, attempt.number) for attempt in attempts} == {
        ("slurm:cpu", AttemptState.DONE, 1)
    }
    assert {attempt.node for attempt in attempts} <= set(NODES)
    assert all(attempt.node for attempt in attempts)
    assert all(attempt.handle and attempt.handle.startswith("slurm ") for attempt in attempts)
    clear(place)
    for path in place.home.folder.glob(f"{place.home.store.name}*"):
        path.unlink()
    repair_home(place)
    assert find_campaign(place, row.name).executor == SLURM, "its folder says what ran it"


def test_a_fit_of_two_processes_gets_cores_for_both_and_gives_the_bytes_of_this_machine(
    cluster: Cluster, place: Workspace, tmp_path: Path
) -> None:
    two = ("run.gpus_per_fit=2", "training.batch_size=8", "protocol.full=false", 'criteria.names=["ag"]')
    quiet = open_workspace(tmp_path / "quiet")
    undisturbed = tiny(quiet, *two)
    perform(quiet, undisturbed)
    row = tiny(place, *two)
    choose_executor(place, row.name, SLURM)
    assert settle(place, row.name) == CampaignState.DONE, said(place) + cluster.said()
    assert_same(outcome(place, row), outcome(quiet, undisturbed), log=said(place))
    with place.store() as store:
        assert {attempt.slot for attempt in list_attempts(store, row.id)} == {"slurm:cpu*2"}


@pytest.mark.long
def test_a_long_pool_is_scored_in_parts_on_its_nodes(cluster: Cluster, place: Workspace, tmp_path: Path) -> None:
    long = ("data.images=8400", "protocol.full=false", 'criteria.names=["ag"]')
    quiet = open_workspace(tmp_path / "quiet")
    undisturbed = tiny(quiet, *long)
    perform(quiet, undisturbed)
    row = tiny(place, *long, "run.score_shards=8192")
    choose_executor(place, row.name, SLURM)
    assert settle(place, row.name) == CampaignState.DONE, said(place) + cluster.said()
    expected = {name: content for name, content in outcome(quiet, undisturbed).items() if "scores" not in name}
    assert_same({name: outcome(place, row)[name] for name in expected}, expected, log=said(place))
    with place.store() as store:
        feed = [line.text for line in read_feed(store, row.id)]
    assert [text for text in feed if "is scored in 2 parts" in text] == [
        f"round {number}: its pool of {images} images is scored in 2 parts" for number, images in ((0, 8388), (1, 8382))
    ]


def test_nodes_and_doctor_say_what_the_cluster_has(cluster: Cluster, place: Workspace) -> None:
    view = load_nodes(place, SLURM)
    assert {(node.name, node.partition, node.cores) for node in view.nodes} == {
        (name, partition, CPUS) for name in NODES for partition in ("main*", "urgent")
    }
    assert {node.executor for node in load_nodes(place).nodes} == {"local"}
    place.home.folder.mkdir(exist_ok=True)
    findings = {finding.what: finding for finding in examine_executor(place, SLURM)}
    assert all(finding.is_good for finding in findings.values()), findings
    assert findings["slurm"].found == "2 of 2 nodes can be used; partitions main*, urgent"
    assert findings["shared home"].found == "read there"
    assert not list(place.home.folder.glob(".probe-*"))


def test_what_sbatch_refuses_is_said_once_and_the_campaign_rests(cluster: Cluster, place: Workspace) -> None:
    row = tiny(place, 'run.slurm.partition="nowhere"')
    choose_executor(place, row.name, SLURM)
    go_on(place, row.name)
    wait_for(lambda: watch(place, row.name).state is CampaignState.PAUSED, on_failure=lambda: said(place))
    with place.store() as store:
        (attempt,) = list_attempts(store, row.id)
        warnings = [line.text for line in read_feed(store, row.id) if line.is_warning]
    words = "sbatch: Batch job submission failed: Invalid partition name specified"
    assert attempt.last_words.startswith(words)
    assert warnings == [f"paused, because it cannot go on: {words}"]
    how = ending(place, row.name)
    assert (how.code, how.why) == (3, f"{row.name} is paused: {words}")
