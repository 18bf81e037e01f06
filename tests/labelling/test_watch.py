"""A folder that is watched: label files are taken as they appear, and a person hears of those that are not."""

import json
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from campaigns.core.answers import Import
from campaigns.errors import INTERRUPTED
from campaigns.home.answers import read_answers
from campaigns.services.labelling.import_order import ImportOrder
from campaigns.services.labelling.watch import LOOK_SECONDS, WatchedFile, watch_labels
from campaigns.services.workspace import Workspace, open_workspace
from tests.cli.calling import begin, call, good, refused, stop
from tests.labelling.truth import asking, write_photos
from tests.patience import patience
from tests.stage import tiny, wait_for

USAGE, BAD = 2, 3
TABLE = "image,labels\nyard/000.png,disc\n"


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    place = open_workspace(tmp_path / "home")
    tiny(place, *asking(write_photos(tmp_path / "photos")), name="photos")
    return place


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "incoming"
    folder.mkdir()
    return folder


def imports(place: Workspace) -> list[str]:
    return [e.statement.file for e in read_answers(place.home.labels("photos")) if isinstance(e.statement, Import)]


def watched(place: Workspace, folder: Path, steps: list[Callable[[], object]]) -> list[WatchedFile]:
    """What comes of a folder to which something happens between two looks."""

    class Enough(Exception):
        pass

    def pause(seconds: float) -> None:
        assert seconds == LOOK_SECONDS
        if not steps:
            raise Enough
        steps.pop(0)()

    files: list[WatchedFile] = []
    with pytest.raises(Enough):
        files.extend(watch_labels(place, "photos", ImportOrder(folder, by="anna"), pause=pause))
    return files


def test_a_file_is_taken_when_it_grows_no_more_and_again_when_it_changes(place: Workspace, folder: Path) -> None:
    file = folder / "theirs.csv"
    (folder / "README.txt").write_text("how to", encoding="utf-8")

    def write(text: str) -> Callable[[], object]:
        return lambda: file.write_text(text, encoding="utf-8")

    def rest() -> None:
        pass

    files = watched(
        place, folder, [write(TABLE[:20]), write(TABLE), rest, rest, write(TABLE + "yard/001.png,ring\n"), rest, rest]
    )
    assert [each.imported.answers for each in files if each.imported] == [1, 2], (
        "the class that came is a no of the first image"
    )
    assert imports(place) == ["theirs.csv"] * 2


def test_a_file_with_mistakes_stops_nothing(place: Workspace, folder: Path) -> None:
    (folder / "a.csv").write_text("image,labels\nyard/000.png,disk\n", encoding="utf-8")
    (folder / "b.csv").write_text(TABLE, encoding="utf-8")
    told = call(place, "labels", "watch", "photos", folder, "--once")
    assert told.code == BAD
    assert "not taken: a.csv: " in told.err
    assert "did you mean 'disc'?" in told.err
    assert "b.csv: 1 answer" in told.out
    assert imports(place) == ["b.csv"]
    record = call(place, "labels", "watch", "photos", folder, "--once", "--json")
    assert record.code == BAD
    first, second = record.json("labels_watched")["files"]
    assert (first["imported"], second["error"], second["imported"]["answers"]) == (None, None, 0)
    (folder / "a.csv").unlink()
    good(place, "labels", "watch", "photos", folder, "--once")


def test_what_cannot_be_watched_is_refused(place: Workspace, folder: Path, tmp_path: Path) -> None:
    assert "there is no folder" in refused(place, BAD, "labels", "watch", "photos", tmp_path / "no", "--once").err
    told = refused(place, USAGE, "labels", "watch", "photos", folder, "--from", "cvta", "--once").err
    assert "did you mean 'cvat'?" in told
    assert "give --once too" in call(place, "labels", "watch", "photos", folder, "--json").err


@pytest.mark.slow
def test_a_watch_ends_with_ctrl_c(place: Workspace, folder: Path) -> None:
    process = begin(place, "labels", "watch", "photos", str(folder), "--by", "anna")
    try:
        (folder / "theirs.csv").write_text(TABLE, encoding="utf-8")
        wait_for(lambda: imports(place) or None, on_failure=lambda: str(process.poll()))
        assert process.stdout is not None
        told = process.stdout.readline()  # said only once it is kept
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=patience())
        assert process.returncode == INTERRUPTED, err
        assert "theirs.csv: 1 answer (anna 1)" in told
        assert "Traceback" not in err
    finally:
        stop(process)


def test_nothing_is_taken_where_nothing_may_be_changed(place: Workspace, folder: Path) -> None:
    (folder / "theirs.csv").write_text(TABLE, encoding="utf-8")
    told = call(place, "--readonly", "labels", "watch", "photos", folder, "--once")
    assert told.code == USAGE
    assert json.dumps(imports(place)) == "[]"
