"""A worker on a node of another kind than its trial began on."""

import json
from dataclasses import replace
from pathlib import Path

import torch

from campaigns.core.ids import Job, JobKind
from campaigns.home.exit import Ending, Exit
from campaigns.home.hosts import node_name
from campaigns.home.journal import from_line
from campaigns.home.paths import AttemptPaths
from campaigns.home.round import SealedRound
from campaigns.home.task import Task
from campaigns.learning.device import node_kind
from campaigns.services.workspace import Workspace
from campaigns.worker.__main__ import main
from tests.datasets.conftest import write_folder
from tests.stage import tiny

FEW = ("protocol.initial=10", "protocol.add=[5, 5]")
OURS, BASE = node_kind(torch.device("cpu")), Job(JobKind.BASELINE, 0)


def attempted(place: Workspace, task: Task) -> tuple[Exit | None, str]:
    """How an attempt ended, and what it has said."""
    paths = place.home.campaign(task.campaign).job(task.job.id).attempt(task.attempt)
    paths.folder.mkdir(parents=True)
    task.write(paths.task)
    main(paths.folder)
    return Exit.read(paths.exit), paths.journal.read_text()


def test_it_refuses_the_job_before_it_opens_anything_or_goes_on_and_says_so(place: Workspace) -> None:
    row = tiny(place)
    first = Task(place.home.folder, row.id, BASE, 1, "cpu", 1, kind="NVIDIA H200", is_kind_firm=True)
    ending, journal = attempted(place, first)
    assert ending is not None
    assert ending.ending is Ending.ELSEWHERE
    assert ending.code == 0
    assert f'refuses it: this node is {OURS}, the trial began on NVIDIA H200 (run.mixed = "refuse")' in ending.error
    assert [json.loads(line)["event"] for line in journal.splitlines()] == ["started"]
    assert from_line(journal).event.kind == OURS  # type: ignore[union-attr]
    assert not place.home.campaign(row.id).job(BASE.id).round(0).folder.exists()

    ending, journal = attempted(place, replace(first, attempt=2, is_kind_firm=False))
    assert ending == Exit(Ending.DONE)
    assert f"this node is {OURS}, the trial began on NVIDIA H200: its numbers may differ in the last digits" in journal
    sealed = SealedRound.read(place.home.campaign(row.id).job(BASE.id).round(0).done)
    assert sealed is not None
    assert sealed.facts.node_kind == OURS


def test_a_task_of_before_kinds_is_read_as_one_that_may_run_anywhere(place: Workspace, tmp_path: Path) -> None:
    task = Task(place.home.folder, tiny(place).id, BASE, 1, "cpu", 1)
    paths = AttemptPaths(tmp_path)
    task.write(paths.task)
    content = json.loads(paths.task.read_text())
    for key in ("kind", "is_kind_firm", "avoid"):
        del content[key]
    paths.task.write_text(json.dumps(content))
    assert Task.read(paths.task) == task


def test_images_lie_where_the_recipe_says_for_its_node(place: Workspace, tmp_path: Path) -> None:
    names = [f"{number}.png" for number in range(40)]
    lines = "".join(
        f"{name},{'cat' if at % 2 else 'dog'},{'test' if at % 4 == 3 else 'train'}\n" for at, name in enumerate(names)
    )
    root = write_folder(tmp_path / "photos", names, "image,labels,split\n" + lines)
    row = tiny(
        place, 'data.name="photos"', f'data.root="{root}"', f'data.each={{"{node_name()}"="{tmp_path}/scratch"}}', *FEW
    )
    task = Task(place.home.folder, row.id, BASE, 1, "cpu", 1)
    ending, _ = attempted(place, task)
    assert ending is not None
    assert f"{tmp_path}/scratch" in ending.error, "it looked there, and not where they lie elsewhere"
    root.rename(tmp_path / "scratch")
    assert attempted(place, replace(task, attempt=2))[0] == Exit(Ending.DONE)
