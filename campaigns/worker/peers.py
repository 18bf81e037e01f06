"""The other processes of a team: a worker whose fits train on several devices starts them, and they end with it.

They compute, and nothing else: the worker alone decides, stops, and writes. So they are ended by being killed, whenever
the worker has no more use for them; and where one of them ends by itself, the worker leaves no last words and goes,
too, so that its attempt counts as lost and the next one goes on from the checkpoint.
"""

import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from shutil import rmtree
from signal import Signals
from tempfile import mkdtemp
from threading import Event, Lock, Thread
from typing import IO, NoReturn

import numpy as np
import torch
from numpy.typing import NDArray

from campaigns.datasets.dataset import Labels
from campaigns.learning.handing import FitStanding, hand_out
from campaigns.learning.steps import Fit
from campaigns.learning.team import Team
from campaigns.worker.journal import log

MODULE = "campaigns.worker.peer"
LOST = 75
"""Exit code of a process that goes because another one of its team is gone."""
LOOK_SECONDS = 0.1
"""Between two looks at whether all of them live."""
WORDS_SECONDS = 1.0
"""For the system to say who is gone, once one does not answer."""


@dataclass(frozen=True, slots=True)
class PeerTask:
    """What a process is told first."""

    worker: int
    """The number of the worker's process: whose child has another parent by now ends."""
    home: str
    campaign: str
    device: str
    """`cpu` or `cuda`; of the cards that the worker sees, each process has the one of its own number."""
    threads: int
    number: int
    size: int
    meeting: str


@dataclass(frozen=True, slots=True)
class FitTask:
    """What all of them are told of each fit; rows, labels and tensors follow."""

    rows: int
    classes: int
    epochs: int
    entropy: tuple[int, ...]
    """Of the round."""
    standing: FitStanding


def line_of(task: PeerTask | FitTask) -> bytes:
    """Return a task as a line for a process's stdin."""
    return json.dumps(asdict(task)).encode() + b"\n"


def model_entropy(entropy: tuple[int, ...]) -> tuple[int, ...]:
    """Return what a round's model is drawn from, by the round's own entropy."""
    return (*entropy, 0)


def training_entropy(entropy: tuple[int, ...]) -> tuple[int, ...]:
    """Return what a round's training is drawn from, by the round's own entropy."""
    return (*entropy, 1)


@dataclass(slots=True)
class Peers:
    """The processes beside this one; none before the first fit."""

    home: Path
    campaign: str
    threads: int
    device: torch.device
    size: int
    """Of the team, this process among them."""
    _team: Team | None = field(default=None, repr=False)
    _children: list[subprocess.Popen[bytes]] = field(default_factory=list, repr=False)
    _folder: str = ""
    _is_over: Event = field(default_factory=Event, repr=False)
    _last_word: Lock = field(default_factory=Lock, repr=False)

    def join(self, task: FitTask, state: Fit, rows: NDArray[np.int64], labels: Labels) -> Team:
        """Have all processes begin a fit that stands where `state` does; labels (n, C) of these rows (n,)."""
        if self._team is None:
            self._team = self._started()
        for child in self._children:
            with suppress(BrokenPipeError):  # it is gone, which is being looked after
                _input(child).write(line_of(task))
                _input(child).flush()
        self._team.hand_out([torch.from_numpy(rows.copy()), torch.from_numpy(labels.copy())])
        hand_out(state, self._team)
        return self._team

    def close(self) -> None:
        """End all of them; nothing of what they do is still wanted."""
        with self._last_word:
            self._is_over.set()
        for child in self._children:
            child.kill()
        for child in self._children:
            child.wait()
            with suppress(BrokenPipeError):
                _input(child).close()
        self._children.clear()
        if self._team is not None:
            self._team.leave()
            self._team = None
        self._clear()

    def _clear(self) -> None:
        if self._folder:
            rmtree(self._folder, ignore_errors=True)

    def _started(self) -> Team:
        # On this machine's own disk, which has locks; a home may lie on one that has none.
        self._folder = mkdtemp(prefix="alwsl-team-")
        meeting = Path(self._folder) / "meeting"
        for number in range(1, self.size):
            child = subprocess.Popen(
                # Its last word is the home, as a worker's: who looks for processes of a home finds it.
                [sys.executable, "-u", "-P", "-m", MODULE, str(number), str(self.home)],
                stdin=subprocess.PIPE,
            )
            self._children.append(child)
            task = PeerTask(
                os.getpid(), str(self.home), self.campaign, self.device.type, self.threads, number, self.size,
                str(meeting),
            )  # fmt: skip
            with suppress(BrokenPipeError):
                _input(child).write(line_of(task))
                _input(child).flush()
        Thread(target=self._watch, name="watch", daemon=True).start()
        log(f"each fit trains in {self.size} processes, of which this is the first")
        team = Team.join(meeting, 0, self.size, device=self.device, lose=self._lose)
        if self.device.type == "cpu":  # on GPUs they may meet there again
            self._clear()
        return team

    def _watch(self) -> None:
        """Notice at once where a process ends: whoever waits for it in the midst of a sum does not hear of it."""
        while not self._is_over.wait(LOOK_SECONDS):
            with self._last_word:  # those that are just being ended are not lost
                is_lost = bool(not self._is_over.is_set() and self._gone())
            if is_lost:
                self._lose("")

    def _gone(self) -> list[str]:
        codes = {number: child.poll() for number, child in enumerate(self._children, 1)}
        ended = {number: code for number, code in codes.items() if code is not None}
        # Those that went because another one did are not to blame.
        first = {number: code for number, code in ended.items() if code != LOST} or ended
        return [f"process {number} of {self.size} {_how(code)}" for number, code in first.items()]

    def _lose(self, complaint: str) -> NoReturn:
        """End this process as if it had been killed, having said why in the log."""
        self._last_word.acquire()  # for ever: another thread may come to say the same
        deadline = time.monotonic() + WORDS_SECONDS
        while not (gone := self._gone()) and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)
        log(f"lost: {'; '.join(gone) or complaint}")
        for child in self._children:
            child.kill()
        self._clear()
        os._exit(LOST)


def _input(child: subprocess.Popen[bytes]) -> IO[bytes]:
    assert child.stdin is not None
    return child.stdin


def _how(code: int) -> str:
    return f"ended with exit code {code}" if code >= 0 else f"was killed by {Signals(-code).name}"
