"""What `data add` is told besides the folder is kept with the name."""

from pathlib import Path

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


def test_a_list_of_classes_for_coco_is_refused(place: Workspace, tmp_path: Path) -> None:
    root = write_coco(tmp_path / "set", {"train": coco_json([1], [(1, 1)]), "val": coco_json([2], [(2, 1)])})
    (tmp_path / "mine.txt").write_text("cat\n")
    assert (
        "categories of its JSON" in refused(place, 2, "data", "add", "s", root, "--classes", tmp_path / "mine.txt").err
    )
