"""Which jobs wait for room on the disk, for how long, and what they are told."""

from pathlib import Path

import pytest
import torch

from campaigns.core.execution import Slot, Wish
from campaigns.core.ids import CampaignId, Job, JobId, JobKind
from campaigns.core.states import JobState
from campaigns.home.paths import HomePaths
from campaigns.learning.backbones import BACKBONES
from campaigns.recipe import load_recipe
from campaigns.station.disk_space import COPIES, FLOOR, LONGEST_REST, resting, room_for
from campaigns.station.executors.local import LocalExecutor
from campaigns.station.queue import Limits, turns
from campaigns.store.pauses import Pause
from campaigns.store.rows import JobRow

C = CampaignId("c")
BASE = Job(JobKind.BASELINE, 0)
ROW = JobRow(C, BASE, 0, JobState.WAITING, 0)
WISH = Wish("cpu", threads=1, workers_per_gpu=1)


@pytest.mark.parametrize("name", sorted(name for name in BACKBONES if not name.startswith("efficientnet_lite")))
def test_a_size_is_that_of_the_weights(name: str) -> None:
    with torch.device("meta"):
        module = BACKBONES[name].architecture()
    size = sum(tensor.nbytes for tensor in module.state_dict().values()) / 2**20
    assert size <= BACKBONES[name].weights_mib <= size * 1.05 + 1


def test_a_campaign_that_only_trains_a_head_needs_no_room_for_a_backbone(tmp_path: Path) -> None:
    home = HomePaths(tmp_path)
    whole, head = (load_recipe("voc2007-wildcat", [f"model.training={kind}"]) for kind in ("finetune", "frozen"))
    assert room_for(home, whole).needed == FLOOR + COPIES * (163 << 20)
    assert room_for(home, head).needed == FLOOR
    assert room_for(home, head).folder == tmp_path


def test_a_job_without_room_waits_with_the_figures_and_is_not_put_to_rest() -> None:
    (found,) = turns([ROW], [], {C: Limits(WISH, None, {}, short="12 MiB free")}, LocalExecutor())
    assert (found.slot, found.reason, found.is_short, found.is_held) == (None, "12 MiB free", True, False)
    (found,) = turns([ROW], [], {C: Limits(WISH, None, {}, resting={BASE.id: "in 9 s"})}, LocalExecutor())
    assert (found.slot, found.reason, found.is_short) == (None, "in 9 s", True)
    (found,) = turns([ROW], [], {C: Limits(WISH, None, {}, resting={JobId("another"): "in 9 s"})}, LocalExecutor())
    assert found.slot == Slot("cpu")


@pytest.mark.parametrize(("times", "ago", "left"), [
    (1, 0, 10), (1, 4, 6), (1, 11, None), (2, 11, 9), (4, 30, 50), (99, 0, LONGEST_REST), (99, 601, None), (1, -4, 6),
])  # fmt: skip
def test_a_job_rests_longer_each_time_it_is_stopped(times: int, ago: float, left: float | None) -> None:
    why = "another worker is at it"
    found = resting({(C, BASE.id): Pause(1000.0 - ago, times, why)}, C, now=1000.0)
    assert found == ({} if left is None else {BASE.id: f"{why}, it tries again in {left:.0f} s"})
    assert resting({(C, BASE.id): Pause(1000.0, times, why)}, CampaignId("other"), now=1000.0) == {}
