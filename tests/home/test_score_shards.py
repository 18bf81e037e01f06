"""A pool in several files is the pool in one, and whatever is wrong with one of them is told."""

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from campaigns.errors import BadData, Damaged
from campaigns.home.paths import RoundPaths
from campaigns.home.score_list import ScoreList, ScoreShard, is_shard, shard_number
from campaigns.home.scores import (
    has_scores,
    list_scores,
    map_pool,
    read_pool,
    score_files,
    scores_path,
    write_scores,
)
from campaigns.selection.scores import Link
from tests.architecture.sources import FILES, name_of

ROWS = np.array([2, 3, 5, 8, 13, 21, 34])
CUTS = (0, 3, 4, 7)


def written(folder: Path, *, link: Link = "sigmoid", has_pixels: bool = False) -> tuple[RoundPaths, RoundPaths]:
    """The same pool in one file, and in three."""
    columns = 2 + has_pixels
    values = np.abs(np.random.default_rng(0).standard_normal((7, 3, columns)).astype(np.float32))
    values[:, 2] *= -1
    if has_pixels:
        values[:, :, 2] = np.abs(values[:, :, 2])
    whole, parts = RoundPaths(folder / "whole"), RoundPaths(folder / "parts")
    for paths in (whole, parts):
        paths.folder.mkdir()
    write_scores(whole.scores, values, ROWS, link=link, has_pixels=has_pixels)
    for number, (first, end) in enumerate(pairwise(CUTS)):
        part = values[first:end]
        write_scores(parts.score_shard(number), part, ROWS[first:end], link=link, has_pixels=has_pixels)
    list_scores(parts, 3)
    return whole, parts


@pytest.mark.parametrize(("link", "has_pixels"), [("sigmoid", False), ("softmax", True)])
def test_a_pool_in_several_files_is_that_in_one(tmp_path: Path, link: Link, has_pixels: bool) -> None:
    whole, parts = (read_pool(paths) for paths in written(tmp_path, link=link, has_pixels=has_pixels))
    np.testing.assert_array_equal(parts.rows, whole.rows)
    assert parts.scores.link == whole.scores.link == link
    assert [len(part) for part in parts.scores.parts] == [3, 1, 3]
    for name in ("logits", "peak", "trough", *(["pixels"] if has_pixels else [])):
        np.testing.assert_array_equal(getattr(parts.scores, name), getattr(whole.scores, name))


def test_files_are_told_with_the_list_that_names_them_last(tmp_path: Path) -> None:
    whole, parts = written(tmp_path)
    assert score_files(whole) == (whole.scores,)
    assert [path.name for path in score_files(parts)] == [
        "scores-0.safetensors", "scores-1.safetensors", "scores-2.safetensors", "scores.json",
    ]  # fmt: skip
    assert (scores_path(whole), scores_path(parts)) == (whole.scores, parts.score_list)
    assert has_scores(whole)
    assert has_scores(parts)
    parts.score_list.unlink()
    assert not has_scores(parts), "files that nothing lists are no pool yet"
    assert score_files(parts) == ()


def test_a_file_that_is_not_what_the_list_has_is_told(tmp_path: Path) -> None:
    _, parts = written(tmp_path)
    path = parts.score_shard(1)
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    for spoilt in (bytes(content), content[:-1], parts.score_shard(0).read_bytes()):
        path.write_bytes(spoilt)
        with pytest.raises(BadData, match=re.escape("scores-1.safetensors is not what the list has")):
            read_pool(parts)
    with pytest.raises(ValueError, match=re.escape("scores-1.safetensors holds 3 images, not 1")):
        map_pool(parts)
    path.unlink()
    with pytest.raises(BadData, match="is missing or damaged"):
        read_pool(parts)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no JSON"),
        ('{"schema": 1}', "shards"),
        ('{"schema": 1, "shards": []}', "there is none"),
        ('{"schema": 1, "shards": [{"images": 0, "sha256": "' + "a" * 64 + '"}]}', "0 are none"),
        ('{"schema": 1, "shards": [{"images": 1, "sha256": "../x"}]}', "is not a checksum"),
        ('{"schema": 9, "shards": []}', "newer version"),
    ],
)
def test_what_is_no_list_is_refused(tmp_path: Path, text: str, why: str) -> None:
    paths = RoundPaths(tmp_path)
    paths.score_list.write_text(text)
    with pytest.raises(Damaged, match=why):
        ScoreList.read(paths.score_list)
    with pytest.raises(BadData, match="missing or damaged"):
        read_pool(paths)


def test_a_list_is_read_as_it_was_written(tmp_path: Path) -> None:
    listed = ScoreList((ScoreShard(3, "a" * 64), ScoreShard(4, "b" * 64)))
    listed.write(tmp_path / "scores.json")
    assert ScoreList.read(tmp_path / "scores.json") == listed
    assert listed.images == 7
    assert ScoreList.read(tmp_path / "none.json") is None


@pytest.mark.parametrize("number", [0, 7, 12345])
def test_a_file_is_known_by_its_name(number: int) -> None:
    name = RoundPaths(Path()).score_shard(number).name
    assert is_shard(name)
    assert shard_number(name) == number


def test_other_names_are_none_of_them() -> None:
    others = ("scores.safetensors", "scores-01.safetensors", "scores-1.json", "scores--1.safetensors", "scores-.json")
    assert not any(map(is_shard, others))


def test_whoever_reads_the_pool_of_a_round_comes_through_one_door() -> None:
    """Who opens the one file by itself does not see the pools that lie in several."""
    own = {"campaigns/home/scores.py", "campaigns/learning/score_files.py", "campaigns/worker/scores.py"}
    single = re.compile(r"\b(?:read_scores|map_scores)\b")
    users = {name_of(path) for path in FILES if single.search(path.read_text(encoding="utf-8"))}
    assert users <= own
