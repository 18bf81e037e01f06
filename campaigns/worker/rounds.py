"""One round: train and seal. Each step leaves a file, and a step whose file is there is not done again."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from campaigns.core.events import EpochDone, Reused, RoundDone, RoundStarted
from campaigns.home.checksums import digest
from campaigns.home.paths import RoundPaths
from campaigns.home.round import RoundFacts, SealedRound
from campaigns.home.scores import score_files
from campaigns.home.split import LabelSource
from campaigns.learning.checkpoints import Keeper, load_weights, restore_fit, save_fit, save_weights
from campaigns.learning.handing import FitStanding
from campaigns.learning.masks import masks_of
from campaigns.learning.models import MapModel
from campaigns.learning.scoring import score_pool
from campaigns.learning.steps import Fit
from campaigns.learning.team import Team
from campaigns.learning.training import Epoch, begin, fit, is_finished, training_on
from campaigns.oracle.oracle import RevealedLabels
from campaigns.worker.journal import Journal
from campaigns.worker.mending import usable
from campaigns.worker.nonfinite import naming
from campaigns.worker.peers import FitTask, model_entropy, training_entropy
from campaigns.worker.reuse import find, fit_key, is_as_keyed, remember, take_over
from campaigns.worker.setting import Setting
from campaigns.worker.stops import Stopped, Stops

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Round:
    """One round of one job, and where it leaves what it makes."""

    number: int
    told: RevealedLabels
    """What it may train on, and the labels of that."""
    epochs: int
    """Epochs that it trains for, or at most."""
    entropy: tuple[int, ...]
    paths: RoundPaths
    heir: RoundPaths | None = None
    """The round that trains the same model on; None where none does."""
    seconds: dict[str, float] = field(default_factory=dict)
    """How long each step took, for `round.json`."""
    facts: RoundFacts = field(default_factory=RoundFacts)
    """How its model came about, likewise."""

    @property
    def labelled(self) -> Ints:
        """Rows of the training split it trains on, in the order they were asked for."""
        return self.told.rows

    @property
    def classes(self) -> tuple[str, ...]:
        """What its model tells apart, in order."""
        return self.told.classes

    def new_model(self, setting: Setting) -> MapModel:
        """Build its model as it is before the first epoch."""
        return setting.new_model(model_entropy(self.entropy), classes=len(self.classes))

    def key(self, setting: Setting) -> str:
        """Hash of all that the round's model depends on."""
        return fit_key(setting, self.told, self.epochs, self.entropy)


def train(setting: Setting, round_: Round, journal: Journal, stops: Stops) -> MapModel:
    """Return the round's model: trained, continued from its checkpoint, or as it was saved.

    Raises:
        Stopped: it was asked to stop; the checkpoint is there. Or another attempt has the job.
        NoNumber: numbers went wrong; the checkpoint is of before that.
    """
    if not round_.paths.model.exists() and (earlier := find(setting.home, round_.key(setting), round_.paths)):
        journal.say(_started(setting, round_, earlier.epochs or round_.epochs))
        take_over(earlier, round_.paths)
        if round_.paths.model.exists():
            round_.paths.checkpoint.unlink(missing_ok=True)
            journal.say(Reused(round_.number, earlier.name))
            round_.facts.reused_from, round_.facts.epochs = earlier.name, earlier.epochs
    if round_.paths.model.exists():
        # A kill may have come between the model and this.
        round_.paths.checkpoint.unlink(missing_ok=True)
    if (kept := usable(round_.paths.model, lambda: _kept(setting, round_), journal)) is not None:
        return kept
    state = _state(setting, round_, journal)
    model = state.model
    journal.say(_started(setting, round_, state.epoch))
    began, pieces = time.perf_counter(), state.pieces * setting.processes
    with Keeper(round_.paths.checkpoint) as keeper:
        for epoch in _epochs(setting, round_, state, stops):
            if epoch.pieces > pieces:
                pieces = epoch.pieces
                journal.note(f"memory did not suffice: batches are computed in {pieces} pieces", is_warning=True)
            # Said before it is kept: an epoch that is done again says the same again, one that is kept is never silent.
            journal.say(EpochDone(round_.number, epoch.number, epoch.loss, epoch.seconds))
            if not is_finished(state, setting.recipe.training, round_.epochs):
                stops.require_job()
                keeper.keep(state)
                stops.between_epochs()
    stops.require_job()
    if not is_finished(state, setting.recipe.training, round_.epochs):
        raise Stopped
    facts = round_.facts
    facts.precision, facts.processes = setting.recipe.run.precision, setting.processes
    facts.pieces, facts.epochs = state.pieces * setting.processes, state.epoch
    _demand_scores(setting, round_, model)
    if round_.heir is not None and not round_.heir.model.exists():
        # Before the model, whose being there says that this round need not train: the heir would begin at nothing.
        round_.heir.folder.mkdir(parents=True, exist_ok=True)
        save_fit(round_.heir.checkpoint, state)
    save_weights(round_.paths.model, model)
    round_.paths.checkpoint.unlink(missing_ok=True)
    round_.seconds["train"] = time.perf_counter() - began
    return model


def _started(setting: Setting, round_: Round, epoch: int) -> RoundStarted:
    is_open_ended = setting.recipe.training.until == "converged"
    return RoundStarted(round_.number, len(round_.labelled), round_.epochs, epoch, is_open_ended)


def _epochs(setting: Setting, round_: Round, state: Fit, stops: Stops) -> Iterator[Epoch]:
    model, rows = setting.recipe.model, round_.labelled
    masks = masks_of(setting.dataset.train, rows, model.image_size) if model.learning.is_dense else None
    training = training_on(rows, round_.told.labels, setting.device, task=model.task, masks=masks)
    with naming(setting.dataset.train, round_.number):
        yield from fit(
            state, setting.train, training, spec=setting.recipe.training, epochs=round_.epochs,
            entropy=training_entropy(round_.entropy), is_stopping=stops.at_step, team=_team(setting, round_, state),
        )  # fmt: skip


def _team(setting: Setting, round_: Round, state: Fit) -> Team | None:
    """Return those who train together with this process, once they are ready; None where it trains alone."""
    if setting.peers is None or is_finished(state, setting.recipe.training, round_.epochs):
        return None
    rows, labels = round_.labelled, round_.told.labels
    images, classes = labels.shape
    task = FitTask(images, classes, round_.epochs, round_.entropy, FitStanding.of(state))
    return setting.peers.join(task, state, rows, labels)


def _demand_scores(setting: Setting, round_: Round, model: MapModel) -> None:
    """Raise NoNumber if the model scores what is no number, before it is kept and while the checkpoint is there."""
    with naming(setting.dataset.train, round_.number):
        score_pool(model, setting.train, round_.labelled[: setting.scoring_batch], batch_size=setting.scoring_batch)


def _kept(setting: Setting, round_: Round) -> MapModel:
    return loaded(round_.paths.model, round_.new_model(setting))


def loaded(path: Path, model: MapModel) -> MapModel:
    """Return the model with the weights in a file.

    Raises:
        BadData: as `load_weights`.
    """
    load_weights(path, model)
    return model


def _state(setting: Setting, round_: Round, journal: Journal) -> Fit:
    """Return the round's fit: at its checkpoint, or at the beginning."""
    fresh = begin(round_.new_model(setting), setting.recipe.training)
    path = round_.paths.checkpoint
    if not path.exists() or usable(path, lambda: restore_fit(path, fresh), journal):
        return fresh
    # A checkpoint of something else may have left half of itself in the first.
    return begin(round_.new_model(setting), setting.recipe.training)


def seal(round_: Round, labels: LabelSource) -> None:
    """Mark the round as complete: the file that is written last, with hashes and seconds."""
    if round_.paths.done.exists():
        return
    paths = round_.paths
    scores = score_files(paths)
    kept = (paths.model, paths.evaluation, *scores, paths.picks, paths.maps, paths.labels, paths.tested)
    _sealed(round_, labels, kept).write(paths.done)


def seal_choice(round_: Round, labels: LabelSource) -> None:
    """Mark as complete what a round chose after it had been complete without: it was the last one of a plan."""
    paths = round_.paths
    # Neither its model nor its measures were made again; to look them over took no time of theirs.
    for step in ("train", "evaluate"):
        round_.seconds.pop(step, None)
    _sealed(round_, labels, (*score_files(paths), paths.picks, paths.maps)).write(paths.choice)


def _sealed(round_: Round, labels: LabelSource, kept: Sequence[Path]) -> SealedRound:
    sums = {path.name: digest(path) for path in kept if path.exists()}
    return SealedRound(
        round_.number, len(round_.labelled), labels=labels, seconds=round_.seconds, facts=round_.facts, sha256=sums
    )


def finish(setting: Setting, round_: Round, journal: Journal) -> None:
    """Seal the round and say so; saying it again changes nothing."""
    seal(round_, setting.split.labels)
    # What was made elsewhere, perhaps by a stranger, serves its own campaign and no other.
    if not setting.paths.carried.exists() and is_as_keyed(round_.paths):
        remember(setting.home, round_.key(setting), round_.paths)
    journal.say(RoundDone(round_.number, len(round_.labelled)))
