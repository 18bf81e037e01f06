"""What a model file says of itself, and what is refused."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from campaigns.core.fingerprint import Fingerprint
from campaigns.errors import BadData
from campaigns.home.checksums import METADATA, stamp
from campaigns.home.model_file import (
    KEY,
    Measured,
    ModelDescription,
    Origin,
    Preparation,
    Threshold,
    read_description,
)

DESCRIPTION = ModelDescription(
    task="multilabel",
    classes=("dog", "Ünicorn; or so"),
    head="wildcat",
    options={"kmax": 0.2, "kmin": None, "maps": 4, "gradient": "exact"},
    backbone="tiny",
    licence="none",
    training="frozen",
    precision="float32",
    preparation=Preparation(64, (0.1, 0.2, 0.3), (0.4, 0.5, 0.6), 12),
    thresholds={"dog": Threshold(0.25, 0.5, 0.125, 0.75, 3)},
    measured=Measured("map", 30, 0.5, {"dog": 0.5, "Ünicorn; or so": None}),
    origin=Origin("c.1", "full", 0, "ab" * 32, "mine", Fingerprint("i", "l"), 40, "0.1.0"),
)


def write_model_file(path: Path, metadata: dict[str, str]) -> Path:
    save_file({"w": np.zeros((4, 4), np.float32)}, path, metadata=metadata)
    stamp(path)
    return path


def saying(**changed: object) -> dict[str, str]:
    content = json.loads(DESCRIPTION.metadata()[KEY]) | changed
    return METADATA | {KEY: json.dumps(content)}


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    assert read_description(write_model_file(tmp_path / "m.safetensors", DESCRIPTION.metadata())) == DESCRIPTION


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        (dict(METADATA), "does not say what model it is"),
        (saying(task="../x"), "task: cannot be"),
        (saying(classes=["dog", "dog"]), "classes"),
        (saying(classes=[]), "classes"),
        (saying(training="other"), "training"),
        (saying(schema=2), "newer version"),
        (saying(schema=0), "its schema is 0"),
        (saying(options=3), "options"),
        (saying(preparation={"size": 9, "mean": [0, 0, 0], "std": [1, 1, 1], "bits": 16}), "preparation.size"),
        (saying(preparation={"size": 64, "mean": [0, 0, 0], "std": [1, 0, 1], "bits": 16}), "preparation.std"),
        (saying(preparation={"size": 64, "mean": [0, 0, 0], "std": [1, 1, 1], "bits": 3}), "preparation.bits"),
        (saying(thresholds={"cat": {"value": 0.5, "f1": 1, "low": 0, "high": 1, "positives": 1}}), "'cat'"),
        (saying(thresholds={"dog": {"value": 1.5, "f1": 1, "low": 0, "high": 1, "positives": 1}}), "1.5"),
        (METADATA | {KEY: "[" * 10_000}, "m.safetensors"),
        (METADATA | {KEY: "{"}, "JSON"),
    ],
)
def test_what_says_something_else_is_refused_with_file_and_reason(
    tmp_path: Path, metadata: dict[str, str], words: str
) -> None:
    path = write_model_file(tmp_path / "m.safetensors", metadata)
    with pytest.raises(BadData, match=words) as caught:
        read_description(path)
    assert str(path) in caught.value.message
    assert caught.value.hint


def test_a_file_that_is_cut_short_changed_or_none_is_refused(tmp_path: Path) -> None:
    whole = write_model_file(tmp_path / "m.safetensors", DESCRIPTION.metadata()).read_bytes()
    path = tmp_path / "other.safetensors"
    flipped = bytearray(whole)
    flipped[-1] ^= 1
    for content in (b"", whole[:4], whole[:200], whole[:-1], bytes(flipped), b"x" * 100):
        path.write_bytes(content)
        with pytest.raises(BadData, match=r"other\.safetensors"):
            read_description(path)
    with pytest.raises(BadData, match="there is no file"):
        read_description(tmp_path / "none.safetensors")
    with pytest.raises(BadData, match="cannot read"):
        read_description(tmp_path)


def test_numbers_are_checked() -> None:
    with pytest.raises(ValueError, match="positives"):
        replace(DESCRIPTION, thresholds={"dog": Threshold(0.5, 0.5, 0.5, 0.5, 0)}).check()
