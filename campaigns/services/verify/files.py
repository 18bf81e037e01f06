"""The files of one round against the hashes that its `round.json` keeps and the checksums that they carry."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open

from campaigns.core.ids import Job, JobKind
from campaigns.errors import Damaged
from campaigns.home.checksums import digest, require_head, require_stamp
from campaigns.home.choice import sealed_round
from campaigns.home.evaluation import Evaluation
from campaigns.home.maps import maps_shape
from campaigns.home.paths import RoundPaths
from campaigns.home.round import SealedRound
from campaigns.home.score_list import ScoreList, is_shard
from campaigns.recipe.metrics import METRICS
from campaigns.services.verify.ledger import Ledger

MODEL, SCORES, MAPS = "model.safetensors", "scores.safetensors", "maps.safetensors"
PICKS, EVALUATION = "picks.json", "evaluation.json"
LABELS, TESTED, SCORE_LIST = "labels.safetensors", "tested.safetensors", "scores.json"
CHOICE = (SCORES, SCORE_LIST, PICKS, MAPS)
KNOWN = (MODEL, SCORES, SCORE_LIST, MAPS, PICKS, EVALUATION, LABELS, TESTED)
CHECKPOINT = "checkpoint.pt"


def needed(job: Job, number: int, *, picks: bool) -> tuple[str, ...]:
    """Return the files that a complete round has to have, of one that picks or not; maps may be there besides."""
    if job.kind is JobKind.FULL:
        return (MODEL, EVALUATION)
    if job.kind is JobKind.ARM and number == 0:
        return (PICKS,)
    return (MODEL, EVALUATION, SCORES, PICKS) if picks else (MODEL, EVALUATION)


def check_files(
    ledger: Ledger, paths: RoundPaths, wanted: Sequence[str], lacking: Mapping[str, str], *, is_choosing: bool = False
) -> SealedRound | None:
    """Check every file of a complete round; return what it says of itself, or None when that cannot be read.

    `lacking` has the names of files that may be missing, each with what became of them. A round that is choosing after
    it was complete may have files of that choice already.
    """
    sealed = _sealed(ledger, paths)
    if sealed is None:
        return None
    for name in wanted:
        if name not in sealed.sha256 and not (name == SCORES and SCORE_LIST in sealed.sha256):
            ledger.differ(paths.done, f"the hash of {name}", "64 hex digits", "absent")
    there = {path.name for path in paths.folder.iterdir() if not path.name.startswith(".")}
    for name in sorted(there - {*sealed.sha256, paths.done.name, paths.choice.name}):
        if is_choosing and (name in CHOICE or is_shard(name)):
            continue  # a kill may have come between them and what vouches for them
        if name in KNOWN or is_shard(name):
            ledger.differ(paths.folder / name, "the file", "none, since its round does not vouch for it", "there")
        elif name not in (CHECKPOINT, paths.scoring.name):
            ledger.unchecked["files that no round leaves"] += 1
    for name, wanted_sum in sealed.sha256.items():
        path = paths.folder / name
        if name not in KNOWN and not is_shard(name):
            ledger.differ(paths.done, "a file of the round", f"one of {', '.join(KNOWN)}", name)
        elif name not in there and name in lacking:
            ledger.unchecked[lacking[name]] += 1
        elif name not in there:
            ledger.differ(path, "the file", f"one of sha-256 {wanted_sum[:16]}…", "missing")
        else:
            _check_one(ledger, path, wanted_sum)
    if CHECKPOINT in there:
        check_checkpoint(ledger, paths.checkpoint)
    _check_list(ledger, paths, sealed)
    return sealed


def _check_list(ledger: Ledger, paths: RoundPaths, sealed: SealedRound) -> None:
    """Compare the list of several files of scores with those that the round vouches for."""
    vouched = {name: sum_ for name, sum_ in sealed.sha256.items() if is_shard(name)}
    if SCORE_LIST not in sealed.sha256 or not paths.score_list.exists():
        for name in vouched if SCORE_LIST not in sealed.sha256 else ():
            ledger.differ(paths.done, "a file of the round", f"none of several without {SCORE_LIST}", name)
        return
    try:
        listed = ScoreList.read(paths.score_list)
    except (Damaged, OSError) as error:
        ledger.differ(paths.score_list, "the list of scores", "as a round writes it", str(error))
        return
    shards = () if listed is None else listed.shards
    expected = {paths.score_shard(number).name: shard.sha256 for number, shard in enumerate(shards)}
    ledger.demand(paths.score_list, "its files and their sha-256", vouched, expected)


def check_checkpoint(ledger: Ledger, path: Path) -> None:
    """Check the fit that a round is in the middle of."""
    try:
        require_head(path)
    except (OSError, ValueError) as error:
        ledger.differ(path, "the checkpoint", "as it was written", str(error))
    else:
        _count(ledger, path)


def check_open(ledger: Ledger, paths: RoundPaths) -> None:
    """Check what a round that is not complete has left so far, by the checksums that the files carry themselves."""
    scores = (path for path in paths.folder.iterdir() if path.name == SCORES or is_shard(path.name))
    for path in (paths.model, *sorted(scores), paths.maps, paths.labels, paths.tested):
        if path.exists():
            _check_stamp(ledger, path)
            _count(ledger, path)
    if paths.checkpoint.exists():
        check_checkpoint(ledger, paths.checkpoint)


def check_evaluation(
    ledger: Ledger, path: Path, classes: Sequence[str], *, metric: str, tests: int, may_skip: bool
) -> Evaluation | None:
    """Check what a model was measured to be worth: its own checksum, its classes, and that its mean adds up."""
    try:
        evaluation = Evaluation.read(path)
    except (Damaged, OSError) as error:
        ledger.differ(path, "the evaluation", "one that a round wrote", str(error))
        return None
    if evaluation is None:
        return None  # told already
    if not evaluation.is_intact:
        ledger.differ(path, "its checksum", "that of its content", "wrong")
    ledger.demand(path, "the classes", list(classes), list(evaluation.per_class))
    if ledger.demand(path, "metric", metric, evaluation.metric):
        per_class = evaluation.per_class.values()
        values = np.array([math.nan if value is None else value for value in per_class], np.float64)
        mean = METRICS[metric].over_classes(values)
        ledger.demand(path, "value", None if math.isnan(mean) else mean, evaluation.value)
    if not (may_skip and 0 < evaluation.images <= tests):
        ledger.demand(path, "images", tests, evaluation.images)
    ledger.checked["evaluations"] += 1
    return evaluation


def check_maps(ledger: Ledger, path: Path, *, picks: int, classes: int) -> None:
    """Check that class maps are of the round's picks."""
    if not path.exists():
        ledger.unchecked["rounds that kept no class maps"] += 1
        return
    try:
        shape = maps_shape(path)
    except (ValueError, OSError) as error:
        ledger.differ(path, "the class maps", "as they were written", str(error))
        return
    if not 1 <= shape[0] <= picks or shape[1] != classes:
        ledger.differ(path, "their shape", f"[1 to {picks}, {classes}, H, W]", list(shape))


def _sealed(ledger: Ledger, paths: RoundPaths) -> SealedRound | None:
    path = paths.done
    try:
        sealed = sealed_round(paths)
        if sealed is None:
            raise FileNotFoundError("it is missing")
    except (Damaged, OSError) as error:
        ledger.differ(path, "what the round says of itself", "as it was written", str(error))
        return None
    ledger.demand(path, "the round", int(path.parent.name), sealed.round)
    ledger.checked["rounds"] += 1
    return sealed


def _check_one(ledger: Ledger, path: Path, wanted: str) -> None:
    try:
        ledger.demand(path, "its sha-256", wanted, digest(path))
        if path.suffix == ".safetensors":
            _check_stamp(ledger, path)
        _count(ledger, path)
    except OSError as error:
        ledger.differ(path, "the file", "one that can be read", str(error))


def _check_stamp(ledger: Ledger, path: Path) -> None:
    try:
        require_stamp(path)
        with safe_open(path, "np") as file:  # a header that does not fit the size of its file
            list(file.keys())
    except (OSError, ValueError, SafetensorError) as error:
        ledger.differ(path, "its own checksum", "that of its content", str(error))


def _count(ledger: Ledger, path: Path) -> None:
    ledger.checked["files"] += 1
    ledger.checked["bytes"] += path.stat().st_size
