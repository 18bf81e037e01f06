"""What `data add` is told besides the folder is kept with the name."""

from pathlib import Path

import pytest

from campaigns.recipe import DataSpec
from campaigns.services.data import registered, resolved
from campaigns.services.workspace import Workspace
from tests.cli.calling import call, good, refused
from tests.datasets.conftest import coco_json, write_coco, write_folder, write_picture

TABLE = "image,labels,split\na.jpg,cat,train\nb.jpg,dog,test\n"


def test_followed_links_are_followed_from_then_on(place: Workspace, tmp_path: Path) -> None:
    root = write_folder(tmp_path / "photos", ["a.jpg", "b.jpg"], TABLE)
    write_picture(tmp_path / "elsewhere" / "c.jpg", 9)
    (root / "more").symlink_to(tmp_path / "elsewhere")
    assert "--follow-links" in good(place, "data", "add", "photos", root)
    assert call(place, "data", "check", "photos", "--json").json("data_check")["unlabelled"] == []
    refused(place, 2, "data", "add", "photos", root, "--follow-links")
    good(place, "data", "add", "photos", root, "--follow-links", "--replace")
    assert call(place, "data", "check", "photos", "--json").json("data_check")["unlabelled"] == ["more/c.jpg"]


def test_a_list_of_classes_is_used_from_then_on(place: Workspace, tmp_path: Path) -> None:
    root = write_folder(tmp_path / "photos", ["a.jpg", "b.jpg"], TABLE)
    (tmp_path / "mine.txt").write_text("dog\ncat\nfox\n")
    good(place, "data", "add", "photos", root, "--classes", tmp_path / "mine.txt")
    table = good(place, "data", "check", "photos")
    assert "fox" in table
    assert table.index("\n dog ") < table.index("\n cat ")


def test_a_list_of_classes_below_the_folder_is_found_as_its_table_is(
    place: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_folder(tmp_path / "photos", ["a.jpg", "b.jpg"], TABLE)
    (root / "mine.txt").write_text("dog\ncat\nfox\n")
    monkeypatch.chdir(tmp_path)
    good(place, "data", "add", "photos", "photos", "--classes", "mine.txt")
    assert "fox" in good(place, "data", "check", "photos")
    (tmp_path / "mine.txt").write_text("dog\ncat\nowl\n")
    assert "owl" in good(place, "data", "add", "others", "photos", "--classes", "mine.txt")


def test_what_an_empty_cell_means_is_kept_with_the_name(place: Workspace, tmp_path: Path) -> None:
    root = write_folder(tmp_path / "photos", ["a.jpg", "b.jpg"], "image,cat,dog,split\na.jpg,1,,train\nb.jpg,,1,test\n")
    assert "--empty-cell absent" in refused(place, 3, "data", "add", "photos", root).err
    good(place, "data", "add", "photos", root, "--empty-cell", "absent")
    checked = call(place, "data", "check", "photos", "--json").json("data_check")
    assert [(entry["images"], entry["labelled"]) for entry in (checked["train"], checked["test"])] == [(1, 1), (1, 1)]


def test_a_list_of_classes_for_coco_is_refused(place: Workspace, tmp_path: Path) -> None:
    root = write_coco(tmp_path / "set", {"train": coco_json([1], [(1, 1)]), "val": coco_json([2], [(2, 1)])})
    (tmp_path / "mine.txt").write_text("cat\n")
    assert (
        "categories of its JSON" in refused(place, 2, "data", "add", "s", root, "--classes", tmp_path / "mine.txt").err
    )


def test_options_of_a_table_are_refused_where_none_is_read(place: Workspace, tmp_path: Path) -> None:
    root = write_coco(tmp_path / "set", {"train": coco_json([1], [(1, 1)]), "val": coco_json([2], [(2, 1)])})
    told = refused(place, 2, "data", "add", "s", root, "--split", "fold", "--skip-missing").err
    assert "--skip-missing, --split mean nothing" in told
    assert "--labels FILE" in told
    refused(place, 2, "data", "add", "coco", root, "--labels", "labels.csv")
    good(place, "data", "add", "s", root)


def test_a_named_table_is_read_whatever_else_lies_there(place: Workspace, tmp_path: Path) -> None:
    root = write_coco(tmp_path / "set", {"train": coco_json([1], [(1, 1)]), "val": coco_json([2], [(2, 1)])})
    assert "no labels.csv" in refused(place, 3, "data", "add", "s", root, "--labels", "labels.csv").err
    (root / "labels.csv").write_text("image,zebra,split\ntrain/000000000001.jpg,1,train\nval/000000000002.jpg,0,test\n")
    assert "zebra 1" in good(place, "data", "add", "s", root, "--labels", "labels.csv")
    assert "zebra" in good(place, "data", "check", "s")


def write_dated(root: Path) -> Path:
    """A table that needs every one of the options that are about tables."""
    write_folder(root, ["a.jpg", "b.jpg", "c.jpg"])
    text = "image,tags,is_valid\na.jpg,red car,0\nb.jpg,car,1\nc.jpg,car,0\ngone.jpg,car,0\n"
    (root / "tags.csv").write_text(text)
    return root


OPTIONS = ("--labels", "tags.csv", "--split", "is_valid", "--separator", " ", "--skip-missing")


def test_refusals_name_the_options_that_answer_until_the_table_is_read(place: Workspace, tmp_path: Path) -> None:
    root = write_dated(tmp_path / "photos")
    answers = {"--labels": ("tags.csv",), "--split": ("is_valid",), "--separator": (" ",), "--skip-missing": ()}
    given: list[str] = []
    while answers:
        told = refused(place, 3, "data", "add", "photos", root, *given).err
        named = [option for option in answers if option in told]
        assert named, told
        for option in named:
            given += [option, *answers.pop(option)]
    good(place, "data", "add", "photos", root, *given)


def test_what_was_said_of_a_table_is_said_once(place: Workspace, tmp_path: Path) -> None:
    good(place, "data", "add", "photos", write_dated(tmp_path / "photos"), *OPTIONS)
    checked = call(place, "data", "check", "photos", "--json").json("data_check")
    assert [(entry["images"], entry["labelled"]) for entry in (checked["train"], checked["test"])] == [(2, 2), (1, 1)]


def test_a_trial_says_the_same_and_changes_nothing(place: Workspace, tmp_path: Path) -> None:
    root = write_dated(tmp_path / "photos")
    trial = good(place, "data", "add", "photos", root, *OPTIONS, "--dry-run")
    assert "nothing was added" in trial
    assert "photos" not in good(place, "data", "list")
    real = good(place, "data", "add", "photos", root, *OPTIONS)
    assert trial.splitlines()[:-1] == real.splitlines()[:-1]


def test_a_trial_of_a_readonly_home_is_allowed(place: Workspace, tmp_path: Path) -> None:
    root = write_dated(tmp_path / "photos")
    good(place, "data", "list")
    good(place, "--readonly", "data", "add", "photos", root, *OPTIONS, "--dry-run")
    refused(place, 2, "--readonly", "data", "add", "photos", root, *OPTIONS)


def test_a_data_set_is_renamed_with_what_was_said_of_it(place: Workspace, tmp_path: Path) -> None:
    good(place, "data", "add", "photos", write_dated(tmp_path / "photos"), *OPTIONS)
    assert "yard is photos" not in good(place, "data", "rename", "photos", "yard")
    assert call(place, "data", "check", "yard", "--json").json("data_check")["train"]["images"] == 2
    assert "there is no" in refused(place, 2, "data", "check", "photos").err.lower()


def test_a_data_set_is_not_renamed_to_a_name_that_is_taken(place: Workspace, tmp_path: Path) -> None:
    root = write_dated(tmp_path / "photos")
    for name in ("photos", "yard"):
        good(place, "data", "add", name, root, *OPTIONS)
    assert "yard" in refused(place, 2, "data", "rename", "photos", "yard").err
    assert "program's own" in refused(place, 2, "data", "rename", "photos", "coco").err


def test_a_data_set_that_is_removed_keeps_its_files(place: Workspace, tmp_path: Path) -> None:
    root = write_dated(tmp_path / "photos")
    before = sorted(root.rglob("*"))
    good(place, "data", "add", "photos", root, *OPTIONS)
    good(place, "data", "remove", "photos")
    assert sorted(root.rglob("*")) == before
    assert "photos" not in good(place, "data", "list")
    refused(place, 2, "data", "remove", "photos")


def test_a_table_in_gbk_is_added_by_the_options_that_refusals_name(place: Workspace, tmp_path: Path) -> None:
    root, other = (write_folder(tmp_path / name, [f"{n}.jpg" for n in range(8)], "") for name in ("photos", "yard"))
    lines = tuple(f"{n}.jpg,{('汽车', '无', '人')[n % 3]}\n" for n in range(8))
    for folder in (root, other):
        (folder / "labels.csv").write_bytes("".join(("文件,类别\n", *lines)).encode("gbk"))
    answers = {"--encoding": "gbk", "--image": "文件", "--class-column": "类别"}
    given: list[str] = []
    for option, answer in answers.items():
        assert option in refused(place, 3, "data", "add", "photos", root, *given).err
        given += [option, answer]
    assert "read as gbk" in good(place, "data", "add", "photos", root, *given, "--nothing", "无")
    assert "no encoding 'gkb'" in refused(place, 2, "data", "add", "x", root, "--encoding", "gkb").err
    sets = [f"data.{option[2:].replace('-', '_')}={answer}" for option, answer in answers.items()]
    asked = [word for each in sets for word in ("--set", each)]
    assert "--encoding" in refused(place, 3, "new", other, "--dry-run").err
    assert "read as gbk" in good(place, "new", other, "--dry-run", *asked, "--set", "data.nothing=无")


def test_images_may_lie_elsewhere_on_some_nodes(place: Workspace, tmp_path: Path) -> None:
    root = write_folder(tmp_path / "photos", ["a.jpg", "b.jpg"], TABLE)
    (root / "mine.txt").write_text("dog\ncat\nfox\n")
    each = ("--each", "gpu*=/scratch/photos", "--each", "n2=/elsewhere")
    good(place, "data", "add", "photos", root, "--classes", root / "mine.txt", *each)
    with place.store() as store:
        spec = resolved(DataSpec(name="photos"), registered(store))
        moved = resolved(DataSpec(name="photos", root=str(tmp_path)), registered(store))
    assert spec.each == {"gpu*": "/scratch/photos", "n2": "/elsewhere"}
    assert moved.each is None, "who names another folder means that one, on every node"
    assert spec.at_node("n1") == spec
    assert (spec.at_node("n2").root, spec.at_node("gpu17").root) == ("/elsewhere", "/scratch/photos")
    assert hash(spec) == hash(spec.model_copy())
    several = spec.model_copy(update={"each": {"*": "/any", "gpu*": "/gpu", "gpu1?": "/ten", "gpu17": "/this"}})
    assert [several.at_node(node).root for node in ("n1", "gpu2", "gpu12", "gpu17")] == [
        "/any",
        "/gpu",
        "/ten",
        "/this",
    ]
    assert spec.at_node("gpu17").classes == "/scratch/photos/mine.txt", "it lies in the folder"


@pytest.mark.parametrize("told", ["n2", "n2=scratch", "=/scratch", "n 2=/scratch", "n2=/scra\udcfftch", "n2=/a\nb"])
def test_where_else_they_lie_is_a_node_and_a_whole_path(place: Workspace, tmp_path: Path, told: str) -> None:
    root = write_folder(tmp_path / "photos", ["a.jpg", "b.jpg"], TABLE)
    error = refused(place, 2, "data", "add", "photos", root, "--each", told).err
    assert "does not say on which node it lies in which folder" in error
