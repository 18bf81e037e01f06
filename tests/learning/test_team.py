"""Processes that train one fit together come to the bytes of one process that computes in as many pieces."""

from pathlib import Path
from typing import NoReturn

import pytest
import torch

from campaigns.learning.team import Team
from tests.learning.team_stage import BATCH, EPOCHS, FitCase, FitResult, train, train_together


def assert_equal(result: FitResult, expected: FitResult) -> None:
    """Losses, weights, running statistics and momenta are the same, bit by bit."""
    assert result.losses == expected.losses
    assert result.tensors.keys() == expected.tensors.keys()
    unlike = [name for name, tensor in result.tensors.items() if not _is_same(tensor, expected.tensors[name])]
    assert unlike == []


def _is_same(tensor: torch.Tensor, other: torch.Tensor) -> bool:
    # By bytes: 0 and -0 are equal, and no bytes.
    return tensor.contiguous().numpy().tobytes() == other.contiguous().numpy().tobytes()


@pytest.mark.parametrize(
    ("case", "size"),
    [
        (FitCase(), 2),
        # The last process has nothing of the last batch, which has six images.
        pytest.param(FitCase(), 4, marks=pytest.mark.slow),
        (FitCase(is_still=True), 2),
        pytest.param(FitCase("resnet18"), 2, marks=pytest.mark.slow),
        (FitCase(precision="bfloat16"), 2),
        (FitCase(images=1), 2),
    ],
    ids=["two", "four", "normalisation evaluates", "resnet18", "bfloat16", "one image"],
)
def test_a_team_comes_to_the_bytes_of_one_process_in_as_many_pieces(case: FitCase, size: int, tmp_path: Path) -> None:
    alone, together = train(case, pieces=size), train_together(case, size, tmp_path)
    assert len(alone.losses) == EPOCHS
    for result in together:
        assert_equal(result, alone)
        assert result.pieces == [size] * EPOCHS
    if not case.is_still and case.images > BATCH:
        assert any(name.endswith("running_var") and tensor.std() > 0 for name, tensor in alone.tensors.items())


@pytest.mark.slow
def test_a_team_that_trains_twice_comes_to_the_same_bytes(tmp_path: Path) -> None:
    results = []
    for folder in (tmp_path / "first", tmp_path / "second"):
        folder.mkdir()
        results.append(train_together(FitCase(), 4, folder)[3])
    assert_equal(*results)


def test_where_memory_does_not_suffice_in_any_process_all_of_them_take_smaller_pieces(tmp_path: Path) -> None:
    alone = train(FitCase(""), pieces=2)
    results = train_together(FitCase("", fits=(9, 3)), 2, tmp_path)
    assert_equal(results[1], results[0])
    for result in results:
        assert result.pieces == [4] * EPOCHS
        assert result.losses == pytest.approx(alone.losses, rel=1e-5)


def test_where_one_image_does_not_fit_all_of_them_say_so(tmp_path: Path) -> None:
    for result in train_together(FitCase("", fits=(9, 0)), 2, tmp_path):
        assert [name for name in result.tensors if "not even one image fits on each of 2 devices" in name]


def test_parts_are_the_pieces_of_a_batch() -> None:
    for size in range(1, 9):
        for images in range(1, 33):
            parts = [Team(number, size, lose=_never).part(images) for number in range(size)]
            pieces = torch.split(torch.arange(images), -(-images // size))
            assert [torch.arange(images)[part].tolist() for part in parts if part.start < part.stop] == [
                piece.tolist() for piece in pieces
            ]


def _never(complaint: str) -> NoReturn:
    raise AssertionError(complaint)


@pytest.mark.skipif(torch.cuda.device_count() < 2, reason="this machine has not two GPUs that PyTorch can use")
@pytest.mark.parametrize("precision", ["float32", "bfloat16", "float16"])
def test_gpus_come_to_the_same_bytes_each_time_and_near_what_one_comes_to(precision: str, tmp_path: Path) -> None:
    case, results = FitCase("resnet18", precision, device="cuda"), []
    for folder in (tmp_path / "first", tmp_path / "second"):
        folder.mkdir()
        results += train_together(case, 2, folder)
    for result in results[1:]:
        assert_equal(result, results[0])
    assert results[0].losses == pytest.approx(train(case, pieces=2).losses, rel=1e-2)
