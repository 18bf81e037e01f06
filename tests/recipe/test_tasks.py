"""What every task is held to by being in the registry, and that naming none is what it always was."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from campaigns.core.ids import NAME
from campaigns.core.plan import Plan
from campaigns.core.yardstick import MEAN_AP
from campaigns.home.charter import Charter
from campaigns.home.files import read_json
from campaigns.recipe import dump_recipe, load_recipe
from campaigns.recipe.reading import recipe_sum
from campaigns.recipe.tasks import MULTILABEL, TASKS, LearningTask
from campaigns.services.workspace import Workspace
from tests.distributions import install, run_with
from tests.stage import refusal, tiny

every_task = pytest.mark.parametrize("task", TASKS.values(), ids=str)


@every_task
def test_it_says_what_it_is(task: LearningTask) -> None:
    assert NAME.fullmatch(task.name)
    assert all((task.title, task.source))
    assert task.yardstick.task == task.name
    assert all((task.yardstick.title, task.yardstick.each, task.yardstick.long))


@every_task
def test_a_recipe_of_it_is_read_back(task: LearningTask, tmp_path: Path) -> None:
    path = tmp_path / "one.toml"
    recipe = load_recipe("smoke", of_task(task.name))
    path.write_text(dump_recipe(recipe))
    assert load_recipe(path) == recipe
    assert recipe.model.learning is task


def of_task(name: str) -> list[str]:
    """Return what makes the recipe `smoke` one of that task."""
    return [f"model.task={name}", 'criteria.names=["random"]']


def test_a_recipe_that_names_no_task_is_one_of_many_labels_and_stays_what_it_was(tmp_path: Path) -> None:
    assert load_recipe("smoke").model.task == MULTILABEL
    said, unsaid = tmp_path / "said.toml", tmp_path / "unsaid.toml"
    said.write_text(dump_recipe(load_recipe("smoke", [f"model.task={MULTILABEL}"])))
    unsaid.write_text(dump_recipe(load_recipe("smoke")))
    assert "task" not in tomllib.loads(said.read_text())["model"]
    assert recipe_sum(said) == recipe_sum(unsaid)
    assert said.read_bytes() == unsaid.read_bytes()


def test_a_task_that_nobody_knows_is_refused_with_the_nearest() -> None:
    text = refusal(lambda: load_recipe("smoke", ["model.task=multilable"]))
    assert "model.task" in text
    assert "did you mean 'multilabel'" in text


def test_plans_and_charters_of_many_labels_are_written_as_they_were(place: Workspace) -> None:
    row = tiny(place)
    assert row.plan.yardstick == MEAN_AP
    assert "yardstick" not in json.loads(row.plan.to_json())
    assert Plan.from_json(row.plan.to_json()) == row.plan
    path = place.home.campaign(row.id).charter
    written = read_json(path)
    assert isinstance(written, dict)
    assert "yardstick" not in written["plan"]
    charter = Charter.read(path)
    assert charter is not None
    assert charter.plan == row.plan


def test_what_a_task_is_measured_by_is_known_without_torch() -> None:
    code = "import sys; from campaigns.recipe.tasks import TASKS; print(*[t.yardstick for t in TASKS.values()]); "
    code += "print('torch' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.split()[-1] == "False"


SOURCE = """
import numpy as np
from campaigns.recipe.tasks import LearningTask

def targets(labels):
    return (labels == 1).astype(np.float32)

def hinge(logits, part, whole):
    return ((1 - (2 * part.targets - 1) * logits).clamp(min=0).sum()) / whole.targets.numel()

LOUD = LearningTask("loud", "any number of classes, by a hinge", "a hinge", "sigmoid", "macro-f1", targets, hinge)
"""
SHOWN = """
import numpy as np, torch
from campaigns.learning.training import training_on
from campaigns.learning.loss import KnownTargets
from campaigns.recipe import load_recipe
task = load_recipe("smoke", ["model.task=loud"]).model.learning
training = training_on(np.arange(1), np.array([[1, -1]], np.int8), torch.device("cpu"), task="loud")
wanted = KnownTargets(training.targets, training.known, training.task)
print(task.yardstick.title, float(wanted.loss(torch.tensor([[0.5, 0.0]]), wanted)), sep="|")
"""


@pytest.mark.slow
def test_a_task_of_one_file_is_named_and_trains(tmp_path: Path) -> None:
    packages = install(tmp_path / "p", "alwsl_loud", SOURCE, group="alwsl_tui.tasks", entries={"loud": "LOUD"})
    assert run_with(packages, [sys.executable, "-c", SHOWN]).strip() == "macro F1|0.75"
