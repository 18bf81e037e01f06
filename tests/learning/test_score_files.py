"""Scores on disk: written shard by shard, read without loading them."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from campaigns.errors import BadData
from campaigns.home.checksums import METADATA, stamp
from campaigns.home.scores import read_scores
from campaigns.learning import score_files
from campaigns.learning.score_files import score_to_file
from campaigns.learning.scoring import score_pool
from tests.learning.heads import CLASSES, Maps, a_head, some_maps

ROWS = np.array([5, 3, 39, 0, 17, 8, 21])
NAMES = ("logits", "peak", "trough")


@pytest.fixture(autouse=True)
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(score_files, "SHARD", 3)


def score(path: Path, inputs: Maps | None = None) -> list[int]:
    """Scores a pool to a file; the rows that were looked at."""
    maps = inputs or some_maps()
    score_to_file(path, a_head(), maps, ROWS, classes=CLASSES, progress=lambda _done, _total: None)
    return [row for rows, _ in maps.asked for row in rows]


def test_what_is_read_is_what_one_pass_gives(tmp_path: Path) -> None:
    path = tmp_path / "scores.safetensors"
    assert score(path) == ROWS.tolist()
    pool = read_scores(path)
    found, rows = pool.scores, pool.rows
    whole = score_pool(a_head(), some_maps(), ROWS)
    assert rows.tolist() == ROWS.tolist()
    for name in NAMES:
        np.testing.assert_allclose(getattr(found, name), getattr(whole, name), rtol=1e-5, atol=1e-6)
    assert list(tmp_path.iterdir()) == [path]


def test_any_reader_of_safetensors_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "scores.safetensors"
    score(path)
    pool = read_scores(path)
    found, rows = pool.scores, pool.rows
    arrays = load_file(path)
    assert set(arrays) == {*NAMES, "pool"}
    assert arrays["pool"].tolist() == rows.tolist()
    assert all(np.array_equal(arrays[name], getattr(found, name)) for name in NAMES)


class Interrupted(Maps):
    """Inputs that come to an end in the middle."""

    def gather(self, rows, mirrored):  # type: ignore[no-untyped-def]
        if 17 in rows:
            raise EOFError
        return super().gather(rows, mirrored)


def test_a_pass_that_was_interrupted_goes_on_where_it_was_to_the_same_bytes(tmp_path: Path) -> None:
    path, undisturbed = tmp_path / "scores.safetensors", tmp_path / "other" / "scores.safetensors"
    undisturbed.parent.mkdir()
    score(undisturbed)
    with pytest.raises(EOFError):
        score(path, Interrupted(some_maps().values))
    assert not path.exists()
    assert score(path) == ROWS[3:].tolist()
    assert path.read_bytes() == undisturbed.read_bytes()


def test_what_is_no_file_of_scores_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "scores.safetensors"
    score(path)
    whole = path.read_bytes()
    for content in (b"", b"junk" * 9, whole[:-1], whole[: len(whole) // 2], whole[:20]):
        path.write_bytes(content)
        with pytest.raises(BadData, match="is missing or damaged"):
            read_scores(path)
    path.unlink()
    with pytest.raises(BadData, match="is missing or damaged"):
        read_scores(path)
    save_file({"weights": np.zeros(3, np.float32)}, path)
    with pytest.raises(BadData, match="it has no checksum"):
        read_scores(path)
    save_file({"weights": np.zeros(3, np.float32)}, path, METADATA)
    stamp(path)
    with pytest.raises(BadData, match="holds no scores"):
        read_scores(path)
