"""Models that this program did not bring run whole campaigns; a worker that is killed in one changes no byte."""

import os
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from campaigns.core.ids import Job, JobKind
from campaigns.home.task import Task
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.rows import CampaignRow
from tests.distributions import package_of_tests
from tests.patience import Deadline
from tests.stage import assert_same, outcome, perform, perform_job, require_ended, said, tiny

SMALL = ("model.image_size=64", "model.weights=none", "protocol.full=false", 'criteria.names=["ag"]')
ARM = Job(JobKind.ARM, 0, "ag")
MODELS = {
    "a ViT of timm": ("model.backbone=timm:test_vit",),
    "a convnet of timm": ("model.backbone=timm:test_convnext",),
    "torchvision's Swin": ("model.backbone=torchvision:swin_t", "model.training=frozen"),
    "a module of one's own": (
        "model.kind=module", "model.kmax=1.0", "model.alpha=1.0", "model.maps=1",
        "model.module=tests.learning.own_head:SoftHead",
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_a_campaign_whose_worker_is_killed_leaves_the_bytes_of_one_that_is_not(
    model: tuple[str, ...], place: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if any("timm:" in override for override in model) and find_spec("timm") is None:
        pytest.skip("needs the extra zoo")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    installed = package_of_tests(tmp_path)
    monkeypatch.syspath_prepend(installed)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(installed), str(Path(__file__).parents[2])]))
    row = tiny(place, *SMALL, *model)
    baseline, _ = row.plan.jobs
    perform_job(place, row, baseline)
    kill_in_round_1(place, row)
    perform_job(place, row, ARM, attempt=2)
    undisturbed = open_workspace(tmp_path / "undisturbed")
    other = tiny(undisturbed, *SMALL, *model)
    perform(undisturbed, other)
    assert_same(outcome(place, row), outcome(undisturbed, other), log=said(place))


def kill_in_round_1(place: Workspace, row: CampaignRow, arm: Job = ARM) -> None:
    """Let a worker begin with the arm, and kill it once its first round is sealed or its second has left something."""
    campaign = place.home.campaign(row.id)
    paths = campaign.job(arm.id).attempt(1)
    paths.folder.mkdir(parents=True)
    Task(place.home.folder, row.id, arm, 1, device="cpu", threads=1).write(paths.task)
    with paths.log.open("ab") as log:
        worker = subprocess.Popen(
            [sys.executable, "-P", "-m", "campaigns.worker", str(paths.folder)], stdout=log, stderr=log
        )
    process = psutil.Process(worker.pid)
    second = campaign.job(arm.id).round(1)
    deadline = Deadline()
    while not second.folder.exists() and worker.poll() is None:
        deadline.require_time(lambda: said(place))
        time.sleep(0.001)  # a round of such a campaign is over in a moment
    assert worker.poll() is None, said(place)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    require_ended([process])
    assert not campaign.job(arm.id).round(2).done.exists()
