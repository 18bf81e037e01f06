"""Nodes of two kinds on a real Slurm: a trial stays on the kind that it began on, or says where it did not."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from campaigns.core.execution import SLURM
from campaigns.core.ids import Job, JobKind
from campaigns.core.states import AttemptState, CampaignState, JobState
from campaigns.home.round import SealedRound
from campaigns.services.campaigns.executor import choose_executor
from campaigns.services.campaigns.run import go_on
from campaigns.services.campaigns.wait import wait
from campaigns.services.report.collect import dossier
from campaigns.services.workspace import Workspace, ensure_station
from campaigns.store.attempts import list_attempts
from campaigns.store.campaigns import list_jobs
from campaigns.store.rows import AttemptRow, CampaignRow
from tests.cluster.slurm_cluster import Cluster
from tests.cluster.undisturbed import undisturbed_bytes
from tests.patience import patience
from tests.stage import assert_same, outcome, said, tiny, wait_for

pytestmark = pytest.mark.slow

BASE, ARM = Job(JobKind.BASELINE, 0), Job(JobKind.ARM, 0, "ag")
ENOUGH = ("protocol.full=false", 'criteria.names=["ag"]', "protocol.epochs=[400, 2, 2]")
"""A baseline of some seconds, in which nodes change places."""
OURS = torch.backends.cpu.get_cpu_capability()
LESSER = {"AVX512": "AVX2", "AVX2": "DEFAULT"}.get(OURS, "")


def test_an_arm_goes_on_on_the_kind_that_its_trial_began_on(cluster: Cluster, place: Workspace, tmp_path: Path) -> None:
    undisturbed = undisturbed_bytes(tmp_path / "quiet", *ENOUGH)
    row = _with_an_arm_on_another_kind(cluster, place)
    _until(place, cluster, lambda: any(attempt.state is AttemptState.STOPPED for attempt in _attempts(place, row, ARM)))
    (first, *_) = _attempts(place, row, ARM)
    refused = f'n2 refuses it: this node is cpu {LESSER}, the trial began on cpu {OURS} (run.mixed = "refuse")'
    assert (first.node, first.last_words) == ("n2", refused)
    cluster.resume("n1")
    assert wait(place, row.name, timeout=patience()) is CampaignState.DONE, said(place) + cluster.said()
    (second,) = _attempts(place, row, ARM)[1:]
    assert (second.node, second.state) == ("n1", AttemptState.DONE), "n2 was not tried again"
    assert_same(outcome(place, row), undisturbed, log=said(place))


@pytest.mark.long
def test_where_that_is_allowed_each_round_says_its_kind(cluster: Cluster, place: Workspace) -> None:
    row = _with_an_arm_on_another_kind(cluster, place, 'run.mixed="allow"')
    assert wait(place, row.name, timeout=patience()) is CampaignState.DONE, said(place) + cluster.said()
    cluster.resume("n1")
    (only,) = _attempts(place, row, ARM)
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


def _with_an_arm_on_another_kind(cluster: Cluster, place: Workspace, *overrides: str) -> CampaignRow:
    """A campaign whose baseline has run on n1, and whose arm is given to n2, which is of another kind."""
    if not LESSER:
        pytest.skip(f"this processor has no lesser kind that PyTorch could play: {OURS}")
    cluster.give("n2", ATEN_CPU_CAPABILITY=LESSER.lower())
    cluster.drain("n2")
    row = tiny(place, *ENOUGH, *overrides)
    choose_executor(place, row.name, SLURM)
    go_on(place, row.name)
    ensure_station(place)
    _until(place, cluster, lambda: any(attempt.epoch for attempt in _attempts(place, row, BASE)))
    cluster.drain("n1")
    cluster.resume("n2")
    _until(place, cluster, lambda: _state(place, row, BASE) is JobState.DONE and _attempts(place, row, ARM))
    return row


def _until(place: Workspace, cluster: Cluster, condition: Callable[[], object]) -> None:
    wait_for(lambda: bool(condition()), on_failure=lambda: said(place) + cluster.said())


def _state(place: Workspace, row: CampaignRow, job: Job) -> JobState:
    with place.store() as store:
        return next(each.state for each in list_jobs(store, row.id) if each.job == job)


def _attempts(place: Workspace, row: CampaignRow, job: Job) -> list[AttemptRow]:
    with place.store() as store:
        return [attempt for attempt in list_attempts(store, row.id) if attempt.job == job.id]
