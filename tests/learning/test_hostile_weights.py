"""Files of weights that hold something else."""

import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from campaigns.errors import NoWeights
from campaigns.learning.backbones import BACKBONES
from campaigns.learning.weights import build_backbone


def test_code_in_a_file_is_not_run(tmp_path: Path) -> None:
    path = tmp_path / "model.pth"
    torch.save(build_backbone(BACKBONES["tiny"], "none"), path)  # a pickled module, not its weights
    with pytest.raises(NoWeights, match="cannot read weights"):
        build_backbone(BACKBONES["tiny"], str(path))


def test_an_empty_file_of_weights_is_refused_before_it_is_read(tmp_path: Path) -> None:
    for path in (tmp_path / "w.pth", Path("/proc/self/status")):  # what the system makes up has no size either
        if path.parent == tmp_path:
            path.touch()
        with pytest.raises(NoWeights, match="is empty"):
            build_backbone(BACKBONES["tiny"], str(path))


class Payload:
    """What a stranger's file may hold: whoever unpickles it makes a file."""

    def __init__(self, proof: Path) -> None:
        self.proof = proof

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return os.mkdir, (str(self.proof),)


@pytest.mark.parametrize("save", [torch.save, lambda said, path: path.write_bytes(pickle.dumps(said, protocol=2))])
def test_a_file_of_weights_that_would_run_something_is_refused_and_nobody_is_told_to_trust_it(
    tmp_path: Path, save: Callable[[object, Path], object]
) -> None:
    path = tmp_path / "w.pth"
    save({"weight": Payload(tmp_path / "proof")}, path)
    with pytest.raises(NoWeights, match="holds more than tensors") as caught:
        build_backbone(BACKBONES["tiny"], str(path))
    assert "weights_only" not in str(caught.value) + caught.value.hint
    assert not (tmp_path / "proof").exists()
