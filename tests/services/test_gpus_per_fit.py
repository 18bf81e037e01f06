"""Fits on more GPUs than there are: told where a campaign is made, and one that is estimated counts them."""

from dataclasses import replace
from pathlib import Path

import pytest

from campaigns.core.execution import SLURM
from campaigns.core.ids import CampaignId, JobId
from campaigns.core.states import AttemptState
from campaigns.errors import NoDevice
from campaigns.recipe import RunSpec
from campaigns.services.campaigns.requirements import has_device
from campaigns.services.station.devices import workers_of
from campaigns.services.workspace import Workspace
from campaigns.station import machine
from campaigns.store.rows import AttemptRow
from tests.stage import refusal, tiny

CLUSTER = "#!/bin/sh\nprintf '%-80s%-60s%-30s%-40s%-120s%-20s%-120s\\n' {rows}\n"


@pytest.mark.parametrize("device", ["cuda", "auto"])
def test_more_gpus_than_this_machine_has_are_refused_when_a_campaign_is_made(
    device: str, place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "gpus", lambda: (0, 1))
    told = refusal(lambda: tiny(place, f"run.device={device}", "run.gpus_per_fit=4"))
    assert f"run.device is {device}, and a fit wants 4 GPUs, this machine has 2" in told
    assert "a lower run.gpus_per_fit" in told
    assert not place.home.campaigns.exists() or not list(place.home.campaigns.iterdir())


def test_more_gpus_than_any_node_has_are_refused_when_a_campaign_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = " ".join(
        f"{name} main idle 0/8/0/8 gpu:h100:{cards}'(S:0-1)' 1000 none" for name, cards in (("n1", 2), ("n2", 4))
    )
    for command in ("sbatch", "squeue", "scancel", "sinfo"):
        path = tmp_path / command
        path.write_text(CLUSTER.format(rows=rows))
        path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    has_device(RunSpec(device="cuda", gpus_per_fit=4, threads=1), SLURM)
    with pytest.raises(NoDevice, match="a fit wants 8 GPUs, no node has more than 4") as caught:
        has_device(RunSpec(device="cuda", gpus_per_fit=8, threads=1), SLURM)
    assert caught.value.exit_code == 3


def test_every_card_of_a_worker_shows_it() -> None:
    attempt = AttemptRow(
        CampaignId("c"), JobId("full"), 1, AttemptState.RUNNING, "cuda:0+1", 1, handle=None, started=1.0, ended=None,
        exit_code=None, last_words="", activity="", round=None, epoch=None, epochs=None, loss=None, journal_offset=0,
    )  # fmt: skip
    assert workers_of([attempt], {attempt.campaign: "tiny"}) == {"cuda:0": ["tiny full"], "cuda:1": ["tiny full"]}
    away, queued = replace(attempt, slot="slurm:cuda*2", node="n1"), replace(attempt, slot="ray:auto:cpu")
    assert workers_of([away, queued], {attempt.campaign: "tiny"}) == {
        "n1 (slurm cuda)": ["tiny full"],
        "in ray": ["tiny full"],
    }
