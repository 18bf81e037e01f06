"""Holds one worker on a node of an engine: starts it as a child that dies with it, and tells what becomes of it.

It knows nothing of engines: whoever asks it reaches it over one. Where the node shares the home, the worker works in
the attempt's own folder. Where it does not, a home on the node takes what the job needs, and tells what comes of it.
"""

import os
import platform
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from campaigns.core.execution import EndCause, StopStep
from campaigns.errors import Damaged
from campaigns.home.asked import StopRequest
from campaigns.home.files import keep_private
from campaigns.home.paths import AttemptPaths, HomePaths, JobPaths
from campaigns.home.records import decode
from campaigns.home.submission import Submission
from campaigns.home.task import Task
from campaigns.station.executors.holding.bound_worker import BOUND_WORKER, REFUSED
from campaigns.station.executors.holding.node_home import NodeHome
from campaigns.station.executors.holding.talk import (
    PIECE,
    HoldOrder,
    HoldReport,
    HoldStage,
    NodeNews,
    WantedFiles,
    to_bytes,
)
from campaigns.station.ingest import last_lines
from campaigns.version import VERSION

QUICK = 0.1
"""Seconds between two looks at what a worker writes, while somebody waits for it."""
SIGNALS: Mapping[StopStep, tuple[signal.Signals, ...]] = {
    StopStep.DRAIN: (signal.SIGUSR1,),
    StopStep.PAUSE: (signal.SIGTERM,),
    StopStep.NOW: (signal.SIGTERM,),
    StopStep.KILL: (signal.SIGKILL,),
}
"""What a worker is sent for each step; see `worker.stops`."""


class AttemptHolder:
    """One attempt on this machine. Its methods may be called by several threads at once."""

    def __init__(self, order: bytes, node: str = "") -> None:
        keep_private()
        self._order = decode(HoldOrder, order)
        self._node = node
        self._changed = threading.Condition()
        self._version = 1
        self._stage = HoldStage.NEW
        self._is_shared: bool | None = None
        self._code, self._words, self._cause = 0, "", EndCause.WORKER
        self._child: subprocess.Popen[bytes] | None = None
        self._steps: set[StopStep] = set()
        self._home: NodeHome | None = None
        self.heard = time.monotonic()
        """When somebody asked last."""

    @property
    def is_begun(self) -> bool:
        """True once it was told to start its worker."""
        return self._is_shared is not None

    @property
    def is_over(self) -> bool:
        """True when its worker is gone."""
        return self._stage is HoldStage.ENDED

    @property
    def is_shared(self) -> bool:
        """True when the worker works in the home itself."""
        return bool(self._is_shared)

    def report(self, known: int = 0, seconds: float = 0.0) -> bytes:
        """Return how it stands, once that is another version than the one known, or so many seconds are over."""
        self.heard = time.monotonic()
        with self._changed:
            self._changed.wait_for(lambda: self._version != known, timeout=seconds)
        return to_bytes(self._report())

    def begin(self, is_shared: bool, task: bytes = b"") -> bytes:
        """Start the worker in the home itself, or in the one on this node, unless it was started; tell how it stands.

        Raises:
            OSError: it cannot be started.
        """
        self.heard = time.monotonic()
        with self._changed:
            if self._stage is HoldStage.NEW and self._is_shared is None:
                self._is_shared = is_shared
                folder = self._order.folder
                if not is_shared:
                    folder = self._attempt().folder
                    self._write_task(task)
                # The signal at a parent's end is bound to the thread that started the child, not to its process.
                threading.Thread(target=self._keep, args=(folder,), daemon=True).start()
                self._changed.wait_for(lambda: self._stage is not HoldStage.NEW)
        return to_bytes(self._report())

    def stop(self, step: str) -> bytes:
        """Ask the worker to stop, each step once: a second signal of a kind means another step to it."""
        self.heard = time.monotonic()
        step_ = StopStep(step)
        with self._changed:
            child = self._child
            if child is not None and self._stage is HoldStage.RUNNING and step_ not in self._steps:
                self._steps.add(step_)
                if not self._is_shared:
                    with suppress(OSError):
                        StopRequest(step_).write(self._attempt().asked)
                for number in SIGNALS[step_]:
                    _signal(child.pid, number)
        return to_bytes(self._report())

    def lacking(self, wanted: bytes) -> bytes:
        """Return which of the files that a job needs this node has not got; what else it has of the job goes."""
        self.heard = time.monotonic()
        return to_bytes(self._node_home().lacking(decode(WantedFiles, wanted)))

    def take(self, path: str, offset: int, content: bytes, digest: str = "") -> bytes:
        """Take a piece of a file, the last one with the hash of all of it."""
        self.heard = time.monotonic()
        self._node_home().take(path, offset, content, digest)
        return b"\n"

    def news(self, lines: int, log: int, known: str, seconds: float) -> bytes:
        """Return what there is behind so many lines of the journal and bytes of the log, once there is something.

        `known` is what `fingerprint` gave for the files that the asker knows of.
        """
        self.heard = time.monotonic()
        end = time.monotonic() + seconds
        while True:
            answer, is_new = self._news(lines, log, known)
            if is_new or time.monotonic() >= end:
                return answer
            with self._changed:
                self._changed.wait(QUICK)

    def read(self, path: str, stamp: str, offset: int) -> bytes:
        """Return a piece of a file; nothing where it was replaced meanwhile."""
        self.heard = time.monotonic()
        return self._node_home().read(path, stamp, offset, PIECE)

    def digest(self, path: str) -> bytes:
        """Return the hash of a file of the job, in hex; nothing where it is gone."""
        self.heard = time.monotonic()
        return self._node_home().digest(path)

    def _report(self) -> HoldReport:
        order, sees_home = self._order, False
        with suppress(OSError, Damaged):
            submission = Submission.read(AttemptPaths(order.folder).engine)
            sees_home = submission is not None and submission.name == order.name
        return HoldReport(
            self._version, self._stage, platform.node(), self._node, platform.python_version(), VERSION, time.time(),
            self._is_shared, sees_home, HomePaths(order.home).campaign(order.campaign).recipe.exists(),
            self._code, self._words, self._cause,
        )  # fmt: skip

    def _news(self, lines: int, log: int, known: str) -> tuple[bytes, bool]:
        home, paths = self._node_home(), self._attempt()
        is_over = self.is_over
        # In this order: last words are written last, and files before the journal that speaks of them.
        last_words = _text(paths.exit) if is_over else ""
        journal, has_more = home.journal_behind(paths.journal, lines)
        printed, has_more_log = home.log_behind(paths.log, log)
        files = home.files()
        news = NodeNews(
            self._report(), files, len(journal), len(printed), not (has_more or has_more_log),
            _text(paths.process), last_words,
        )  # fmt: skip
        return to_bytes(news, journal + printed), bool(
            journal or printed or is_over or home.fingerprint(files) != known
        )

    def _node_home(self) -> NodeHome:
        with self._changed:
            if self._home is None:
                self._home = NodeHome.open(self._order)
            return self._home

    def _attempt(self) -> AttemptPaths:
        return JobPaths(self._node_home().job).attempt(self._order.attempt)

    def _write_task(self, task: bytes) -> None:
        paths = self._attempt()
        paths.folder.mkdir(parents=True, exist_ok=True)
        replace(decode(Task, task), home=self._node_home().paths.folder).write(paths.task)

    def _keep(self, folder: Path) -> None:
        paths, order = AttemptPaths(folder), self._order
        try:
            with paths.log.open("ab") as log:
                child = subprocess.Popen(
                    [sys.executable, "-u", "-P", "-m", BOUND_WORKER, str(os.getpid()), str(folder)],
                    stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
                    cwd=folder, env=surroundings(order.threads, is_on_card=order.is_on_card),
                )  # fmt: skip
        except OSError as error:
            self._end(1, f"could not be started on {platform.node()}: {error}", EndCause.LAUNCH)
            return
        with self._changed:
            self._child, self._stage = child, HoldStage.RUNNING
            self._version += 1
            self._changed.notify_all()
        code = child.wait()
        if code == REFUSED:
            self._end(code, f"{platform.node()} refuses it: {last_lines(paths.log, 1)}", EndCause.LAUNCH)
        elif code < 0:
            self._end(code, f"killed by {signal.Signals(-code).name} on {platform.node()}", EndCause.WORKER)
        else:
            words = f"ended with exit code {code} and no last words on {platform.node()}"
            self._end(code, words, EndCause.WORKER)

    def _end(self, code: int, words: str, cause: EndCause) -> None:
        with self._changed:
            self._code, self._words, self._cause, self._stage = code, words, cause, HoldStage.ENDED
            self._version += 1
            self._changed.notify_all()


def surroundings(threads: int, *, is_on_card: bool) -> dict[str, str]:
    """Return the environment of a worker on a node; which card it has, the engine says."""
    kept = dict(os.environ)
    kept.pop("SLURMD_NODENAME", None)  # inside an allocation of Slurm: the engine that knows the node is another one
    if not is_on_card:
        kept["CUDA_VISIBLE_DEVICES"] = ""
    return kept | {
        "CUDA_DEVICE_ORDER": "PCI_BUS_ID", "OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads),
        "LC_ALL": os.environ.get("LC_ALL", "C.UTF-8"),
    }  # fmt: skip


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        if number is signal.SIGKILL:
            os.killpg(pid, number)  # it leads its own session, so the group is its own too
        else:
            os.kill(pid, number)
