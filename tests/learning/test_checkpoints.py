"""Weights, scores and half-finished fits on disk."""

import pickle
from pathlib import Path

import numpy as np
import pytest
import torch

from campaigns.errors import BadData
from campaigns.home.checksums import digest
from campaigns.learning.checkpoints import (
    Keeper,
    load_weights,
    restore_fit,
    save_fit,
    save_weights,
)
from campaigns.learning.training import begin, fit, training_on
from campaigns.recipe import TrainingSpec
from tests.learning.heads import CPU, a_head, some_labels, some_maps

TRAINING = TrainingSpec(lr=0.1, batch_size=8)
ROWS = np.arange(2, 32)


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


def test_what_is_kept_while_the_next_epoch_trains_is_the_fit_as_it_was(tmp_path: Path) -> None:
    state, training = begin(a_head(), TRAINING), training_on(ROWS, some_labels()[ROWS], CPU)
    with Keeper(tmp_path / "kept.pt") as keeper:
        for _ in fit(state, some_maps(), training, spec=TRAINING, epochs=3, entropy=(3,)):
            save_weights(tmp_path / f"{state.epoch}.safetensors", state.model)
            if state.epoch < 3:
                keeper.keep(state)
    kept = begin(a_head(), TRAINING)
    assert restore_fit(tmp_path / "kept.pt", kept)
    assert kept.losses == state.losses[:2]
    save_weights(tmp_path / "kept.safetensors", kept.model)
    assert (tmp_path / "kept.safetensors").read_bytes() == (tmp_path / "2.safetensors").read_bytes()
    list(fit(kept, some_maps(), training, spec=TRAINING, epochs=3, entropy=(3,)))
    save_weights(tmp_path / "kept.safetensors", kept.model)
    assert (tmp_path / "kept.safetensors").read_bytes() == (tmp_path / "3.safetensors").read_bytes()


@pytest.mark.parametrize("count", [1, 2])
def test_a_checkpoint_that_could_not_be_written_is_told_by_the_next_one_or_at_the_end(
    tmp_path: Path, count: int
) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(OSError, match="taken"):
        keep(tmp_path / "taken" / "c.pt", count)


def keep(path: Path, count: int) -> None:
    state = begin(a_head(), TRAINING)
    with Keeper(path) as keeper:
        for _ in range(count):
            keeper.keep(state)


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
