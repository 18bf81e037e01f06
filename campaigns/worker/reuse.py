"""Nothing is trained twice in a home: a fit whose inputs hash to one that was done before takes over its model."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from campaigns.errors import Damaged
from campaigns.home.checksums import digest
from campaigns.home.files import replacing
from campaigns.home.fits import KnownFit
from campaigns.home.paths import HomePaths, RoundPaths
from campaigns.home.round import SealedRound
from campaigns.oracle.oracle import RevealedLabels
from campaigns.worker.setting import Setting

FIT = 1
"""Raise it when the same inputs are to give another model."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A round of this home that was trained on the same, in the same way."""

    paths: RoundPaths
    name: str
    """For a person: `voc07-weldon.3f2a91 baseline-t0 round 0`."""
    epochs: int | None
    """Epochs that it trained for; None where its worker was killed before it could say."""


def fit_key(setting: Setting, told: RevealedLabels, epochs: int, entropy: tuple[int, ...]) -> str:
    """Hash of everything that the bytes of a trained model depend on."""
    inputs = fit_inputs(setting, told, epochs, entropy)
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


def fit_inputs(setting: Setting, told: RevealedLabels, epochs: int, entropy: tuple[int, ...]) -> Mapping[str, Any]:
    """Return everything that the bytes of a trained model depend on, as JSON has it.

    What came later is left out where it changes nothing, so that models of before are still found.
    """
    recipe, training = setting.recipe, setting.recipe.training
    later = {
        key for key, changes in (("until", training.until != "epochs"), ("augment", training.augment)) if not changes
    }
    added = {"folded": recipe.model.folded_maps} if recipe.model.folded_maps > 1 else {}
    added |= {"processes": setting.processes} if setting.processes > 1 else {}
    return added | {
        "fit": FIT,
        "images": setting.data.images_at(setting.intake(told)),
        # What people said counts by itself: one label that was corrected is another model.
        "labels": told.digest or setting.dataset.fingerprint.labels,
        "rows": hashlib.sha256(told.rows.tobytes()).hexdigest(),
        "model": recipe.model.model_dump(mode="json", exclude=None if recipe.model.is_pooled else {"features"}),
        "training": training.model_dump(mode="json", exclude=later),
        "epochs": epochs,
        "entropy": entropy,
        "weights": _digest_of_weights(recipe.model.weights),
        "torch": torch.__version__,
        "device": setting.device_name,
        "tested": hashlib.sha256(setting.tested(told).tobytes()).hexdigest(),
        "precision": recipe.run.precision,
        "threads": setting.threads,
        "compile": recipe.run.compile,
        "deterministic": recipe.run.deterministic,
    }


def _digest_of_weights(weights: str) -> str:
    """Hash a file of weights; a name stands for itself, and so does what is no file: who builds the model says so."""
    path = Path(weights)
    is_name = weights in {"imagenet", "none"} or not path.is_file() or not path.stat().st_size
    return weights if is_name else digest(path)


def find(home: HomePaths, key: str, own: RoundPaths) -> Earlier | None:
    """Return an earlier round with that key, if it is still there and still what it was."""
    fit = KnownFit.read(home, key)
    if fit is None or (earlier := fit.paths(home)).folder == own.folder:
        return None
    try:
        sealed = SealedRound.read(earlier.done)
    except Damaged:
        return None
    if sealed is None or not all(sealed.vouches_for(path) for path in (earlier.model, earlier.evaluation)):
        return None
    return Earlier(earlier, fit.name, sealed.facts.epochs)


def take_over(earlier: Earlier, own: RoundPaths) -> None:
    """Give the round the earlier one's model, and what was measured with it; links, where the disk can."""
    own.folder.mkdir(parents=True, exist_ok=True)
    for theirs, ours in ((earlier.paths.evaluation, own.evaluation), (earlier.paths.model, own.model)):
        if not theirs.exists() or ours.exists():
            continue
        # Whoever deletes that campaign meanwhile takes nothing from us: what is not there is trained.
        with suppress(FileNotFoundError):
            _link(theirs, ours)


def _link(theirs: Path, ours: Path) -> None:
    try:
        ours.hardlink_to(theirs)
    except FileNotFoundError:
        raise
    except OSError:  # a disk without links
        with replacing(ours) as draft:
            shutil.copyfile(theirs, draft)


def is_as_keyed(own: RoundPaths) -> bool:
    """Return True when the bytes of a sealed round follow from its key alone, as far as it is known.

    Where memory did not suffice for whole batches they depend on how much there was; and a worker that was killed
    between the model and the seal took with it how the model came about.
    """
    try:
        sealed = SealedRound.read(own.done)
    except Damaged:
        return False
    if sealed is None or sealed.facts.is_testing_halved:
        return False
    return sealed.facts.pieces == (sealed.facts.processes or 1) or sealed.facts.reused_from is not None


def remember(home: HomePaths, key: str, own: RoundPaths) -> None:
    """Let later campaigns find this round."""
    known = KnownFit.read(home, key)
    if known is None or not known.paths(home).model.exists():
        KnownFit(str(own.folder.relative_to(home.campaigns))).write(home, key)
