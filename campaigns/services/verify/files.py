"""The files of one round against the hashes that its `round.json` keeps and the checksums that they carry."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open

from campaigns.core.ids import Job, JobKind
from campaigns.core.plan import Plan
from campaigns.errors import Damaged
from campaigns.home.checksums import demand_head, demand_stamp, demand_sum, digest
from campaigns.home.files import read_json
from campaigns.home.maps import maps_shape
from campaigns.home.paths import RoundPaths
from campaigns.home.typed import built
from campaigns.recipe.metrics import METRICS, REPORTED
from campaigns.services.verify.ledger import Ledger

MODEL, SCORES, MAPS = "model.safetensors", "scores.safetensors", "maps.safetensors"
PICKS, EVALUATION = "picks.json", "evaluation.json"
KNOWN = (MODEL, SCORES, MAPS, PICKS, EVALUATION)
CHECKPOINT = "checkpoint.pt"


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a complete round says of itself."""

    round: int
    labelled: int
    sums: Mapping[str, str]
    """Sha-256 of its files, by name."""


def needed(job: Job, number: int, plan: Plan) -> tuple[str, ...]:
    """Files that a complete round has to have; class maps may be there besides."""
    picks = plan.schedule.picks(number) > 0
    if job.kind is JobKind.FULL:
        return (MODEL, EVALUATION)
    if job.kind is JobKind.ARM and number == 0:
        return (PICKS,)
    return (MODEL, EVALUATION, SCORES, PICKS) if picks else (MODEL, EVALUATION)


def check_files(ledger: Ledger, paths: RoundPaths, wanted: Sequence[str], left_out: Sequence[str]) -> Sealed | None:
    """Every file of a complete round; what it says of itself, or None when that cannot be read."""
    sealed = _sealed(ledger, paths.done)
    if sealed is None:
        return None
    for name in wanted:
        if name not in sealed.sums:
            ledger.differ(paths.done, f"the hash of {name}", "64 hex digits", "absent")
    there = {path.name for path in paths.folder.iterdir() if not path.name.startswith(".")}
    for name in sorted(there - {*sealed.sums, paths.done.name}):
        if name in KNOWN:
            ledger.differ(paths.folder / name, "the file", "none, since its round does not vouch for it", "there")
        elif name != CHECKPOINT:
            ledger.unchecked["files that no round leaves"] += 1
    for name, wanted_sum in sealed.sums.items():
        path = paths.folder / name
        if name not in KNOWN:
            ledger.differ(paths.done, "a file of the round", f"one of {', '.join(KNOWN)}", name)
        elif name not in there and name in left_out:
            ledger.unchecked["models that were left out when the campaign was exported"] += 1
        elif name not in there:
            ledger.differ(path, "the file", f"one of sha-256 {wanted_sum[:16]}…", "missing")
        else:
            _check_one(ledger, path, wanted_sum)
    if CHECKPOINT in there:
        check_checkpoint(ledger, paths.checkpoint)
    return sealed


def check_checkpoint(ledger: Ledger, path: Path) -> None:
    """The fit that a round is in the middle of."""
    try:
        demand_head(path)
    except (OSError, ValueError) as error:
        ledger.differ(path, "the checkpoint", "as it was written", str(error))
    else:
        _count(ledger, path)


def check_open(ledger: Ledger, paths: RoundPaths) -> None:
    """What a round that is not complete has left so far: checksums that the files carry themselves."""
    for path in (paths.model, paths.scores, paths.maps):
        if path.exists():
            _check_stamp(ledger, path)
            _count(ledger, path)
    if paths.checkpoint.exists():
        check_checkpoint(ledger, paths.checkpoint)


def check_evaluation(ledger: Ledger, path: Path, plan: Plan, *, may_skip: bool) -> Mapping[str, Any] | None:
    """What a model was measured to be worth: its own checksum, its classes, and that its mean adds up."""
    try:
        said = read_json(path)
        if said is None:
            return None  # told already
        built(_Evaluation, said)
        ap = said["ap"] if isinstance(said.get("ap"), dict) else {}
        if not all(value is None or (isinstance(value, float) and 0 <= value <= 1) for value in ap.values()):
            raise ValueError("it holds what is no average precision")
    except (ValueError, OSError) as error:
        ledger.differ(path, "the evaluation", "one that a round wrote", str(error))
        return None
    try:
        demand_sum(said)
    except ValueError as error:
        ledger.differ(path, "its checksum", "that of its content", str(error))
    if "sha256" not in said:
        ledger.unchecked["evaluations from before they had a checksum of their own"] += 1
    ledger.demand(path, "the classes", list(plan.classes), list(ap))
    values = np.array([math.nan if value is None else value for value in ap.values()], np.float64)
    mean = METRICS[REPORTED].over_classes(values)
    ledger.demand(path, "mean_ap", None if math.isnan(mean) else mean, said["mean_ap"])
    if not (may_skip and 0 < said["images"] <= plan.test_images):
        ledger.demand(path, "images", plan.test_images, said["images"])
    ledger.checked["evaluations"] += 1
    return dict(said)


def check_maps(ledger: Ledger, path: Path, *, picks: int, classes: int) -> None:
    """Class maps have to be of the round's picks."""
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


@dataclass(frozen=True, slots=True)
class _Evaluation:
    images: int
    mean_ap: float | None


@dataclass(frozen=True, slots=True)
class _Head:
    schema: int
    round: int
    labelled: int


def _sealed(ledger: Ledger, path: Path) -> Sealed | None:
    try:
        said = read_json(path)
        head = built(_Head, said)
        sums = said.get("sha256")
        if not isinstance(sums, dict) or not all(isinstance(value, str) for value in sums.values()):
            raise ValueError("it names no files")
    except (Damaged, ValueError, OSError) as error:
        ledger.differ(path, "what the round says of itself", "as it was written", str(error))
        return None
    ledger.demand(path, "the schema", 1, head.schema)
    ledger.demand(path, "the round", int(path.parent.name), head.round)
    ledger.checked["rounds"] += 1
    return Sealed(head.round, head.labelled, sums)


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
        demand_stamp(path)
        with safe_open(path, "np") as file:  # a header that does not fit the size of its file
            list(file.keys())
    except (OSError, ValueError, SafetensorError) as error:
        ledger.differ(path, "its own checksum", "that of its content", str(error))


def _count(ledger: Ledger, path: Path) -> None:
    ledger.checked["files"] += 1
    ledger.checked["bytes"] += path.stat().st_size
