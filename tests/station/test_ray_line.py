"""The line to a bridge, whatever the bridge does: here one that says what a test tells it to, in place of Ray's."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from campaigns.core.execution import (
    RAY,
    Condition,
    EndCause,
    Ended,
    Handle,
    Lost,
    Queued,
    Running,
    Slot,
    StopStep,
    Unreachable,
    Wish,
)
from campaigns.core.ids import Job, JobKind
from campaigns.home.paths import AttemptPaths, HomePaths
from campaigns.home.submission import Submission
from campaigns.home.task import Task
from campaigns.station.executors.ray import line
from campaigns.station.executors.ray.executor import ASKING, RayExecutor
from campaigns.station.executors.ray.talk import (
    AttemptNews,
    AttemptPhase,
    BridgeNews,
    BridgeVerb,
    ClusterNode,
    line_of,
    read_order,
)
from tests.stage import wait_for

PARROT = """
import pathlib, sys, threading, time
folder = pathlib.Path(sys.argv[1])
def hear():
    for line in sys.stdin:
        with (folder / "heard").open("a") as file:
            file.write(line)
    sys.exit()
threading.Thread(target=hear).start()
at = 0
while True:
    with (folder / "say").open("rb") as file:
        file.seek(at)
        more = file.read()
    at += len(more)
    if b"DIE" in more:
        sys.stderr.write("gone with the head\\n")
        sys.stderr.flush()
        import os
        os._exit(1)
    sys.stdout.buffer.write(more)
    sys.stdout.flush()
    time.sleep(0.02)
"""
"""Says what is written into a file, and writes down what it hears; each one that is started says all of it anew."""


class Parrot:
    """A bridge that repeats, and an executor at the other end of the line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "say").touch()
        (folder / "heard").touch()
        self.executor = RayExecutor(str(folder))
        self.executor.line.command = (sys.executable, "-u", "-c", PARROT)

    def say(self, *news: BridgeNews | bytes) -> None:
        with (self.folder / "say").open("ab") as file:
            file.write(b"".join(each if isinstance(each, bytes) else line_of(each) for each in news))

    def forget(self) -> None:
        (self.folder / "say").write_bytes(b"")

    def heard(self) -> list[str]:
        orders = [read_order(line) for line in (self.folder / "heard").read_bytes().splitlines()]
        return [f"{order.verb} {order.name.split('-')[1]}{f' {order.step}' if order.step else ''}" for order in orders]

    def until(self, condition: Callable[[], object]) -> None:
        def look() -> bool:
            self.executor.look()
            return bool(condition())

        wait_for(look, on_failure=lambda: f"{self.heard()} {self.executor.look()} {self.executor.line}")

    def condition(self, handle: Handle) -> Condition:
        return self.executor.look()[handle]


@pytest.fixture
def parrot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Parrot]:
    monkeypatch.setattr("campaigns.station.executors.ray.executor.obstacle_at", lambda _address: "")
    monkeypatch.setattr(line, "PAUSES", (0.05,))
    ours = Parrot(tmp_path)
    yield ours
    ours.executor.close()


def started(parrot: Parrot, name: str = "tiny.abcdef") -> tuple[Handle, str]:
    job = Job(JobKind.BASELINE, 0)
    paths = HomePaths(parrot.folder / "home").campaign(name).job(job.id).attempt(1)
    task = Task(parrot.folder / "home", name, job, 1, "cpu", 1)
    handle = parrot.executor.start(task, paths, Slot("cpu", None, parrot.executor.name))
    note = Submission.read(paths.engine)
    assert note is not None
    return handle, note.name


def alive() -> BridgeNews:
    return BridgeNews(heard=time.time(), nodes=(ClusterNode("f00", "n1", True, 2.0, 2.0),))


def test_what_becomes_of_an_attempt_is_what_was_said_last(parrot: Parrot) -> None:
    assert parrot.executor.free(Wish("auto", 1, 1, parrot.executor.name), []) == ASKING
    parrot.say(alive())
    parrot.until(lambda: parrot.executor.nodes)
    slot = parrot.executor.free(Wish("auto", 1, 1, parrot.executor.name), [])
    assert slot == Slot("cpu", None, parrot.executor.name)
    handle, name = started(parrot)
    assert parrot.condition(handle) == Queued("")
    parrot.until(lambda: parrot.heard() == ["start tiny.abcdef"])
    parrot.say(BridgeNews(attempt=AttemptNews(name, AttemptPhase.RUNNING, where="n1")))
    parrot.until(lambda: parrot.condition(handle) == Running("n1"))
    parrot.executor.ask(handle, StopStep.PAUSE)
    parrot.executor.ask(handle, StopStep.PAUSE)
    parrot.until(lambda: parrot.heard() == ["start tiny.abcdef", "ask tiny.abcdef pause"])
    parrot.say(BridgeNews(attempt=AttemptNews(name, AttemptPhase.ENDED, "ended", code=0)))
    parrot.until(lambda: parrot.condition(handle) == Ended(0, "ended"))
    parrot.executor.forget(handle)
    parrot.until(lambda: parrot.heard()[-1] == "forget tiny.abcdef")
    assert parrot.executor.look() == {}


def test_a_bridge_that_ends_is_started_again_and_told_of_every_attempt(parrot: Parrot) -> None:
    parrot.say(alive())
    first, name = started(parrot)
    second, _ = started(parrot, "other.abcdef")
    parrot.until(lambda: len(parrot.heard()) == 2)
    parrot.say(BridgeNews(attempt=AttemptNews(name, AttemptPhase.RUNNING, where="n1")))
    parrot.until(lambda: parrot.condition(first) == Running("n1"))
    parrot.say(b"DIE\n")
    parrot.until(lambda: parrot.executor.line.complaint == "gone with the head")
    parrot.forget()
    parrot.say(alive())
    # One that Ray has spoken of is never given to it again; the other one may not have got there.
    parrot.until(lambda: len(parrot.heard()) == 4)
    assert sorted(parrot.heard()[2:]) == ["adopt tiny.abcdef", "start other.abcdef"]
    assert (parrot.condition(first), parrot.condition(second)) == (Running("n1"), Queued(""))


def test_silence_is_neither_lost_nor_done_and_nothing_is_started(
    parrot: Parrot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "PATIENCE", 0.2)
    at = time.time()
    parrot.say(BridgeNews(heard=at, nodes=alive().nodes))
    handle, name = started(parrot)
    parrot.say(BridgeNews(attempt=AttemptNews(name, AttemptPhase.RUNNING, where="n1")))
    parrot.until(lambda: isinstance(parrot.condition(handle), Unreachable))
    condition = parrot.condition(handle)
    assert isinstance(condition, Unreachable)
    assert abs(condition.since - at) < 60
    words = parrot.executor.free(Wish("cpu", 1, 1, parrot.executor.name), [])
    assert isinstance(words, str)
    assert words.startswith("ray is out of reach")
    assert not parrot.executor.is_ready(1, Slot("cpu"))
    parrot.say(BridgeNews(attempt=AttemptNews(name, AttemptPhase.LOST, "the node failed", cause=EndCause.NODE)))
    parrot.until(lambda: parrot.condition(handle) == Lost("the node failed", EndCause.NODE))


def test_a_cluster_that_refuses_us_is_an_obstacle_until_it_does_not(parrot: Parrot) -> None:
    wish = Wish("cpu", 1, 1, parrot.executor.name)
    words = "Version mismatch: Ray: 2.60.0 Python: 3.12.1 here Ray: 2.60.0 Python: 3.11.7"
    parrot.say(BridgeNews(refusal=words, hint="install the same"))
    parrot.until(lambda: parrot.executor.obstacle(wish) == words)
    assert parrot.executor.require(wish) == words
    parrot.say(alive())
    parrot.until(lambda: parrot.executor.obstacle(wish) == "")
    assert "no node" in parrot.executor.obstacle(Wish("cpu", 8, 1, parrot.executor.name))


@pytest.mark.parametrize("line", [b"{}}\n", b"[1, 2]\n", b'{"heard": "soon"}\n', b"Segmentation fault\n"])
def test_a_bridge_that_says_what_nobody_understands_is_replaced(parrot: Parrot, line: bytes) -> None:
    parrot.say(line)
    parrot.until(lambda: parrot.executor.line.starts > 1)
    assert parrot.executor.line.complaint.startswith("its bridge says what nobody understands")
    parrot.forget()
    parrot.say(alive())
    parrot.until(lambda: parrot.executor.nodes)


def test_a_line_without_an_end_is_not_kept(parrot: Parrot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "MOST_BYTES", 1000)
    parrot.say(b"x" * 200_000)
    parrot.until(lambda: parrot.executor.line.starts > 1)
    assert parrot.executor.line.complaint == "its bridge says what has no end"


def test_a_node_that_refused_a_job_is_named_to_the_next_bridge(parrot: Parrot) -> None:
    parrot.say(alive())
    handle, name = started(parrot)
    parrot.until(parrot.heard)
    refusal = AttemptNews(name, AttemptPhase.LOST, "n1 refuses it", "n1", "f00", cause=EndCause.LAUNCH)
    parrot.say(BridgeNews(attempt=refusal))
    parrot.until(lambda: isinstance(parrot.condition(handle), Lost))
    parrot.executor.forget(handle)
    started(parrot)
    parrot.until(lambda: len((parrot.folder / "heard").read_bytes().splitlines()) == 3)
    last = read_order((parrot.folder / "heard").read_bytes().splitlines()[-1])
    assert (last.verb, last.shunned) == (BridgeVerb.START, ("f00",))


def test_an_adopted_attempt_is_looked_for_and_never_started(parrot: Parrot) -> None:
    handle = Handle(Submission(RAY, "alwsl-tiny.abcdef-full-1-00", 1.0, cluster="auto").to_text())
    parrot.executor.adopt(handle, AttemptPaths(parrot.folder / "home/campaigns/tiny.abcdef/jobs/full/attempts/1"))
    parrot.until(lambda: parrot.heard() == ["adopt tiny.abcdef"])
    assert parrot.condition(handle) == Running()
