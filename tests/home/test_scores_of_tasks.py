"""Scores of other tasks come back as they were, and those of many labels are written as they always were."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from campaigns.home.scores import map_scores, read_scores, write_scores

ROWS = np.array([3, 5, 8, 9], np.int64)


def values(columns: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    drawn = np.sort(np.random.default_rng(1).random((4, 3, columns)).astype(np.float32), axis=1)
    return drawn[:, [1, 2, 0]]  # logits, peak, trough


def header(path: Path) -> dict[str, object]:
    with path.open("rb") as file:
        parsed = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    assert isinstance(parsed, dict)
    return parsed


def test_scores_of_many_labels_say_nothing_of_links_and_pixels(tmp_path: Path) -> None:
    path = tmp_path / "scores.safetensors"
    write_scores(path, values(2), ROWS)
    assert header(path).keys() == {"__metadata__", "logits", "peak", "trough", "pool"}
    assert "link" not in str(header(path)["__metadata__"])
    scores = read_scores(path).scores
    assert (scores.link, scores.pixels) == ("sigmoid", None)


def test_a_link_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "scores.safetensors"
    write_scores(path, values(2), ROWS, link="softmax")
    assert read_scores(path).scores.link == "softmax"


def test_what_places_say_comes_back_beside_the_rest(tmp_path: Path) -> None:
    path, whole = tmp_path / "scores.safetensors", values(3)
    write_scores(path, whole, ROWS, has_pixels=True)
    scored = read_scores(path)
    np.testing.assert_array_equal(scored.scores.logits, whole[:, 0, :2])
    np.testing.assert_array_equal(scored.scores.trough, whole[:, 2, :2])
    assert scored.scores.pixels is not None
    np.testing.assert_array_equal(scored.scores.pixels, whole[:, :, 2])
    np.testing.assert_array_equal(scored.rows, ROWS)
    np.testing.assert_array_equal(load_file(path)["pixels"], whole[:, :, 2])


def test_a_link_that_nobody_knows_and_pixels_of_another_shape_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "scores.safetensors"
    write_scores(path, values(3), ROWS, has_pixels=True)
    arrays = load_file(path)
    save_file(arrays, path, metadata={"link": "cosine"})
    with pytest.raises(ValueError, match="by 'cosine', which this version does not know"):
        map_scores(path)
    save_file(arrays | {"pixels": arrays["pixels"][:, :2].copy()}, path)
    with pytest.raises(ValueError, match="its arrays are not scores"):
        map_scores(path)
