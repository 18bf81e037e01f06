"""Workers as processes of this machine, with real ones."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from campaigns.core.execution import Ended, Gone, Handle, Lost, Running, Slot, StopStep
from campaigns.core.states import Intent
from campaigns.home.paths import AttemptPaths
from campaigns.home.process import Worker, worker_of
from campaigns.station import attempt as attempt_module
from campaigns.station.attempt import LADDERS, NEVER_STARTED, UNKNOWN, Live, exit_code
from campaigns.station.executors import local
from campaigns.station.executors.local import SIGNALS, LocalExecutor, handle_of, is_alive, pid_of, send, worker_from
from campaigns.station.executors.opening import is_at_work
from tests.stage import wait_for
from tests.store.rows import a_campaign, an_attempt

CHILD = """
import signal, time
signal.signal(signal.SIGTERM, lambda *_: print('asked', flush=True))
print('up', flush=True)
while True:
    time.sleep(3600)
"""
GONE = handle_of(Worker(2**22 + 1, 0.0))
"""Of a process that is none."""


@pytest.fixture
def stubborn(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A child in a session of its own, at work in the folder of its log, that does not end when it is asked to."""
    log = tmp_path / "log"
    with log.open("wb") as out:
        child = subprocess.Popen([sys.executable, "-c", CHILD], stdout=out, start_new_session=True, cwd=tmp_path)
    wait_for(lambda: b"up" in log.read_bytes(), on_failure=log.read_text)
    yield child
    child.kill()
    child.wait()


def alive(child: subprocess.Popen[bytes], folder: Path, executor: LocalExecutor) -> Live:
    handle = executor.adopt_child(child, AttemptPaths(folder))
    return Live(an_attempt(a_campaign()), AttemptPaths(folder), time.monotonic(), handle)


class Clock:
    """Time as a test has it pass; from nothing, so that what is added to it is not rounded."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


def wait_until_asked(log: Path, times: int) -> None:
    wait_for(lambda: log.read_text().count("asked") == times, on_failure=log.read_text)


def test_a_worker_that_ignores_being_asked_is_killed_when_its_time_is_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stubborn: subprocess.Popen[bytes]
) -> None:
    clock, executor, log = Clock(), LocalExecutor(), tmp_path / "log"
    monkeypatch.setattr(attempt_module, "time", clock)
    live = alive(stubborn, tmp_path, executor)
    *asks, (last, _) = LADDERS[Intent.CANCEL]
    # The next rung only once it has heard of the one before: a busy machine hands two signals on as one.
    for times, (at, _) in enumerate(asks, start=1):
        clock.now = at
        live.obey(Intent.CANCEL, executor.ask)
        wait_until_asked(log, times)
    clock.now = last - 0.01
    live.obey(Intent.CANCEL, executor.ask)
    assert live.condition(executor.look()) == Running()
    clock.now = last
    live.obey(Intent.CANCEL, executor.ask)
    wait_for(lambda: live.condition(executor.look()) != Running(), on_failure=log.read_text)
    condition = live.condition(executor.look())
    assert exit_code(condition) == -signal.SIGKILL
    assert isinstance(condition, Ended)
    assert condition.words.startswith("killed by SIGKILL")
    assert live.was_asked
    assert log.read_text().count("asked") == 2


def test_every_way_of_stopping_asks_first_and_cancel_and_pause_end_with_a_kill() -> None:
    assert set(LADDERS) == {Intent.DRAIN, Intent.PAUSE, Intent.CANCEL}
    assert all(ladder[0][0] == 0 and ladder[0][1] is not StopStep.KILL for ladder in LADDERS.values())
    assert all([at for at, _ in ladder] == sorted(at for at, _ in ladder) for ladder in LADDERS.values())
    assert {intent for intent, ladder in LADDERS.items() if ladder[-1][1] is StopStep.KILL} == {
        Intent.PAUSE,
        Intent.CANCEL,
    }
    assert LADDERS[Intent.CANCEL][-1][0] == 10
    assert set(SIGNALS) == set(StopStep)


def test_a_worker_is_asked_once_and_not_again_at_every_look(tmp_path: Path, stubborn: subprocess.Popen[bytes]) -> None:
    executor = LocalExecutor()
    live = alive(stubborn, tmp_path, executor)
    for _ in range(50):
        live.obey(Intent.PAUSE, executor.ask)
    wait_for(lambda: "asked" in (tmp_path / "log").read_text(), on_failure=lambda: "it never heard us")
    live.obey(Intent.RUN, executor.ask)
    assert live.condition(executor.look()) == Running()
    assert (tmp_path / "log").read_text().count("asked") == 1


def test_nobody_is_asked_anything_while_a_campaign_runs(tmp_path: Path, stubborn: subprocess.Popen[bytes]) -> None:
    executor = LocalExecutor()
    live = alive(stubborn, tmp_path, executor)
    live.obey(Intent.RUN, executor.ask)
    assert not live.was_asked


def test_another_executor_adopts_a_worker_by_its_handle_and_asks_it_too(
    tmp_path: Path, stubborn: subprocess.Popen[bytes]
) -> None:
    handle = LocalExecutor().adopt_child(stubborn, AttemptPaths(tmp_path))
    second = LocalExecutor()
    second.adopt(handle, AttemptPaths(tmp_path))
    assert second.look() == {handle: Running()}
    second.ask(handle, StopStep.KILL)
    wait_for(lambda: second.look() != {handle: Running()}, on_failure=lambda: "it lives")
    assert isinstance(second.look()[handle], Lost), "the code of somebody else's child is not known"
    second.ask(handle, StopStep.KILL)
    second.forget(handle)
    assert second.look() == {}
    second.ask(handle, StopStep.KILL)


def test_what_is_adopted_twice_stays_a_child(tmp_path: Path, stubborn: subprocess.Popen[bytes]) -> None:
    executor = LocalExecutor()
    handle = executor.adopt_child(stubborn, AttemptPaths(tmp_path))
    executor.adopt(handle, AttemptPaths(tmp_path))
    stubborn.kill()
    stubborn.wait()
    assert executor.look() == {handle: Ended(-signal.SIGKILL, "killed by SIGKILL")}


def test_a_worker_that_works_elsewhere_is_none_of_this_home(tmp_path: Path, stubborn: subprocess.Popen[bytes]) -> None:
    handle = LocalExecutor().adopt_child(stubborn, AttemptPaths(tmp_path))
    copy = tmp_path / "copy"
    copy.mkdir()
    assert is_at_work(handle, AttemptPaths(tmp_path))
    assert not is_at_work(handle, AttemptPaths(copy))
    assert not is_at_work(None, AttemptPaths(tmp_path))
    stranger = LocalExecutor()
    stranger.adopt(handle, AttemptPaths(copy))
    stranger.ask(handle, StopStep.KILL)
    assert stubborn.poll() is None


@pytest.mark.parametrize("text", ["", "n1 20", "[]", '{"pid": -1, "born": 1.0}', '{"pid": 0, "born": 1.0}', "[" * 9999])
def test_a_handle_of_another_executor_is_nobody_here(tmp_path: Path, text: str) -> None:
    executor, handle = LocalExecutor(), Handle(text)
    executor.adopt(handle, AttemptPaths(tmp_path))
    executor.ask(handle, StopStep.KILL)
    assert isinstance(executor.look()[handle], Lost)
    assert (worker_from(handle), pid_of(handle)) == (None, None)


def test_a_handle_is_what_a_worker_leaves_in_its_folder(tmp_path: Path) -> None:
    paths, executor = AttemptPaths(tmp_path), LocalExecutor()
    assert executor.recall(paths) is None
    worker = Worker(4711, 1.5, "boot/9")
    worker.write(paths.process)
    handle = executor.recall(paths)
    assert handle == handle_of(worker)
    assert handle is not None
    assert (worker_from(handle), pid_of(handle)) == (worker, 4711)


def test_a_pid_that_is_used_again_is_not_the_worker(stubborn: subprocess.Popen[bytes]) -> None:
    worker = worker_of(stubborn.pid)
    assert worker is not None
    assert is_alive(worker)
    earlier = Worker(worker.pid, worker.born - 60)
    assert not is_alive(earlier)
    send(earlier, signal.SIGKILL)
    assert is_alive(worker)


def test_a_dead_process_is_not_alive_even_before_it_is_reaped(stubborn: subprocess.Popen[bytes]) -> None:
    worker = worker_of(stubborn.pid)
    assert worker is not None
    send(worker, signal.SIGKILL)
    wait_for(lambda: not is_alive(worker), on_failure=lambda: "it lives")
    assert psutil.Process(stubborn.pid).status() == psutil.STATUS_ZOMBIE
    stubborn.wait()
    assert worker_of(stubborn.pid) is None
    send(worker, signal.SIGTERM)


def test_a_kill_takes_with_it_what_the_worker_started(tmp_path: Path) -> None:
    code = "import subprocess, sys\np = subprocess.Popen(['sleep', '3600'])\nprint(p.pid, flush=True)\np.wait()"
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True)
    assert child.stdout is not None
    with child, child.stdout:
        below = worker_of(int(child.stdout.readline()))
        worker = worker_of(child.pid)
        assert worker is not None
        assert below is not None
        send(worker, signal.SIGKILL)
    wait_for(lambda: not is_alive(below), on_failure=lambda: "what it started lives")


def test_how_it_died_is_told_when_we_can_know(tmp_path: Path, stubborn: subprocess.Popen[bytes]) -> None:
    paths, executor = AttemptPaths(tmp_path), LocalExecutor()
    adopted = Live(an_attempt(a_campaign()), paths, adopted=time.monotonic() - 60)
    assert adopted.condition({}) is NEVER_STARTED
    assert "never started" in NEVER_STARTED.words
    born = Live(an_attempt(a_campaign()), paths, adopted=time.monotonic())
    assert born.condition({}) == Running()
    known = Live(an_attempt(a_campaign()), paths, adopted=0.0, handle=GONE)
    assert known.condition({}) is UNKNOWN
    executor.adopt(GONE, paths)
    condition = known.condition(executor.look())
    assert isinstance(condition, Lost)
    assert condition.words == "its process is gone: it was killed, or the machine was restarted"
    ours = alive(stubborn, tmp_path, executor)
    stubborn.send_signal(signal.SIGBUS)
    stubborn.wait()
    assert ours.condition(executor.look()) == Ended(-signal.SIGBUS, "killed by SIGBUS")
    with subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"]) as child:
        handle = executor.adopt_child(child, paths)
        child.wait()
    assert executor.look()[handle] == Ended(3, "ended with exit code 3 and no last words")


@pytest.mark.parametrize("at_start", [-1, 10**9])
def test_a_killed_worker_is_said_to_lack_memory_only_where_the_system_killed_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stubborn: subprocess.Popen[bytes], at_start: int
) -> None:
    executor, paths = LocalExecutor(), AttemptPaths(tmp_path)
    executor.adopt(GONE, paths)
    handle = executor.adopt_child(stubborn, paths)
    stubborn.kill()
    stubborn.wait()
    for charge in executor._charges.values():
        charge.oom_kills = at_start
    texts = [condition.words for condition in executor.look().values() if isinstance(condition, Gone)]
    assert len(texts) == 2
    assert all(("perhaps out of memory" in text) == (at_start == -1) for text in texts)
    assert executor.look().keys() == {GONE, handle}


def test_a_worker_sees_its_own_gpu_and_a_worker_on_the_cpu_sees_none() -> None:
    assert local.visible(Slot("cuda", 2))["CUDA_VISIBLE_DEVICES"] == "2"
    assert local.visible(Slot("cpu"))["CUDA_VISIBLE_DEVICES"] == ""
    assert (str(Slot("cuda", 2)), str(Slot("cpu"))) == ("cuda:2", "cpu")
