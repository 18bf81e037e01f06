"""Nothing is trained twice in a home."""

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import tomli_w
from torch import nn
from torch.nn.modules.module import register_module_forward_pre_hook

from campaigns.core.ids import Job, JobKind
from campaigns.home.files import read_json, write_json
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.patience import patience
from tests.stage import outcome, perform, perform_job, tiny

FULL = Job(JobKind.FULL)


def said(place: Workspace, campaign: str) -> str:
    """What the workers of a campaign said."""
    journals = place.home.campaign(campaign).folder.glob("jobs/*/attempts/*/journal.jsonl")
    return "".join(path.read_text() for path in journals)


def test_a_second_campaign_takes_over_every_model_of_the_first(place: Workspace) -> None:
    first, second = tiny(place, name="first"), tiny(place, name="second")
    perform(place, first)
    perform(place, second)
    assert '"event":"reused"' not in said(place, first.id)
    assert said(place, second.id).count('"event":"reused"') == second.plan.models
    assert '"event":"epoch_done"' not in said(place, second.id)
    assert outcome(place, second) == outcome(place, first)


@pytest.mark.slow
def test_another_seed_trains_for_itself(place: Workspace) -> None:
    first, second = tiny(place, name="first"), tiny(place, "protocol.seed=1", name="second")
    perform(place, first)
    perform(place, second)
    assert '"event":"reused"' not in said(place, second.id)


@pytest.mark.slow
def test_more_epochs_train_for_themselves(place: Workspace) -> None:
    first, second = tiny(place, name="first"), tiny(place, "protocol.full_epochs=3", name="second")
    perform(place, first)
    perform(place, second)
    assert said(place, second.id).count('"event":"reused"') == second.plan.models - 1


def test_a_model_that_was_changed_is_not_taken_over(place: Workspace) -> None:
    first, second = tiny(place, name="first"), tiny(place, name="second")
    perform(place, first)
    for path in place.home.campaign(first.id).folder.glob("jobs/full/rounds/0/model.safetensors"):
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.unlink()
        path.write_bytes(content)
    perform(place, second)
    assert said(place, second.id).count('"event":"reused"') == second.plan.models - 1


@pytest.mark.slow
def test_an_evaluation_that_was_changed_is_not_taken_over(place: Workspace) -> None:
    first, second = tiny(place, name="first"), tiny(place, name="second")
    perform(place, first)
    evaluation = place.home.campaign(first.id).job("full").round(0).evaluation
    write_json(evaluation, read_json(evaluation) | {"value": 0.999})
    perform(place, second)
    assert said(place, second.id).count('"event":"reused"') == second.plan.models - 1


@pytest.mark.slow
def test_what_is_gone_or_damaged_in_the_index_is_trained_again(place: Workspace) -> None:
    first, second = tiny(place, name="first"), tiny(place, name="second")
    perform(place, first)
    for path in place.home.fits.glob("*.json"):
        write_json(path, {"schema": 1, "round": "nowhere/jobs/full/rounds/0"})
    perform(place, second)
    assert '"event":"reused"' not in said(place, second.id)


@pytest.mark.slow
def test_a_taken_over_model_outlives_the_campaign_that_trained_it(place: Workspace) -> None:
    first, second = tiny(place, name="first"), tiny(place, name="second")
    perform(place, first)
    perform(place, second)
    model = place.home.campaign(second.id).job("full").round(0).model
    assert model.stat().st_nlink == 2
    assert read_json(place.home.campaign(second.id).job("full").round(0).done)["sha256"]["model.safetensors"]


@contextmanager
def little_memory(*, is_training: bool) -> Iterator[None]:
    """Inside, no model can compute more than five images at once, while it trains or while it only looks."""

    def refuse(module: nn.Module, inputs: tuple[Any, ...]) -> None:
        if isinstance(module, nn.Conv2d) and module.training is is_training and len(inputs[0]) > 5:
            raise RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory")

    hook = register_module_forward_pre_hook(refuse)
    try:
        yield
    finally:
        hook.remove()


@pytest.mark.parametrize("is_training", [True, False], ids=["training", "testing"])
def test_what_was_computed_in_pieces_for_lack_of_memory_serves_its_own_campaign_only(
    place: Workspace, is_training: bool
) -> None:
    first, second, third = (tiny(place, name=name) for name in ("first", "second", "third"))
    with little_memory(is_training=is_training):
        perform_job(place, first, FULL)
    assert "memory did not suffice" in said(place, first.id)
    perform_job(place, second, FULL)
    assert '"event":"reused"' not in said(place, second.id), "its bytes would depend on how much memory there was"
    perform_job(place, third, FULL)
    assert '"event":"reused"' in said(place, third.id)


def carried_from_elsewhere(place: Workspace, row: CampaignRow, precision: str) -> None:
    """Freezes another precision, as a campaign has that was made on a machine with other units."""
    path = place.home.campaign(row.id).recipe
    recipe = tomllib.loads(path.read_text())
    recipe["run"]["precision"] = precision
    path.write_text(tomli_w.dumps(recipe))


@pytest.mark.slow
def test_the_frozen_precision_holds_on_any_machine_and_another_one_trains_for_itself(place: Workspace) -> None:
    first, second = tiny(place, name="first"), tiny(place, name="second")
    carried_from_elsewhere(place, second, "bfloat16")
    for row in (first, second):
        perform_job(place, row, FULL)
    assert '"event":"reused"' not in said(place, second.id)
    rounds = [place.home.campaign(row.id).job(FULL.id).round(0) for row in (first, second)]
    assert [read_json(paths.done)["facts"]["precision"] for paths in rounds] == ["float32", "bfloat16"]
    assert rounds[0].model.read_bytes() != rounds[1].model.read_bytes()


ON_ANOTHER_PROCESSOR = """
import sys
from pathlib import Path
from campaigns.core.ids import Job, JobKind
from campaigns.services.campaigns.find import find_campaign
from campaigns.services.workspace import open_workspace
from tests.stage import perform_job
place = open_workspace(Path(sys.argv[1]))
perform_job(place, find_campaign(place, "second"), Job(JobKind.FULL))
"""


@pytest.mark.slow
def test_another_kind_of_processor_trains_for_itself(place: Workspace) -> None:
    first, second = tiny(place, name="first"), tiny(place, name="second")
    perform_job(place, first, FULL)
    # PyTorch then computes as on a processor without wide vectors.
    elsewhere = os.environ | {"ATEN_CPU_CAPABILITY": "default"}
    command = [sys.executable, "-c", ON_ANOTHER_PROCESSOR, str(place.home.folder)]
    subprocess.run(command, env=elsewhere, check=True, timeout=patience())
    assert '"event":"reused"' not in said(place, second.id)
