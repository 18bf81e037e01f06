"""`python -m campaigns.worker.peer NUMBER HOME`: a process beside its worker, which tells it on stdin what to train.

It reads what the worker has made ready, computes its part of every batch, and writes nothing. It ends with the worker:
the system kills it then, where it does such things, and what it is told comes to an end.
"""

import ctypes
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import NoReturn

import numpy as np
import torch

from campaigns.datasets.campaign_data import open_campaign_data
from campaigns.datasets.dataset import Dataset
from campaigns.errors import NoNumber, OutOfMemory
from campaigns.home.files import keep_private
from campaigns.home.hosts import node_name
from campaigns.home.paths import HomePaths
from campaigns.home.records import decode
from campaigns.home.split import FrozenSplit
from campaigns.learning.device import choose_device, prepare
from campaigns.learning.handing import hand_out
from campaigns.learning.inputs import Inputs, joined
from campaigns.learning.masks import masks_of
from campaigns.learning.setup import new_model, opener
from campaigns.learning.team import Team
from campaigns.learning.training import begin, fit, training_on
from campaigns.recipe import Recipe, recipe_now
from campaigns.worker.peers import LOST, FitTask, PeerTask, model_entropy, training_entropy

_DEATH_SIGNAL = 1
"""Of Linux' `prctl`: what the system sends when the parent is gone."""


@dataclass(frozen=True, slots=True)
class Peer:
    """What a process works with in every fit."""

    recipe: Recipe
    dataset: Dataset
    inputs: Inputs
    """Of the training split."""
    device: torch.device
    team: Team

    @classmethod
    def open(cls, task: PeerTask) -> "Peer":
        """Meet the others, and open what the worker has opened before."""
        home = HomePaths(Path(task.home))
        paths = home.campaign(task.campaign)
        recipe = recipe_now(paths).at_node(node_name())
        prepare(task.threads, recipe.run.deterministic)
        device = choose_device("cuda", task.number) if task.device == "cuda" else choose_device("cpu")

        def lose(complaint: str) -> NoReturn:
            _say(f"process {task.number} of {task.size}: {complaint}")
            os._exit(LOST)

        team = Team.join(Path(task.meeting), task.number, task.size, device=device, lose=lose)
        data = open_campaign_data(home, paths, recipe.data, FrozenSplit.read(paths.split))
        inputs = [
            opener(recipe, part, home=home, device=device, working=_nothing, tell=_nothing)("train", part.train)
            for part in data.parts
            if len(part.train)
        ]
        return cls(recipe, data.dataset, joined(inputs), device, team)

    def train(self, task: FitTask) -> None:
        """Take part in a fit, to its end."""
        rows, labels = np.zeros(task.rows, np.int64), np.zeros((task.rows, task.classes), np.int8)
        self.team.hand_out([torch.from_numpy(rows), torch.from_numpy(labels)])
        entropy = model_entropy(task.entropy)
        model = new_model(self.recipe, task.classes, entropy=entropy, device=self.device)
        state = begin(model, self.recipe.training)
        task.standing.take_up(state)
        hand_out(state, self.team)
        spec = self.recipe.model
        masks = masks_of(self.dataset.train, rows, spec.image_size) if spec.learning.is_dense else None
        training = training_on(rows, labels, self.device, task=spec.task, masks=masks)
        # The worker comes to the same, and tells a person.
        with suppress(NoNumber, OutOfMemory):
            for _ in fit(
                state, self.inputs, training, spec=self.recipe.training, epochs=task.epochs,
                entropy=training_entropy(task.entropy), team=self.team,
            ):  # fmt: skip
                pass


def main() -> NoReturn:
    """Train what stdin says, until it ends, which is when the worker does."""
    keep_private()
    # Stops are the worker's to hear: it ends its team when it stops.
    for number in (signal.SIGUSR1, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    first = sys.stdin.buffer.readline()
    if not first:
        os._exit(0)
    task = decode(PeerTask, first)
    if os.getppid() != task.worker:  # it was gone before the system was asked
        os._exit(0)
    told: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_listen, args=(told,), name="listen", daemon=True).start()
    peer = Peer.open(task)
    while True:
        peer.train(decode(FitTask, told.get()))


def _listen(told: "SimpleQueue[bytes]") -> NoReturn:
    """Hand on each line; at their end the process ends, whatever it is doing."""
    while line := sys.stdin.buffer.readline():
        told.put(line)
    os._exit(0)


def _nothing(*_words: object) -> None:
    """Say nothing: the worker has said it."""


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
