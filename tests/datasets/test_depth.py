"""Grey pictures of 16 bits keep what they show, whatever part of the bits they use."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from campaigns.datasets.dataset import Dataset
from campaigns.datasets.folder import open_folder
from tests.datasets.conftest import write_folder
from tests.datasets.field import case, opened


def scans(root: Path, highest: dict[str, int], *, suffix: str = "png") -> Path:
    """Pictures of 16 bits, from black to their highest level; every second one is for the test."""
    lines = [f"{name}.{suffix},cat,{'test' if n % 2 else 'train'}\n" for n, name in enumerate(highest)]
    write_folder(root, [], "image,labels,split\n" + "".join(lines))
    for name, level in highest.items():
        Image.fromarray(np.linspace(0, level, 64).astype(np.uint16).reshape(8, 8)).save(root / f"{name}.{suffix}")
    return root


def levels(data: Dataset, image: str) -> tuple[int, int]:
    for split in (data.train, data.test):
        if image in split.ids:
            grey = np.asarray(split.picture(list(split.ids).index(image)))
            return int(grey.min()), int(grey.max())
    raise AssertionError(image)


@pytest.mark.parametrize("suffix", ["png", "tif"])
@pytest.mark.parametrize(("highest", "bits"), [(255, 8), (1000, 10), (4095, 12), (9000, 14)])
def test_the_bits_that_are_used_are_spread_from_black_to_white(
    suffix: str, highest: int, bits: int, tmp_path: Path
) -> None:
    root = scans(tmp_path / "set", {"a": highest, "b": highest // 2}, suffix=suffix)
    data = opened(root, tmp_path)
    assert levels(data, f"a.{suffix}") == (0, round(highest * 255 / ((1 << bits) - 1)))
    assert levels(data, f"b.{suffix}")[1] == pytest.approx(levels(data, f"a.{suffix}")[1] / 2, abs=1)
    assert f"use {bits} of them (2 were measured)" in data.notes[-1]


def test_pictures_that_use_all_bits_or_have_eight_are_as_they_were(tmp_path: Path) -> None:
    root = scans(tmp_path / "set", {"a": 65535, "b": 30000})
    data, plain = opened(root, tmp_path), open_folder(root)
    assert (data.fingerprint, data.notes) == (plain.fingerprint, plain.notes)
    assert (levels(data, "a.png"), levels(data, "b.png")) == ((0, 255), (0, 117))
    eight = write_folder(tmp_path / "eight", ["a.png", "b.png"], "image,labels,split\na.png,cat,\nb.png,cat,test\n")
    assert opened(eight, tmp_path).fingerprint == open_folder(eight).fingerprint


def test_a_dark_picture_among_bright_ones_is_told_and_not_brightened(tmp_path: Path) -> None:
    root = scans(tmp_path / "set", {"a": 65535, "b": 3000})
    data = opened(root, tmp_path)
    assert levels(data, "b.png") == (0, 12)
    assert "1 of 2 pictures of 16 bits use less than a quarter of their range" in data.notes[-1]
    assert levels(opened(root, tmp_path, depth=12), "b.png") == (0, 187)


def test_the_measurement_is_kept_and_belongs_to_its_data_set(tmp_path: Path) -> None:
    root, indexes = scans(tmp_path / "set", {"a": 4095, "b": 3000}), tmp_path / "indexes"
    first = opened(root, indexes)
    (kept,) = indexes.glob("depth-*.json")
    content = kept.read_bytes()
    assert opened(root, indexes).fingerprint == first.fingerprint
    assert kept.read_bytes() == content
    kept.write_text("{")
    assert opened(root, indexes).fingerprint == first.fingerprint
    assert first.fingerprint.unlike(open_folder(root).fingerprint) == ("images",)


def test_the_order_of_the_pictures_changes_nothing(tmp_path: Path) -> None:
    one = opened(scans(tmp_path / "one", {"a": 900, "b": 4000, "c": 20}), tmp_path / "x")
    two = opened(scans(tmp_path / "two", {"c": 20, "b": 4000, "a": 900}), tmp_path / "y")
    assert levels(one, "b.png") == levels(two, "b.png") == (0, 249)


def test_the_dark_scan_of_the_field_is_told(tmp_path: Path) -> None:
    data = opened(case("g01-picture-kinds"), tmp_path)
    assert (
        "1 of 2 pictures of 16 bits use less than a quarter of their range and come out dark, for example "
        in (data.notes[-1])
    )
    assert "'grey12in16.png'" in data.notes[-1]
    assert levels(opened(case("g01-picture-kinds"), tmp_path, depth=12), "grey12in16.png") == (74, 225)


@pytest.mark.parametrize(
    ("low", "high", "hot", "answer"),
    [(0, 2000, 65535, "or set data.depth = 12"), (29000, 30499, 30499, "the range of what they show")],
)
def test_pictures_of_nearly_one_grey_are_told(low: int, high: int, hot: int, answer: str, tmp_path: Path) -> None:
    root = scans(tmp_path / "set", {"a": 65535, "b": 65535})
    shown = np.linspace(low, high, 1024).astype(np.uint16)
    shown[7] = hot
    Image.fromarray(shown.reshape(32, 32)).save(root / "b.png")
    for _ in range(2):  # measured, then kept
        (note,) = [n for n in opened(root, tmp_path).notes if "nearly of one grey" in n]
        assert note.startswith("1 of 2 pictures of 16 bits")
        assert "'b.png'" in note
        assert note.endswith(answer)
