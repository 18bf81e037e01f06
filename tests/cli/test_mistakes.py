"""Everything people get wrong: one clear message, the right exit code, nothing left behind."""

import shutil
from pathlib import Path

import pytest

from campaigns.services.workspace import Workspace
from tests.cli.calling import call, good, left_behind, refused
from tests.cli.folders import photos, write_photos, write_recipe
from tests.stage import program

USAGE, INPUT = 2, 3


def refused_to_make(place: Workspace, code: int, *arguments: str | Path) -> str:
    """What is said when a campaign cannot be made, by `new` and by `run`; nothing may be left of it."""
    text = refused(place, code, "new", "--recipe", *arguments).err
    assert refused(place, code, "run", *arguments).err
    assert left_behind(place) == []
    return text


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (b"this is not TOML", "is not TOML: "),
        (b"[data\nname = 1", "is not TOML: "),
        (b"\x89PNG\r\n\x1a\n\0\0", "is not TOML: "),
        (b"", "data: is missing"),
        (b"[[data]]\nname = 'x'", "data: "),
        (b"data = 3", "data: is 3"),
        (b"[data]\nname = 'shapes'\nnane = 'x'", "data.nane: there is no such key, did you mean 'name'?"),
    ],
    ids=["words", "half", "picture", "empty", "list", "number", "misspelt"],
)
def test_a_recipe_that_is_none(place: Workspace, tmp_path: Path, content: bytes, hint: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(content)
    assert hint in refused_to_make(place, INPUT, path)


def test_a_recipe_file_that_is_not_there(place: Workspace, tmp_path: Path) -> None:
    text = refused(place, INPUT, "new", "--recipe", tmp_path / "mine.toml").err
    assert f"cannot read {tmp_path / 'mine.toml'}: No such file or directory" in text
    assert "did you mean 'smoke'?" in refused(place, USAGE, "run", "smoek").err
    assert "did you mean 'smoke'?" in refused(place, INPUT, "new", "--recipe", "smoek").err
    assert left_behind(place) == []


@pytest.mark.parametrize(
    ("override", "code", "hint"),
    [
        ('criteria.names=["agg", "uncc"]', INPUT, "did you mean 'ag'?; 'uncc' is not a criterion, did you mean 'unc'?"),
        ('criteria.names=["ag", "ag"]', INPUT, "'ag' is listed twice"),
        ("model.backbone=resnet100", INPUT, "did you mean 'resnet101'?"),
        ("model.backbnoe=resnet101", INPUT, "did you mean 'backbone'?"),
        ("model.kind=wildcad", INPUT, "did you mean 'wildcat'?"),
        ("data.name=shapse", USAGE, "did you mean 'shapes'?"),
        ("data.name=../../etc", INPUT, "data.name"),
        ("protocol.trials=0", INPUT, "1 or more"),
        ("protocol.trials=many", INPUT, "protocol.trials: is \"many\""),
        ("protocol.initial=-5", INPUT, "protocol.initial"),
        ("protocol.epochs=[1]", INPUT, "1 numbers for 3 rounds"),
        ("protocol.add=[100000, 5]", INPUT, "the schedule does not fit the data: shapes has 200"),
        ("training.lr=nan", INPUT, "training.lr"),
        ("trials", INPUT, "should be key=value"),
        ("protocol.trials.x=1", INPUT, "it has no keys below it"),
        ("model.weights=no/such/file.pth", INPUT, "model.weights: there is no file"),
        ("model.weights=/proc/self/status", INPUT, "model.weights: /proc/self/status is empty"),
        ("model.weights=imagenet", INPUT, "has no ImageNet weights"),
    ],
)  # fmt: skip
def test_a_wrong_override(place: Workspace, override: str, code: int, hint: str) -> None:
    assert hint in refused_to_make(place, code, "smoke", "--set", override)


def test_three_mistakes_are_reported_together(place: Workspace) -> None:
    wrong = ("--set", "protocol.trials=0", "--set", "model.backbone=none", "--set", "run.colour=red")
    text = refused_to_make(place, INPUT, "smoke", *wrong)
    assert "has 3 mistakes" in text
    assert all(f"\n  {key}: " in text for key in ("protocol.trials", "model.backbone", "run.colour"))


def test_a_protocol_that_does_not_exist(place: Workspace) -> None:
    assert "did you mean the data set 'coco' or" in refused(place, USAGE, "new", "--dataset", "cocoo").err
    assert "did you mean 'weldon'?" in refused(place, USAGE, "new", "--dataset", "coco", "--model", "weldn").err
    assert "give a folder of images, --dataset NAME" in refused(place, USAGE, "new").err
    assert left_behind(place) == []


@pytest.mark.parametrize("name", ["coco", "voc2007", "voc2012"])
def test_data_that_nobody_has_added_are_named_with_what_to_do(place: Workspace, name: str) -> None:
    text = refused(place, INPUT, "new", "--dataset", name).err
    files = "train2014/*.jpg: is needed" if name == "coco" else "JPEGImages/*.jpg: is needed"
    assert files in text
    assert f"alwsl-tui data add {name} PATH" in text
    assert f"alwsl-tui data add {name} --download" in text
    assert refused(place, INPUT, "data", "check", name).err == text
    assert left_behind(place) == []


def test_a_folder_that_is_missing_empty_or_something_else(place: Workspace, tmp_path: Path) -> None:
    root, recipe = tmp_path / "photos", write_recipe(tmp_path / "mine.toml", tmp_path / "photos")

    def said() -> str:
        added = refused(place, INPUT, "data", "add", "photos", root).err
        assert str(root) in added
        assert str(root) in refused_to_make(place, INPUT, recipe)
        return added

    assert "is not a folder" in said()
    root.write_text("a file in its place")
    assert "is not a folder" in said()
    root.unlink()
    root.mkdir()
    assert "laid out like no data set; there lies nothing" in said()
    (root / "notes.txt").write_text("no pictures here")
    text = said()
    assert "there lies notes.txt" in text
    assert all(f"\n  {kind}: " in text for kind in ("voc2007", "voc2012", "coco", "folder"))
    assert "holds no COCO" in refused(place, INPUT, "data", "add", "coco", root).err
    shutil.rmtree(root)
    write_photos(root, ["a.png", "b.png"])
    (root / "labels.csv").unlink()
    assert "has no labels.csv" in said()
    assert "photos" not in good(place, "data", "list")


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("00.png,unicorn,train", "image '00.png' has a line already, 2"),
        ("99.png,cat,train", "labels.csv:14: there is no image '99.png'"),
        ("nowhere/00.png,cat,train", "'nowhere/00.png' and '00.png' would both be '00.png'"),
        ("../../etc/passwd,cat,train", "there is no image '../../etc/passwd'"),
        ("00.png", "has 1 cells, the first line has 3"),
    ],
)
def test_a_wrong_line_of_labels_is_named(place: Workspace, tmp_path: Path, line: str, hint: str) -> None:
    root, recipe = photos(tmp_path / "photos"), write_recipe(tmp_path / "mine.toml", tmp_path / "photos")
    with (root / "labels.csv").open("a") as file:
        file.write(f"{line}\n")
    assert hint in refused(place, INPUT, "data", "add", "photos", root).err
    assert hint in refused_to_make(place, INPUT, recipe)
    assert "photos" not in good(place, "data", "list")


def test_a_label_that_is_no_class(place: Workspace, tmp_path: Path) -> None:
    root, recipe = photos(tmp_path / "photos"), write_recipe(tmp_path / "mine.toml", tmp_path / "photos")
    (root / "classes.txt").write_text("cats\ndog\n")
    text = refused_to_make(place, INPUT, recipe)
    assert "there is no class 'cat' in the list of classes, did you mean 'cats'?" in text
    assert "(and 5 lines like it)" in text


def test_a_pool_that_the_rounds_would_empty(place: Workspace, tmp_path: Path) -> None:
    root, recipe = photos(tmp_path / "photos", 6), write_recipe(tmp_path / "mine.toml", tmp_path / "photos")
    assert "photos has 4 labelled training images" in refused_to_make(place, INPUT, recipe)
    good(place, "data", "add", "photos", root)
    assert "protocol.add: adds 2, which makes 6" in refused_to_make(place, INPUT, recipe)


@pytest.mark.skipif(shutil.which("nvidia-smi") is not None, reason="this machine may have a GPU")
def test_a_gpu_where_there_is_none(place: Workspace) -> None:
    text = refused_to_make(place, INPUT, "smoke", "--set", "run.device=cuda")
    assert "this machine has no GPU" in text
    assert "--set run.device=cpu" in text


def test_a_home_that_cannot_be_one(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("a file in its place")
    for command in (["list"], ["run", "smoke"], ["doctor"], ["data", "list"]):
        assert "give another one with --home" in refused(home, INPUT, *command).err
    assert "cannot make the home" in refused(home / "below", INPUT, "list").err
    assert home.read_text() == "a file in its place"


def test_a_store_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "alwsl.db").write_bytes(b"SQLite? No, something else altogether, and long enough to be looked at.")
    assert "file is not a database" in refused(tmp_path, INPUT, "list").err


def test_a_folder_of_campaigns_that_cannot_be_written(place: Workspace) -> None:
    place.home.campaigns.write_text("a file in its place")
    for command in (["new", "--recipe", "smoke"], ["run", "smoke"]):
        found = call(place, *command)
        assert (found.code, found.out) == (INPUT, "")
        assert found.err.startswith(f"error: cannot write {place.home.campaigns}/smoke.")
    assert call(place, "list", "--json").json("campaigns")["campaigns"] == []


def test_a_name_that_is_taken_or_cannot_be_one(place: Workspace, tmp_path: Path) -> None:
    good(place, "new", "--recipe", "smoke")
    before = left_behind(place)
    assert "alwsl-tui run smoke" in refused(place, USAGE, "new", "--recipe", "smoke").err
    for name in ("a b", "../up", "", "-x", "\x1b[31mred", "a" * 65):
        assert "cannot be a name" in refused(place, USAGE, "new", "--recipe", "smoke", f"--name={name}").err
    assert left_behind(place) == before
    root = photos(tmp_path / "photos")
    good(place, "data", "add", "photos", root)
    good(place, "data", "add", "photos", root)
    elsewhere = photos(tmp_path / "elsewhere")
    assert "--replace" in refused(place, USAGE, "data", "add", "photos", elsewhere).err
    good(place, "data", "add", "photos", elsewhere, "--replace")
    assert str(elsewhere) in good(place, "data", "list")
    assert "built in" in refused(place, USAGE, "data", "add", "shapes", root).err
    assert "PATH or --download" in refused(place, USAGE, "data", "add", "photos").err


def test_a_mistake_needs_no_traceback_in_a_process_of_its_own_either(place: Workspace) -> None:
    found = program(place, "run", "smoke", "--set", "protocol.trials=0", "--headless")
    assert (found.returncode, found.stdout) == (INPUT, "")
    assert found.stderr.splitlines() == [
        "error: recipe smoke.toml has 1 mistake",
        "  protocol.trials: is 0; should be 1 or more",
        "next: mend each line above, or give --set key=value",
    ]


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        (INPUT, ("data", "add", "mine", "~no-such-user/photos")),
        (INPUT, ("data", "add", "mine", "{photos}", "--classes", "~no-such-user/classes.txt")),
        (USAGE, ("new", "~no-such-user/photos")),
        (USAGE, ("new", "--folder", "~no-such-user/photos", "--classes", "cat,dog", "--budget", "9")),
        (INPUT, ("new", "--recipe", "smoke", "--set", "model.weights=~no-such-user/net.pth")),
        (INPUT, ("predict", "~no-such-user/model.safetensors", "{photos}")),
        (INPUT, ("model", "show", "~no-such-user/model.safetensors")),
    ],
)
def test_a_home_of_nobody_is_a_place_that_is_not_there(
    place: Workspace, tmp_path: Path, code: int, arguments: tuple[str, ...]
) -> None:
    folder = write_photos(tmp_path / "photos", ["a.png", "b.png", "c.png"])
    text = refused(place, code, *(word.format(photos=folder) for word in arguments)).err
    assert "~no-such-user" in text
    assert left_behind(place) == []


LONG = 300 * "a"


@pytest.mark.parametrize(
    "arguments",
    [
        ("data", "add", "mine", LONG),
        ("data", "add", "mine", "{photos}", "--labels", LONG),
        ("data", "add", "mine", "{photos}", "--classes", LONG),
        ("new", LONG),
        ("new", "--folder", LONG, "--classes", "cat,dog", "--budget", "9"),
        ("new", "--recipe", "smoke", "--set", f"model.weights={LONG}"),
        ("new", "--recipe", f"./{LONG}.toml"),
        ("run", f"./{LONG}"),
    ],
)
def test_a_path_that_is_too_long_is_told(place: Workspace, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    folder = write_photos(tmp_path / "photos", ["a.png", "b.png", "c.png"])
    assert "File name too long" in refused(place, INPUT, *(word.format(photos=folder) for word in arguments)).err
    assert left_behind(place) == []
