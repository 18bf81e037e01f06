"""Nodes of two kinds on a real Slurm: a trial stays on the kind that it began on, or says where it did not."""

from pathlib import Path

import pytest
import torch

from campaigns.core.ids import Job, JobKind
from campaigns.core.states import AttemptState, CampaignState, JobState
from campaigns.home.round import SealedRound
from campaigns.services.campaigns.wait import wait
from campaigns.services.report.collect import dossier
from campaigns.services.workspace import Workspace
from tests.cluster.cluster_stage import BASE, ClusterStage, on_slurm
from tests.cluster.slurm_cluster import Cluster
from tests.cluster.undisturbed import undisturbed_bytes
from tests.patience import patience

pytestmark = pytest.mark.slow

ARM = Job(JobKind.ARM, 0, "ag")
ENOUGH = ("protocol.full=false", 'criteria.names=["ag"]', "protocol.epochs=[400, 2, 2]")
"""A baseline of some seconds, in which nodes change places."""
OURS = torch.backends.cpu.get_cpu_capability()
LESSER = {"AVX512": "AVX2", "AVX2": "DEFAULT"}.get(OURS, "")


def test_an_arm_goes_on_on_the_kind_that_its_trial_began_on(cluster: Cluster, place: Workspace, tmp_path: Path) -> None:
    undisturbed = undisturbed_bytes(tmp_path / "quiet", *ENOUGH)
    stage = with_an_arm_on_another_kind(cluster, place)
    stage.until(lambda: any(attempt.state is AttemptState.STOPPED for attempt in stage.attempts(ARM)))
    (first, *_) = stage.attempts(ARM)
    refused = f'n2 refuses it: this node is cpu {LESSER}, the trial began on cpu {OURS} (run.mixed = "refuse")'
    assert (first.node, first.last_words) == ("n2", refused)
    cluster.resume("n1")
    stage.ends_with(undisturbed)
    (second,) = stage.attempts(ARM)[1:]
    assert (second.node, second.state) == ("n1", AttemptState.DONE), "n2 was not tried again"


@pytest.mark.long
def test_where_that_is_allowed_each_round_says_its_kind(cluster: Cluster, place: Workspace) -> None:
    stage = with_an_arm_on_another_kind(cluster, place, 'run.mixed="allow"')
    row = stage.row
    assert wait(place, row.name, timeout=patience()) is CampaignState.DONE, stage.said()
    cluster.resume("n1")
    (only,) = stage.attempts(ARM)
    assert only.node == "n2"
    log = place.home.campaign(row.id).job(ARM.id).attempt(1).log.read_text()
    assert f"this node is cpu {LESSER}, the trial began on cpu {OURS}: its numbers may differ" in log
    kinds = {}
    for job, number in ((BASE, 0), (ARM, 0), (ARM, 1), (ARM, 2)):
        sealed = SealedRound.read(place.home.campaign(row.id).job(job.id).round(number).done)
        assert sealed is not None
        kinds[job.kind, number] = sealed.facts.node_kind
    assert kinds == {(JobKind.BASELINE, 0): f"cpu {OURS}"} | {
        (JobKind.ARM, number): f"cpu {LESSER}" for number in range(3)
    }
    found = dossier(place, row.name, has_pictures=False).provenance.node_kinds
    assert found == {f"cpu {LESSER}": 3, f"cpu {OURS}": 1}


@pytest.mark.long
def test_where_no_node_of_its_kind_is_left_it_is_tried_again_until_one_is_back(
    cluster: Cluster, place: Workspace, tmp_path: Path
) -> None:
    undisturbed = undisturbed_bytes(tmp_path / "quiet", *ENOUGH)
    stage = with_an_arm_on_another_kind(cluster, place)
    cluster.give("n1", ATEN_CPU_CAPABILITY=LESSER.lower())
    cluster.resume("n1")
    stage.until(lambda: {attempt.node for attempt in stage.attempts(ARM) if attempt.last_words} == {"n1", "n2"})
    cluster.give("n1")
    cluster.drain("n2")
    stage.ends_with(undisturbed)
    assert stage.attempts(ARM)[-1].node == "n1"
    cluster.resume("n2")


def with_an_arm_on_another_kind(cluster: Cluster, place: Workspace, *overrides: str) -> ClusterStage[Cluster]:
    """A campaign whose baseline has run on n1, and whose arm is given to n2, which is of another kind."""
    if not LESSER:
        pytest.skip(f"this processor has no lesser kind that PyTorch could play: {OURS}")
    cluster.give("n2", ATEN_CPU_CAPABILITY=LESSER.lower())
    cluster.drain("n2")
    stage = on_slurm(cluster, place, *ENOUGH, *overrides)
    stage.begin()
    stage.until(lambda: any(attempt.epoch for attempt in stage.attempts(BASE)))
    cluster.drain("n1")
    cluster.resume("n2")
    stage.until(lambda: stage.state_of(BASE) is JobState.DONE and stage.attempts(ARM))
    return stage
