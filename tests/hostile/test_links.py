"""Paths and links of a data set from a stranger: inside its folder they are followed, outside they are not."""

import json
from pathlib import Path

import pytest

from campaigns.datasets.coco import open_coco
from campaigns.datasets.coco_json import Options
from campaigns.datasets.dataset import Dataset
from campaigns.datasets.folder import open_folder
from campaigns.datasets.links import demand_inside
from campaigns.datasets.voc import open_voc
from campaigns.errors import BadData
from campaigns.home.files import plain
from tests.datasets.conftest import coco_json, write_coco, write_folder, write_picture, write_voc
from tests.stage import refusal

IDS = {"trainval": ("000001", "000002"), "test": ("000003",)}
TREES = {"train2014": coco_json((1, 2), ((1, 1), (2, 3))), "val2014": coco_json((3,), ((3, 2),))}


def voc(root: Path, *, needs_files: bool = True) -> Dataset:
    return open_voc(root, kind="voc2007", splits=("trainval", "test"), needs_files=needs_files)


def coco(root: Path, *, needs_files: bool = True) -> Dataset:
    indexes = root.parent / "indexes"
    return open_coco(root, splits=("train2014", "val2014"), options=Options(), indexes=indexes, needs_files=needs_files)


def moved(path: Path, to: Path) -> Path:
    """The file or folder, elsewhere, with a link in its place."""
    to.parent.mkdir(parents=True, exist_ok=True)
    path.rename(to)
    path.symlink_to(to)
    return path


def test_an_image_of_voc_that_is_a_link_out_of_the_folder_is_refused_by_name(tmp_path: Path) -> None:
    root = write_voc(tmp_path / "VOCdevkit", IDS)
    moved(root / "VOC2007/JPEGImages/000002.jpg", tmp_path / "private" / "me.jpg")
    said = refusal(lambda: voc(root))
    assert "1 of 2 images are links that lead out of the data set, for example 000002.jpg" in said
    train = voc(root, needs_files=False).train
    assert train.picture(0).size == (6, 4)
    with pytest.raises(BadData, match="outside the data set"):
        train.picture(1)


def test_a_link_that_stays_in_the_folder_is_followed(tmp_path: Path) -> None:
    root = write_voc(tmp_path / "VOCdevkit", IDS)
    moved(root / "VOC2007/JPEGImages/000002.jpg", root / "store" / "2.jpg")
    moved(root / "VOC2007/ImageSets/Main/cat_test.txt", root / "store" / "cat.txt")
    assert voc(root).train.picture(1).size == (6, 4)


def test_the_folder_that_is_given_may_itself_be_a_link(tmp_path: Path) -> None:
    root = moved(write_voc(tmp_path / "VOCdevkit", IDS), tmp_path / "disk" / "voc")
    assert voc(root).train.picture(0).size == (6, 4)


@pytest.mark.parametrize("name", ["JPEGImages", "ImageSets/Main/dog_test.txt", "ImageSets/Main/test.txt", "ImageSets"])
def test_no_other_part_of_voc_may_lie_outside(tmp_path: Path, name: str) -> None:
    root = write_voc(tmp_path / "VOCdevkit", IDS)
    moved(root / "VOC2007" / name, tmp_path / "elsewhere" / "x")
    assert "outside the data set" in refusal(lambda: voc(root))


@pytest.mark.parametrize("name", ["train2014", "annotations/instances_val2014.json", "annotations"])
def test_no_part_of_coco_may_lie_outside(tmp_path: Path, name: str) -> None:
    root = write_coco(tmp_path / "coco", TREES)
    assert coco(root).classes == ("cat", "bird", "dog")
    moved(root / name, tmp_path / "elsewhere" / "x")
    assert "outside the data set" in refusal(lambda: coco(root))


OUTSIDE = ("../x.jpg", "/etc/passwd", "C:\\x.jpg", "C:x.jpg", "a\0.jpg", "a/../../x.jpg", "..", "\\\\h\\x")


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_file_name_of_coco_that_leads_outside_is_refused(tmp_path: Path, name: str) -> None:
    root = write_coco(tmp_path / "coco", TREES)
    path = root / "annotations" / "instances_train2014.json"
    said = json.loads(path.read_text())
    said["images"][0]["file_name"] = name
    path.write_text(json.dumps(said))
    assert "no 'file_name' that stays inside the folder" in refusal(lambda: coco(root))


@pytest.mark.parametrize("line", ["../../x 1", "/etc/passwd 1", "a\0b 1", "C:x 1", "..  1", "%2e%2e 1", "\x1b[2J 1"])
def test_an_id_of_voc_that_leads_outside_is_refused(tmp_path: Path, line: str) -> None:
    root = write_voc(tmp_path / "VOCdevkit", IDS)
    path = root / "VOC2007/ImageSets/Main/aeroplane_test.txt"
    path.write_text(line + "\n")
    said = refusal(lambda: voc(root))
    assert "is not an image id" in said
    assert "\x1b" not in said.replace(str(tmp_path), "")


@pytest.mark.parametrize("name", ["../x", "/etc/hosts", "..", "a/b", "a\0b", ""])
def test_a_split_that_leads_outside_is_refused(tmp_path: Path, name: str) -> None:
    root = write_voc(tmp_path / "VOCdevkit", IDS)
    assert "has no split" in refusal(lambda: open_voc(root, kind="voc2007", splits=(name, "test")))
    root = write_coco(tmp_path / "coco", TREES)
    assert refusal(lambda: open_coco(root, splits=(name, "val2014"), options=Options(), indexes=tmp_path / "indexes"))


FOLDER = "image,labels,split\na.png,x,train\nb.png,x,test\n"


@pytest.mark.parametrize("name", ["labels.csv", "classes.txt"])
def test_labels_of_a_folder_may_not_lie_outside(tmp_path: Path, name: str) -> None:
    root = write_folder(tmp_path / "mine", ("a.png", "b.png"), FOLDER)
    (root / "classes.txt").write_text("x\n")
    assert open_folder(root).classes == ("x",)
    moved(root / name, tmp_path / "elsewhere" / name)
    assert "outside the data set" in refusal(lambda: open_folder(root))


@pytest.mark.parametrize("labels", ["../secret.csv", "/etc/passwd"])
def test_a_recipe_cannot_point_at_labels_outside(tmp_path: Path, labels: str) -> None:
    root = write_folder(tmp_path / "mine", ("a.png", "b.png"), FOLDER)
    (tmp_path / "secret.csv").write_text(FOLDER)
    assert "outside the data set" in refusal(lambda: open_folder(root, labels=labels))


@pytest.mark.parametrize("image", ["../c.png", "/etc/passwd", "C:\\c.png", "..\\c.png"])
def test_a_line_of_labels_that_leads_outside_names_no_image(tmp_path: Path, image: str) -> None:
    write_picture(tmp_path / "c.png")
    root = write_folder(tmp_path / "mine", ("a.png", "b.png"), FOLDER + f"{image},x,train\n")
    assert "there is no image" in refusal(lambda: open_folder(root))


def test_links_that_lead_to_each_other_are_unreadable_images_and_nothing_worse(tmp_path: Path) -> None:
    root = write_folder(tmp_path / "mine", ("a.png", "b.png"), FOLDER)
    (root / "c.png").symlink_to("d.png")
    (root / "d.png").symlink_to("c.png")
    train = open_folder(root).train
    with pytest.raises(BadData):
        train.picture(train.ids.index("c.png"))


def test_a_link_that_is_changed_after_it_was_looked_at_gains_nothing(tmp_path: Path) -> None:
    root = write_folder(tmp_path / "mine", ("a.png",), FOLDER)
    write_picture(tmp_path / "me.png")
    link = root / "l.png"
    link.symlink_to("a.png")
    with plain(link) as file:
        demand_inside(file, link, root)
    link.unlink()
    link.symlink_to("../me.png")
    with plain(link) as file:
        link.unlink()
        link.symlink_to("a.png")  # by the time that anybody looks it is as it should be
        with pytest.raises(BadData, match="outside the data set"):
            demand_inside(file, link, root)


def test_an_image_of_a_folder_that_is_made_a_link_later_is_not_opened(tmp_path: Path) -> None:
    root = write_folder(tmp_path / "mine", ("a.png", "b.png"), FOLDER)
    found = open_folder(root)
    moved(root / "a.png", tmp_path / "private" / "me.png")
    with pytest.raises(BadData, match="outside the data set"):
        found.train.picture(0)
