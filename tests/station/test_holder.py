"""A holder and a real worker, asked without an engine: in the home itself, and in a home of the node's own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from campaigns.core.execution import EndCause, StopStep
from campaigns.core.ids import Job
from campaigns.home.exit import Ending, Exit
from campaigns.home.identity import home_id
from campaigns.home.paths import AttemptPaths
from campaigns.home.submission import Submission
from campaigns.home.task import Task
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.station.executors.holding.holder import AttemptHolder
from campaigns.station.executors.holding.node_home import NodeHome, scratch
from campaigns.station.executors.holding.shipping import needed
from campaigns.station.executors.holding.talk import Hold, HoldOrder, to_bytes
from campaigns.station.executors.ray.talk import AttemptNews, AttemptPhase
from campaigns.station.executors.ray.tender import HoldUnknown, Tender
from campaigns.store.rows import CampaignRow
from tests.stage import assert_same, kill, outcome, perform, tiny, wait_for
from tests.station.far_node import NearHold

pytestmark = pytest.mark.slow

SMALL = ("protocol.full=false", 'criteria.names=["ag"]', "protocol.add=[6]", "protocol.epochs=[2, 2]")
NOWHERE = Path("/nowhere/home")
"""Where the node would find the home, if it shared it."""


@pytest.fixture(autouse=True)
def node_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALWSL_NODE", str(tmp_path / "node"))
    return scratch()


def prepared(place: Workspace, row: CampaignRow, job: Job, number: int = 1) -> AttemptPaths:
    """An attempt that a station has just given to an engine."""
    paths = place.home.campaign(row.id).job(job.id).attempt(number)
    paths.folder.mkdir(parents=True)
    Task(place.home.folder, row.id, job, number, "cpu", 1).write(paths.task)
    Submission("ray", f"name-{job.id}-{number}", 1.0).write(paths.engine)
    return paths


def holder_of(place: Workspace, row: CampaignRow, paths: AttemptPaths, *, is_shared: bool) -> AttemptHolder:
    task, note = Task.read(paths.task), Submission.read(paths.engine)
    assert note is not None
    home = place.home.folder if is_shared else NOWHERE
    order = HoldOrder(
        note.name, home, home_id(place.home.folder), home / paths.folder.relative_to(place.home.folder), row.id,
        task.job.id, task.attempt, threads=1, is_on_card=False,
    )  # fmt: skip
    return AttemptHolder(to_bytes(order), "f00")


class Near:
    """Finds the one holder that there is."""

    def __init__(self, holder: AttemptHolder | None) -> None:
        self.holder = holder

    def hold(self, name: str) -> Hold:
        if self.holder is None:
            raise HoldUnknown(name)
        return NearHold(self.holder)


def tended(paths: AttemptPaths, holder: AttemptHolder | None) -> list[AttemptNews]:
    """What is said of an attempt until it is over."""
    news: list[AttemptNews] = []
    Tender("name", paths, Near(holder), news.append).run()
    return news


@pytest.mark.parametrize("is_shared", [True, False], ids=["shared", "shipped"])
def test_a_campaign_through_holders_gives_the_bytes_of_one_on_this_machine(
    tmp_path: Path, node_folder: Path, is_shared: bool
) -> None:
    place, quiet = open_workspace(tmp_path / "home"), open_workspace(tmp_path / "quiet")
    row, expected = tiny(place, *SMALL), tiny(quiet, *SMALL)
    perform(quiet, expected)
    for job in row.plan.jobs:
        paths = prepared(place, row, job)
        news = tended(paths, holder_of(place, row, paths, is_shared=is_shared))
        assert [each.phase for each in news] == [AttemptPhase.RUNNING, AttemptPhase.ENDED], news
        assert (news[-1].code, news[-1].node) == (0, "f00")
        assert Exit.read(paths.exit) == Exit(Ending.DONE)
        assert "peak memory" in paths.log.read_text()
    assert_same(outcome(place, row), outcome(quiet, expected))
    assert node_folder.exists() is not is_shared
    if not is_shared:
        (home,) = node_folder.iterdir()
        assert home.name == home_id(place.home.folder)


def test_a_worker_that_is_killed_and_a_file_that_a_node_lacks_are_told_from_each_other(tmp_path: Path) -> None:
    place = open_workspace(tmp_path / "home")
    row = tiny(place, *SMALL[:3], "protocol.epochs=[2000, 2]")
    paths = prepared(place, row, row.plan.jobs[0])
    holder = holder_of(place, row, paths, is_shared=False)
    hold = NearHold(holder)
    news: list[AttemptNews] = []

    def say(each: AttemptNews) -> None:
        news.append(each)
        if each.phase is AttemptPhase.RUNNING:
            wait_for(lambda: _worker_below(place) or None, on_failure=lambda: str(news))
            hold.ask("stop", StopStep.KILL.value, seconds=1)

    Tender("name", paths, Near(holder), say).run()
    assert (news[-1].code, news[-1].cause) == (-signal.SIGKILL, EndCause.WORKER)
    assert news[-1].words.startswith("killed by SIGKILL on ")
    recipe = place.home.campaign(row.id).recipe
    recipe.write_text(recipe.read_text().replace('weights = "none"', f'weights = "{tmp_path}/gone.pth"'))
    paths = prepared(place, row, row.plan.jobs[0], 2)
    last = tended(paths, holder_of(place, row, paths, is_shared=True))[-1]
    assert last.cause is EndCause.LAUNCH
    assert last.words.endswith(f"there are no weights {tmp_path}/gone.pth: put the file there, or run where it is")


def _worker_below(place: Workspace) -> bool:
    journals = place.home.folder.parent.glob("node/*/campaigns/*/jobs/*/attempts/*/process.json")
    return any(journals)


def test_a_worker_dies_with_whoever_holds_it(tmp_path: Path) -> None:
    place = open_workspace(tmp_path / "home")
    row = tiny(place, *SMALL[:3], "protocol.epochs=[5000, 2]")
    paths = prepared(place, row, row.plan.jobs[0])
    program = (
        "import sys, time\n"
        "from campaigns.station.executors.holding.holder import AttemptHolder\n"
        "AttemptHolder(sys.argv[1].encode()).begin(True)\n"
        "time.sleep(600)\n"
    )
    note = Submission.read(paths.engine)
    assert note is not None
    home = place.home.folder
    order = HoldOrder(note.name, home, "0" * 16, paths.folder, row.id, row.plan.jobs[0].id, 1, 1, is_on_card=False)
    parent = subprocess.Popen([sys.executable, "-c", program, to_bytes(order).decode()])
    try:
        wait_for(lambda: paths.process.exists() or None, on_failure=lambda: paths.log.read_text())
        (worker,) = psutil.Process(parent.pid).children()
    finally:
        parent.kill()
        parent.wait()
    try:
        wait_for(lambda: not worker.is_running() or None, on_failure=lambda: str(worker))
    finally:
        kill([worker])


def test_an_attempt_that_the_engine_does_not_know_counts_as_none_of_its_worker(tmp_path: Path) -> None:
    place = open_workspace(tmp_path / "home")
    row = tiny(place, *SMALL)
    (news,) = tended(prepared(place, row, row.plan.jobs[0]), None)
    assert (news.phase, news.cause) == (AttemptPhase.LOST, EndCause.ENGINE)


def test_what_a_job_needs_is_the_frozen_files_and_its_rounds(tmp_path: Path) -> None:
    place = open_workspace(tmp_path / "home")
    row = tiny(place, *SMALL)
    perform(place, row)
    arm = next(job for job in row.plan.jobs if job.needs is not None)
    paths = prepared(place, row, arm, 2)
    (place.home.campaign(row.id).job(arm.id).round(0).folder / ".model.safetensors.draft-x").touch()
    names = {name.removeprefix(f"campaigns/{row.id}/") for name in needed(place.home, Task.read(paths.task))}
    assert {"recipe.toml", "split.json", "campaign.json", "jobs/baseline-t0/rounds/0/model.safetensors"} <= names
    assert f"jobs/{arm.id}/rounds/1/model.safetensors" in names
    assert not [name for name in names if "draft" in name or "attempts" in name or "lock" in name]


def test_a_home_on_a_node_keeps_to_its_limit_and_belongs_to_one_user(
    tmp_path: Path, node_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(job: str) -> NodeHome:
        return NodeHome.open(HoldOrder("n", NOWHERE, "a" * 16, NOWHERE, "tiny.abcdef", job, 1, 1, is_on_card=False))

    old = opened("arm-t0-ag")
    (old.job / "rounds/0").mkdir(parents=True)
    (old.job / "rounds/0/model.safetensors").write_bytes(b"x" * 100_000)
    os.utime(old.job, (time.time() - 9, time.time() - 9))
    opened("arm-t1-ag")
    assert (old.job / "rounds/0/model.safetensors").exists()
    monkeypatch.setenv("ALWSL_NODE_GIB", "0.00001")
    opened("arm-t1-ag")
    assert not (old.job / "rounds").exists()
    (node_folder / ("b" * 16)).symlink_to(tmp_path)
    with pytest.raises(PermissionError, match="somebody else's"):
        NodeHome.open(HoldOrder("n", NOWHERE, "b" * 16, NOWHERE, "tiny.abcdef", "full", 1, 1, is_on_card=False))
