"""A worker under a station's eye, with real processes."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from campaigns.core.states import Intent
from campaigns.home.paths import AttemptPaths
from campaigns.station import live as live_module
from campaigns.station.live import LADDERS, Live
from campaigns.station.local import Worker, is_alive, send, worker_of
from tests.stage import wait_for
from tests.store.rows import a_campaign, an_attempt

CHILD = """
import signal, time
signal.signal(signal.SIGTERM, lambda *_: print('asked', flush=True))
print('up', flush=True)
while True:
    time.sleep(3600)
"""


@pytest.fixture
def stubborn(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A child in a session of its own that does not end when it is asked to."""
    log = tmp_path / "log"
    with log.open("wb") as out:
        child = subprocess.Popen([sys.executable, "-c", CHILD], stdout=out, start_new_session=True)
    wait_for(lambda: b"up" in log.read_bytes(), on_failure=log.read_text)
    yield child
    child.kill()
    child.wait()


def alive(child: subprocess.Popen[bytes], tmp_path: Path) -> Live:
    worker = worker_of(child.pid)
    assert worker is not None
    return Live(an_attempt(a_campaign()), AttemptPaths(tmp_path), time.monotonic(), child, worker)


def shorten(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rungs, at a twentieth of the time."""
    shorter = {intent: tuple((at / 20, what) for at, what in ladder) for intent, ladder in LADDERS.items()}
    monkeypatch.setattr(live_module, "LADDERS", shorter)


def test_a_worker_that_ignores_being_asked_is_killed_when_its_time_is_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stubborn: subprocess.Popen[bytes]
) -> None:
    shorten(monkeypatch)
    live = alive(stubborn, tmp_path)
    began = time.monotonic()

    def ended() -> bool:
        live.obey(Intent.CANCEL)
        return not live.is_alive()

    wait_for(ended, on_failure=(tmp_path / "log").read_text)
    assert time.monotonic() - began >= 10 / 20
    assert live.exit_code == -signal.SIGKILL
    assert live.how_it_died.startswith("killed by SIGKILL")
    assert live.was_asked
    assert (tmp_path / "log").read_text().count("asked") == 2


def test_every_way_of_stopping_asks_first_and_cancel_and_pause_end_with_a_kill() -> None:
    assert set(LADDERS) == {Intent.DRAIN, Intent.PAUSE, Intent.CANCEL}
    assert all(ladder[0][0] == 0 and ladder[0][1] is not signal.SIGKILL for ladder in LADDERS.values())
    assert all([at for at, _ in ladder] == sorted(at for at, _ in ladder) for ladder in LADDERS.values())
    assert {intent for intent, ladder in LADDERS.items() if ladder[-1][1] is signal.SIGKILL} == {
        Intent.PAUSE,
        Intent.CANCEL,
    }
    assert LADDERS[Intent.CANCEL][-1][0] == 10


def test_a_worker_is_asked_once_and_not_again_at_every_look(tmp_path: Path, stubborn: subprocess.Popen[bytes]) -> None:
    live = alive(stubborn, tmp_path)
    for _ in range(50):
        live.obey(Intent.PAUSE)
    wait_for(lambda: "asked" in (tmp_path / "log").read_text(), on_failure=lambda: "it never heard us")
    live.obey(Intent.RUN)
    assert live.is_alive()
    assert (tmp_path / "log").read_text().count("asked") == 1


def test_nobody_is_asked_anything_while_a_campaign_runs(tmp_path: Path, stubborn: subprocess.Popen[bytes]) -> None:
    live = alive(stubborn, tmp_path)
    live.obey(Intent.RUN)
    assert not live.was_asked


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
    adopted = Live(an_attempt(a_campaign()), AttemptPaths(tmp_path), adopted=0.0)
    assert not adopted.is_alive()
    assert "never started" in adopted.how_it_died
    known = Live(an_attempt(a_campaign()), AttemptPaths(tmp_path), adopted=0.0, worker=Worker(2**22 + 1, 0.0))
    assert "its process is gone" in known.how_it_died
    ours = alive(stubborn, tmp_path)
    stubborn.send_signal(signal.SIGBUS)
    stubborn.wait()
    assert ours.how_it_died == "killed by SIGBUS"
    with subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"]) as child:
        child.wait()
    said = Live(an_attempt(a_campaign()), AttemptPaths(tmp_path), adopted=0.0, process=child).how_it_died
    assert said == "ended with exit code 3 and no last words"
