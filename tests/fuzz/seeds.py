"""Files as programs write them, for fuzzing to begin with."""

import json
from collections.abc import Callable, Iterator
from io import BytesIO

import numpy as np

from campaigns.core.events import EpochDone, Evaluated, Event, Noted, Reused, RoundStarted, Started
from campaigns.core.ids import JobKind
from campaigns.home.exit import Ending
from campaigns.home.journal import Recorded as Said
from campaigns.home.journal import to_line


def header(said: object, body: bytes) -> bytes:
    """Bytes of a safetensors file with this header."""
    text = json.dumps(said).encode()
    return len(text).to_bytes(8, "little") + text + body


def journal_seeds() -> Iterator[bytes]:
    """Journals."""
    events: tuple[Event, ...] = (
        Started("cpu", 1, "x"), RoundStarted(0, 10, 3), EpochDone(0, 1, 0.5, 1.0), Evaluated(0, 0.5, (0.1, None), 1.0),
    )  # fmt: skip
    yield "".join(to_line(Said(n, 1.0 + n, event)) for n, event in enumerate(events, 1)).encode()
    yield to_line(Said(1, 1.0, Noted("ä\n", is_warning=True))).encode() + to_line(Said(2, 2.0, Reused(0, "a"))).encode()


def task_seeds() -> Iterator[bytes]:
    """One of each small JSON file of a home."""
    job = {"kind": JobKind.ARM, "trial": 0, "criterion": "ag"}
    said = {"home": "/h", "campaign": "a.123456", "job": job, "attempt": 1, "device": "cpu", "threads": 1}
    yield json.dumps(said | {"until_round": None, "schema": 1}).encode()
    yield json.dumps({"schema": 1, "ending": Ending.DONE, "code": 0, "error": "", "hint": ""}).encode()
    split = {"fingerprint": {"images": "f", "labels": "e"}, "labels": "dataset", "train": 3, "unlabelled": ["a"]}
    yield json.dumps(split | {"schema": 1, "initial": [["b"]]}).encode()
    evaluation = {"schema": 1, "metric": "map", "images": 3, "value": 0.5, "per_class": {"cat": 0.5, "dog": None}}
    yield json.dumps(evaluation | {"sha256": "0" * 64}).encode()
    facts = {"precision": "float32", "pieces": 1, "reused_from": None, "is_testing_halved": False}
    sealed = {"schema": 1, "round": 1, "labelled": 5, "labels": "dataset", "seconds": {"train": 0.5}, "facts": facts}
    yield json.dumps(sealed | {"sha256": {"picks.json": "0" * 64}}).encode()
    yield json.dumps({"schema": 1, "pid": 1, "born": 2.5}).encode()
    yield json.dumps({"schema": 1, "theme": "a", "images": None, "is_ascii": True}).encode()


def picks_seed() -> bytes:
    """Picks."""
    square = [[1, 1], [1, 1]]
    agreed = {"overlap": square, "votes": [0, 1], "kendall": [[1.0, 0.5], [0.5, 1]]}
    one = {"image": "a", "value": 0.5, "ranks": {"unc": 1}, "votes": 1, "probabilities": [0.5]}
    one |= {"list": "unc", "turn": 1}
    said = {"schema": 1, "criterion": "ag", "round": 0, "n": 1, "pool": 2, "agreement": agreed, "picks": [one]}
    said |= {"criteria": ["unc", "ent"]}
    return json.dumps(said).encode()


def scores_seed() -> bytes:
    """Scores of a pool."""
    parts = {name: {"dtype": "F32", "shape": [1, 2], "data_offsets": [8 * n, 8 * n + 8]} for n, name in
             enumerate(("logits", "peak", "trough"))}  # fmt: skip
    return header(parts | {"pool": {"dtype": "I64", "shape": [1], "data_offsets": [24, 32]}}, bytes(32))


def arrays_seed(save: Callable[..., None]) -> bytes:
    """Scores of other programs, as NumPy has them."""
    file = BytesIO()
    save(
        file, images=["a", "b"], classes=["x"], logits=np.ones((2, 1)), peaks=np.ones((2, 1)), troughs=np.zeros((2, 1))
    )
    return file.getvalue()
