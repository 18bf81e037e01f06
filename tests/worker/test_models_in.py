"""Models that this program did not bring run whole campaigns; a worker that is killed in one changes no byte."""

import os
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from campaigns.core.ids import Job, JobKind
from campaigns.home.task import Task
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.rows import CampaignRow
from tests.distributions import package_of_tests
from tests.patience import patience
from tests.stage import assert_same, outcome, perform, perform_job, said, tiny

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


STRUCK = """
import os, signal, sys
from pathlib import Path
from campaigns.core.events import EpochDone
from campaigns.worker.__main__ import work
from campaigns.worker.journal import Journal
say = Journal.say
def say_and_die(journal, event):
    say(journal, event)
    if isinstance(event, EpochDone) and (event.round, event.epoch) == (1, 2):
        os.kill(os.getpid(), signal.SIGKILL)
Journal.say = say_and_die
work(Path(sys.argv[1]))
"""
"""A worker that is killed at one moment however busy the machine is: a round is over before somebody else could."""


def kill_in_round_1(place: Workspace, row: CampaignRow, arm: Job = ARM) -> None:
    """Let a worker begin with the arm and be killed in its first round, behind a checkpoint and before the end."""
    campaign = place.home.campaign(row.id)
    paths = campaign.job(arm.id).attempt(1)
    paths.folder.mkdir(parents=True)
    Task(place.home.folder, row.id, arm, 1, device="cpu", threads=1).write(paths.task)
    with paths.log.open("ab") as log:
        words = [sys.executable, "-P", "-c", STRUCK, str(paths.folder)]
        ended = subprocess.run(words, stdout=log, stderr=log, timeout=patience(), check=False)
    assert ended.returncode == -signal.SIGKILL, said(place)
    assert campaign.job(arm.id).round(1).checkpoint.exists()
    assert not campaign.job(arm.id).round(1).done.exists()
