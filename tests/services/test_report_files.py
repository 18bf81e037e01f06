"""Reports as files: an earlier one is replaced whole, and nothing of anybody else is touched."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from campaigns.errors import UsageError
from campaigns.reporting.format import FORMATS
from campaigns.services.report import files
from campaigns.services.report.files import LIST, write
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.reporting.dossiers import NASTY, a_dossier

Finished = tuple[Workspace, CampaignRow]


def put(finished: Finished, out: Path, *formats: str) -> tuple[Path, ...]:
    place, row = finished
    return write(place, [row.name], formats, out=out).paths


@pytest.mark.slow
def test_every_format_goes_where_its_name_says(finished: Finished, tmp_path: Path) -> None:
    paths = put(finished, tmp_path / "new" / "folder", *FORMATS)
    names = ["tiny.html", "tiny.json", "tiny-csv", "tiny-latex", "tiny-png", "tiny-svg"]
    assert [path.relative_to(tmp_path / "new" / "folder").as_posix() for path in paths] == names
    for path in paths[2:]:
        listed = json.loads((path / LIST).read_text())["files"]
        assert sorted([*listed, LIST]) == sorted(one.name for one in path.iterdir())
    assert json.loads(paths[1].read_text())["kind"] == "report"
    assert {one.suffix for one in paths[4].iterdir()} == {".png", ".json"}


@pytest.mark.slow
def test_doing_it_twice_leaves_the_same_bytes(finished: Finished, tmp_path: Path) -> None:
    def seen() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    put(finished, tmp_path, "html", "json", "csv", "latex")
    first = seen()
    put(finished, tmp_path, "html", "json", "csv", "latex")
    assert seen() == first


def test_a_file_that_is_no_longer_made_is_taken_away_and_a_strangers_stays(finished: Finished, tmp_path: Path) -> None:
    (folder,) = put(finished, tmp_path, "csv")
    said = json.loads((folder / LIST).read_text())
    (folder / LIST).write_text(json.dumps(said | {"files": [*said["files"], "old.csv", "../out.csv", "notes.txt"]}))
    for name in ("old.csv", "notes.txt", "../out.csv"):
        (folder / name).write_text("mine")
    put(finished, tmp_path, "csv")
    assert not (folder / "old.csv").exists()
    assert (folder / "notes.txt").read_text() == (tmp_path / "out.csv").read_text() == "mine"


def in_the_way(path: Path) -> None:
    path.write_text("my own page")


def a_link(path: Path) -> None:
    (path.parent / "target").write_text("mine")
    path.symlink_to(path.parent / "target")


def a_folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("obstacle", [in_the_way, a_link, a_folder])
@pytest.mark.parametrize(("format_", "name"), [("html", "tiny.html"), ("json", "tiny.json")])
def test_what_is_no_report_of_ours_is_not_written_over(
    finished: Finished, tmp_path: Path, obstacle: Callable[[Path], None], format_: str, name: str
) -> None:
    obstacle(tmp_path / name)
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    with pytest.raises(UsageError, match="is not an earlier report"):
        put(finished, tmp_path, format_)
    assert {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


@pytest.mark.parametrize("obstacle", [in_the_way, a_link])
def test_a_strangers_file_in_a_folder_is_not_written_over(
    finished: Finished, tmp_path: Path, obstacle: Callable[[Path], None]
) -> None:
    (tmp_path / "tiny-csv").mkdir()
    obstacle(tmp_path / "tiny-csv" / "curves.csv")
    with pytest.raises(UsageError, match=r"curves\.csv is there and is not an earlier report"):
        put(finished, tmp_path, "csv")
    assert [path.name for path in (tmp_path / "tiny-csv").glob("*.csv")] == ["curves.csv"]


@pytest.mark.parametrize("content", ["[]", "{", '{"files": 1}'])
def test_a_list_that_is_not_ours_stops_it(finished: Finished, tmp_path: Path, content: str) -> None:
    (tmp_path / "tiny-csv").mkdir()
    (tmp_path / "tiny-csv" / LIST).write_text(content)
    with pytest.raises(UsageError):
        put(finished, tmp_path, "csv")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(finished: Finished, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UsageError, match="cannot write"):
        put(finished, tmp_path, "json")


def test_a_file_where_a_folder_should_be_is_named(finished: Finished, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(UsageError, match="cannot write"):
        put(finished, tmp_path / "out", "json")


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc", "..", "-rf", "a/b", NASTY, "", "x" * 500])
def test_a_name_from_outside_is_no_path(name: str) -> None:
    found = replace(a_dossier(), campaign=replace(a_dossier().campaign, name=name))
    stem = files._stem(found)
    assert Path(stem).name == stem
    assert stem[0] not in "-."
    assert 0 < len(stem) <= files.LONGEST
