"""Files that are too large or too deep: refused by name and limit, in no time."""

import io
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from campaigns.core.fingerprint import Fingerprint
from campaigns.datasets import coco_json, table_reader, table_text, voc
from campaigns.datasets.coco_json import Options, read_index
from campaigns.datasets.folder import open_folder
from campaigns.datasets.pictures import MAX_BYTES, MOST_SCANS, open_picture
from campaigns.datasets.unpacking import unpack
from campaigns.datasets.voc import open_voc
from campaigns.errors import BadData, BadRecipe, Damaged
from campaigns.home.exit import Exit
from campaigns.home.files import MOST_DEPTH, plain, read_json
from campaigns.home.preferences import ScreenSettings
from campaigns.home.process import Worker
from campaigns.home.split import FrozenSplit, LabelSource
from campaigns.home.task import Task
from campaigns.recipe import load_recipe
from campaigns.recipe.reading import SHIPPED
from campaigns.services.settings import load_settings
from campaigns.services.workspace import Workspace
from campaigns.station import ingest
from campaigns.station.ingest import new_events
from tests.datasets.conftest import write_folder, write_picture, write_voc
from tests.patience import patience
from tests.stage import refusal

DEEP = "[" * 100_000
Reader = Callable[[Path], object]
SCARCE = """
import os, resource, sys
from pathlib import Path
from campaigns.home.split import FrozenSplit
has = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
resource.setrlimit(resource.RLIMIT_AS, (has + (64 << 20),) * 2)
FrozenSplit.read(Path(sys.argv[1]))
"""
"""Reads a split with 64 MiB more than it takes to start."""


@pytest.mark.parametrize("read", [read_json, Task.read, Exit.read, FrozenSplit.read, Worker.read])
@pytest.mark.parametrize(
    "content",
    [DEEP, "[" * 40 + "]" * 40, '{"a":' * 40 + "1" + "}" * 40, '{"schema": 1, "a":' + DEEP, "1" * 5000, "NaN", "\xff"],
    ids=["deep", "lists", "objects", "unknown", "digits", "nan", "latin"],
)
def test_a_file_of_ours_that_holds_anything_else_is_refused_by_name(tmp_path: Path, read: Reader, content: str) -> None:
    path = tmp_path / "some.json"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(Damaged, match=r"some\.json is damaged: .{9}"):
        read(path)


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
        assert load_settings(place) == ScreenSettings()


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
    for module in (coco_json, table_text, voc):
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


def test_as_many_columns_as_fit_a_file_are_read_in_no_time(tmp_path: Path) -> None:
    names = [f"c{at}" for at in range(50_000)]
    root = write_folder(tmp_path / "mine", ("a.png",), ",".join(["image", *names, "c7"]) + "\n")
    assert "column 'c7' is listed twice" in refusal(lambda: open_folder(root))


@pytest.mark.parametrize("form", ["long", "wide"])
def test_more_labels_than_memory_holds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    monkeypatch.setattr(table_reader, "MOST_LABELS", 5)
    long, wide = "image,labels,split\na.png,x;y,\nb.png,z,test\n", "image,x,y,z\na.png,1,1,0\nb.png,,1,0\n"
    root = write_folder(tmp_path / "mine", ("a.png", "b.png"), long if form == "long" else wide)
    assert "3 classes for 2 images are more than 5 labels" in refusal(lambda: open_folder(root))


def test_many_wrong_classes_are_one_mistake_with_a_count(tmp_path: Path) -> None:
    lines = "".join(f"{at}.png,wrong{at}\n" for at in range(30))
    root = write_folder(tmp_path / "mine", tuple(f"{at}.png" for at in range(30)), f"image,labels\n{lines}")
    (root / "classes.txt").write_text("wrong\n")
    said = refusal(lambda: open_folder(root))
    assert "there is no class 'wrong0' in the list of classes, did you mean 'wrong'? (and 29 lines like it)" in said


@pytest.mark.parametrize("name", ["labels.csv", "classes.txt", "a.png"])
def test_a_pipe_in_a_folder_keeps_nobody_waiting(tmp_path: Path, name: str) -> None:
    root = write_folder(tmp_path / "mine", ("a.png", "b.png"), "image,labels,split\na.png,x,train\nb.png,x,test\n")
    (root / name).unlink(missing_ok=True)
    os.mkfifo(root / name)
    if name == "labels.csv":
        assert "it is not a file" in refusal(lambda: open_folder(root))
    else:
        assert open_folder(root).classes == ("x",)
    with pytest.raises(ValueError, match="not a file"):
        plain(root / name)


def test_a_picture_that_is_mostly_a_hole_is_refused_by_its_size(tmp_path: Path) -> None:
    path = tmp_path / "x.webp"
    write_picture(path)
    with path.open("rb+") as file:
        file.truncate(MAX_BYTES + 1)
    assert "larger than 1024 MiB" in refusal(lambda: open_picture(path))


def test_a_picture_that_is_gone_over_again_and_again_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.jpg"
    Image.new("RGB", (64, 64)).save(path, progressive=True)
    assert open_picture(path).size == (64, 64)
    whole = path.read_bytes()
    scan = whole[whole.rindex(b"\xff\xda") : -2]
    path.write_bytes(whole[:-2] + scan * MOST_SCANS + whole[-2:])
    assert "more than 200 scans" in refusal(lambda: open_picture(path))


def test_a_page_is_read_where_memory_is_scarce(tmp_path: Path) -> None:
    """The limit of a file is gigabytes; what it takes to read one is what it holds."""
    path = tmp_path / "split.json"
    FrozenSplit(Fingerprint("f", "e"), LabelSource.DATASET, 3, ("a",), (("b",),)).write(path)
    subprocess.run([sys.executable, "-c", SCARCE, str(path)], check=True, timeout=patience())


def test_a_line_of_dots_in_a_comment_is_no_key(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("# " + "." * 100 + "\n" + (SHIPPED / "smoke.toml").read_text())
    assert load_recipe(path).protocol == load_recipe("smoke").protocol


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
