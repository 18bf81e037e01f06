"""Files that are replaced whole."""

import json
from pathlib import Path

import pytest

from campaigns.home.files import read_json, replacing, write_json, write_text


class Interruption(BaseException):
    """As hard as Ctrl-C."""


def _give_up_half_way(path: Path) -> None:
    with replacing(path) as draft:
        draft.write_text("half of the new")
        raise Interruption


def test_a_file_is_there_whole_with_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.txt"
    write_text(path, "é\n")
    assert path.read_bytes() == "é\n".encode()


def test_a_failure_leaves_the_old_content_and_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "b.txt"
    write_text(path, "old")
    with pytest.raises(Interruption):
        _give_up_half_way(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_reader_meets_the_old_content_until_the_block_ends(tmp_path: Path) -> None:
    path = tmp_path / "b.txt"
    write_text(path, "old")
    with replacing(path) as draft:
        draft.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"


def test_a_block_that_writes_nothing_replaces_nothing(tmp_path: Path) -> None:
    path = tmp_path / "b.txt"
    write_text(path, "old")
    with pytest.raises(FileNotFoundError), replacing(path):
        pass
    assert path.read_text() == "old"


def test_what_json_cannot_hold_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    write_json(path, {"a": 1})
    for wrong in (float("nan"), {1, 2}):
        with pytest.raises((ValueError, TypeError)):
            write_json(path, wrong)
    assert read_json(path) == {"a": 1}


def test_equal_content_is_equal_bytes_and_reads_back(tmp_path: Path) -> None:
    value = {"z": [1, 0.1, None], "a": "ü"}
    write_json(tmp_path / "1.json", value)
    write_json(tmp_path / "2.json", json.loads(json.dumps(value)))
    assert (tmp_path / "1.json").read_bytes() == (tmp_path / "2.json").read_bytes()
    assert read_json(tmp_path / "1.json") == value


def test_no_file_is_none_and_a_damaged_one_is_no_file_of_ours(tmp_path: Path) -> None:
    assert read_json(tmp_path / "none.json") is None
    (tmp_path / "half.json").write_text('{"a": ')
    with pytest.raises(ValueError, match="Expecting"):
        read_json(tmp_path / "half.json")
