"""`labels.safetensors`: what people had said when a round began. It trains, resumes and is verified from this alone."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from campaigns.core.classes import Naming
from campaigns.core.ids import Job
from campaigns.errors import BadData
from campaigns.home.checksums import METADATA, metadata_of, require_stamp, stamp
from campaigns.home.files import replacing
from campaigns.home.paths import CampaignPaths

Ints = NDArray[np.int64]
Signs = NDArray[np.int8]
_ARRAYS = ("rows", "labels", "set_aside", "test_rows", "test_labels")


@dataclass(frozen=True, slots=True, eq=False)
class RoundLabels:
    """The labels of one round, frozen before its first epoch."""

    rows: Ints
    """(n,) rows of the training split that it trains on, in the order they were asked for."""
    labels: Signs
    """(n, C), the data set's signs for present, absent and unknown."""
    set_aside: Ints
    """(m,) other rows that left the pool, ascending: skipped, or answered with nothing that can be trained on."""
    test_rows: Ints
    """(t,) rows of the test split that have a label, ascending."""
    test_labels: Signs
    """(t, C)"""
    last: int
    """Number of the last line of answers that was known, in the home where the round began.

    It is kept as it was: in another home, or once lines of another home were merged, lines have other numbers.
    """
    classes: tuple[str, ...]
    intake: int = 0
    """Number of the last look at the folder that the round knows of."""
    changed: float | None = None
    """When the classes had last been changed by then, in seconds since 1970; None where they had not been."""
    tests: int | None = None
    """How many test images were asked for by then; None where their number says it, as of an only intake."""

    @property
    def digest(self) -> str:
        """Sha-256 of everything that a round's model and its measures depend on."""
        sha256 = hashlib.sha256(json.dumps([list(self.classes)]).encode())
        for name in ("rows", "labels", "test_rows", "test_labels"):
            array = np.ascontiguousarray(getattr(self, name))
            sha256.update(f"{name} {array.shape}\n".encode())
            sha256.update(array.tobytes())
        return sha256.hexdigest()

    def check(self) -> None:
        """Raise ValueError unless the arrays fit each other."""
        for rows, labels in ((self.rows, self.labels), (self.test_rows, self.test_labels)):
            if rows.dtype != np.int64 or labels.dtype != np.int8 or labels.shape != (*rows.shape, len(self.classes)):
                raise ValueError("its labels do not fit its rows")
        if self.set_aside.dtype != np.int64 or self.set_aside.ndim != 1:
            raise ValueError("what was set aside is no list of rows")


def write_labels(path: Path, labels: RoundLabels) -> None:
    """Write them to a file, with their checksum."""
    arrays = {name: np.ascontiguousarray(getattr(labels, name)) for name in _ARRAYS}
    about = {"last": str(labels.last), "classes": json.dumps(list(labels.classes))}
    if labels.tests is not None:
        about |= {"intake": str(labels.intake), "tests": str(labels.tests)}
    if labels.changed is not None:
        about |= {"changed": repr(labels.changed)}
    with replacing(path) as draft:
        draft.write_bytes(save(arrays, metadata=METADATA | about))
        stamp(draft)


@dataclass(frozen=True, slots=True)
class RoundClasses:
    """What people were asked about when a round began."""

    names: tuple[str, ...]
    """In order, as they were called then."""
    changed: float | None
    """As of `RoundLabels`."""

    def today(self, naming: Naming) -> tuple[str, ...]:
        """Return what they are called by now; one whose name another class has got is marked as the earlier one."""
        names = naming.after(-inf if self.changed is None else self.changed)
        return tuple(names.get(name, name) or f"{name} (earlier)" for name in self.names)


def round_classes(path: Path) -> RoundClasses | None:
    """Return the classes of the round whose labels are in a file; None where there is no file, or it is damaged."""
    try:
        about = metadata_of(path)
        return RoundClasses(tuple(map(str, json.loads(about["classes"]))), _changed(about))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _changed(about: Mapping[str, str]) -> float | None:
    return float(about["changed"]) if "changed" in about else None


def classes_in(path: Path) -> tuple[str, ...]:
    """Return the names of these classes; none where there is no such file, or it is damaged."""
    known = round_classes(path)
    return () if known is None else known.names


def classes_of_round(paths: CampaignPaths, job: Job, number: int, planned: tuple[str, ...]) -> tuple[str, ...]:
    """Return the classes of a round: what people were asked about when it began, else `planned`.

    `planned` are those that its campaign was created with.
    """
    asking = job.needs if number == 0 and job.needs is not None else job  # an arm begins with its baseline's round
    return classes_in(paths.job(asking.id).round(number).labels) or planned


def read_labels(path: Path) -> RoundLabels | None:
    """Return the labels in a file; None when there is none.

    Raises:
        BadData: the file is not what was written.
    """
    if not path.exists():
        return None
    try:
        require_stamp(path)
        with safe_open(path, "np") as file:
            arrays = {name: file.get_tensor(name) for name in _ARRAYS}
        about = metadata_of(path)
        labels = RoundLabels(
            **arrays, last=int(about["last"]), classes=tuple(json.loads(about["classes"])),
            intake=int(about.get("intake", 0)), changed=_changed(about),
            tests=int(about["tests"]) if "tests" in about else None,
        )  # fmt: skip
        labels.check()
    except (ValueError, KeyError, SafetensorError) as error:
        raise BadData(
            f"{path} is damaged: {error}", hint="delete its round's folder: `alwsl-tui run` makes it again"
        ) from error
    return labels
