"""Weights, scores and half-finished fits on disk."""

import pickle
from pathlib import Path

import pytest
import torch

from campaigns.errors import BadData
from campaigns.home.checksums import digest
from campaigns.learning.checkpoints import (
    load_weights,
    restore_fit,
    save_fit,
    save_weights,
)
from campaigns.learning.training import begin
from campaigns.recipe import TrainingSpec
from tests.learning.heads import a_head


class Malice:
    """Does something when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.mark,)


def test_a_pickle_in_the_place_of_a_checkpoint_is_refused_and_not_executed(tmp_path: Path) -> None:
    mark = tmp_path / "executed"
    state = begin(a_head(), TrainingSpec())
    for write in (lambda path: torch.save({"epoch": Malice(mark)}, path), lambda path: path.write_bytes(evil(mark))):
        write(tmp_path / "c.pt")
        with pytest.raises(BadData, match=r"c\.pt is damaged") as caught:
            restore_fit(tmp_path / "c.pt", state)
        assert "delete it" in caught.value.hint
        assert not mark.exists()
    assert state.epoch == 0
    pickle.loads(evil(mark))
    assert mark.exists(), "it would have done something"


def evil(mark: Path) -> bytes:
    return pickle.dumps(Malice(mark), protocol=2)  # what torch itself writes


@pytest.mark.parametrize("keep", [0, 10, 0.5, -1])
def test_a_checkpoint_that_was_cut_off_is_refused_by_name(tmp_path: Path, keep: float) -> None:
    state = begin(a_head(), TrainingSpec())
    save_fit(tmp_path / "c.pt", state)
    whole = (tmp_path / "c.pt").read_bytes()
    (tmp_path / "c.pt").write_bytes(whole[: int(len(whole) * keep) if isinstance(keep, float) else keep])
    with pytest.raises(BadData, match=r"c\.pt is damaged"):
        restore_fit(tmp_path / "c.pt", state)


def test_no_checkpoint_leaves_the_fit_alone(tmp_path: Path) -> None:
    state = begin(a_head(), TrainingSpec())
    assert not restore_fit(tmp_path / "none.pt", state)
    assert state.epoch == 0


def test_weights_come_back_exactly(tmp_path: Path) -> None:
    model, other = a_head(1), a_head(2)
    save_weights(tmp_path / "m.safetensors", model)
    load_weights(tmp_path / "m.safetensors", other)
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), other.parameters(), strict=True))
    save_weights(tmp_path / "n.safetensors", other)
    assert digest(tmp_path / "m.safetensors") == digest(tmp_path / "n.safetensors")


@pytest.mark.parametrize("content", [b"", b"junk" * 9, pickle.dumps([1]), b"\xff" * 64])
def test_what_is_no_safetensors_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "m.safetensors"
    path.write_bytes(content)
    with pytest.raises(BadData, match=r"m\.safetensors is missing or damaged") as caught:
        load_weights(path, a_head())
    assert "run again" in caught.value.hint


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"none\.safetensors is missing or damaged"):
        load_weights(tmp_path / "none.safetensors", a_head())
