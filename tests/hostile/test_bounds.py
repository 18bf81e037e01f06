"""Files that are too large or too deep: refused by name and limit, in no time."""

import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from campaigns.core.files import MOST_DEPTH, read_json
from campaigns.core.split import FrozenSplit
from campaigns.core.task import Exit, Task
from campaigns.datasets import coco_json, label_table, voc
from campaigns.datasets.coco_json import Options, read_index
from campaigns.datasets.folder import open_folder
from campaigns.datasets.unpacking import unpack
from campaigns.datasets.voc import open_voc
from campaigns.errors import BadData, BadRecipe, Damaged
from campaigns.recipe import load_recipe
from campaigns.services.preferences import Preferences, load_preferences
from campaigns.services.workspace import Workspace
from campaigns.station import ingest
from campaigns.station.ingest import new_events
from campaigns.station.local import read_worker
from tests.datasets.conftest import write_folder, write_voc
from tests.stage import refusal

DEEP = "[" * 100_000
Reader = Callable[[Path], object]


@pytest.mark.parametrize("read", [read_json, Task.read, Exit.read, FrozenSplit.read, read_worker])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(DEEP, f"nested deeper than {MOST_DEPTH} levels", id="deep"),
        ("[" * 40 + "]" * 40, f"nested deeper than {MOST_DEPTH} levels"),
        ('{"a":' * 40 + "1" + "}" * 40, f"nested deeper than {MOST_DEPTH} levels"),
        pytest.param("1" * 5000, "is damaged", id="digits"),
        ("NaN", "is no number"),
        ("\xff", "is damaged"),
    ],
)
def test_a_file_of_ours_that_is_too_deep_is_refused_by_name(
    tmp_path: Path, read: Reader, content: str, said: str
) -> None:
    path = tmp_path / "some.json"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(Damaged, match=r"some\.json is damaged") as caught:
        read(path)
    assert said in str(caught.value)


def test_a_file_of_ours_that_is_too_large_is_refused_with_the_limit_and_not_read(tmp_path: Path) -> None:
    path = tmp_path / "some.json"
    path.write_text(json.dumps(["x" * 100]))
    with pytest.raises(Damaged, match="larger than 50 bytes"):
        read_json(path, most_bytes=50)


def test_as_deep_as_allowed_is_read(tmp_path: Path) -> None:
    path = tmp_path / "some.json"
    path.write_text("[" * MOST_DEPTH + "]" * MOST_DEPTH)
    assert read_json(path) is not None


def test_preferences_that_are_none_are_those_of_the_first_day(place: Workspace) -> None:
    for content in ("[]", "{", '{"theme": 3}', DEEP, '"x"'):
        place.home.preferences.write_text(content)
        assert load_preferences(place) == Preferences()


@pytest.mark.parametrize(
    "content",
    ["a = " + DEEP, "[" + "a." * 50_000 + "b]\nc=1", "a = " + "{a=" * 9999, "x = " + "9" * 9999],
    ids=["lists", "keys", "tables", "digits"],
)
def test_a_recipe_that_is_too_deep_is_refused_by_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "deep.toml"
    path.write_text(content)
    with pytest.raises(BadRecipe, match=r"deep\.toml"):
        load_recipe(path)


def test_an_override_that_is_too_deep_is_refused(place: Workspace) -> None:
    with pytest.raises(BadRecipe, match="nested too deeply"):
        load_recipe("smoke", ["a." * 50_000 + "b=1"])


def test_a_recipe_that_is_too_large_is_refused_with_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "large.toml"
    path.write_text("# " + "x" * (1 << 20))
    assert "1048576 bytes" in refusal(lambda: load_recipe(path))


def test_files_of_labels_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (coco_json, label_table, voc):
        monkeypatch.setattr(module, "MOST_BYTES", 8)
    root = write_folder(tmp_path / "mine", ("a.png", "b.png"), "image,labels\na.png,x\n")
    assert "larger than 8 bytes" in refusal(lambda: open_folder(root))
    root = write_voc(tmp_path / "voc", {"trainval": ("000001",), "test": ("000002",)})
    assert "larger than 8 bytes" in refusal(lambda: open_voc(root, kind="voc2007", splits=("trainval", "test")))
    path = tmp_path / "i.json"
    path.write_text(json.dumps({"images": []}))
    with pytest.raises(BadData, match="larger than"):
        read_index(path, Options())


def test_a_list_of_classes_that_has_no_end_is_refused(tmp_path: Path) -> None:
    root = write_folder(tmp_path / "mine", ("a.png", "b.png"), "image,labels\na.png,x\n")
    (root / "classes.txt").write_text("x\n" * (1 << 20))
    assert "classes.txt: cannot be read as UTF-8 text: it is larger than 1048576 bytes" in refusal(
        lambda: open_folder(root)
    )


def test_a_cell_of_a_megabyte_is_refused(tmp_path: Path) -> None:
    root = write_folder(tmp_path / "mine", ("a.png", "b.png"), "image,labels\na.png," + "x" * (1 << 20) + "\n")
    assert "field larger than field limit (131072)" in refusal(lambda: open_folder(root))


def test_a_line_of_a_journal_that_never_ends_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "CHUNK", 1000)
    path = tmp_path / "journal.jsonl"
    path.write_text("x" * 999)
    assert new_events(path, 0) == ([], 0)
    path.write_text("x" * 1001)
    with pytest.raises(ValueError, match="line of more than 1000 bytes"):
        new_events(path, 0)


def zip_bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for at in range(3):
            zipped.writestr(f"{at}.jpg", bytes(60 << 20))


def tar_bomb(path: Path) -> None:
    with tarfile.open(path, "w:gz") as tar:
        for at in range(3):
            info = tarfile.TarInfo(f"{at}.jpg")
            info.size = 60 << 20
            tar.addfile(info, io.BytesIO(bytes(60 << 20)))


@pytest.mark.parametrize("make", [zip_bomb, tar_bomb])
def test_an_archive_that_would_fill_the_disk_is_refused_before_anything_is_written(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    archive, into = tmp_path / "some.zip", tmp_path / "into"
    into.mkdir()
    make(archive)
    assert "more than 100 times as many" in refusal(lambda: unpack(archive, into))
    assert list(into.iterdir()) == []
