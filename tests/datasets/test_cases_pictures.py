"""Formats, links, names and lists of classes that other programs and other people leave in a folder."""

import os
import shutil
from pathlib import Path

import pytest

from campaigns.datasets.class_list import read_classes
from campaigns.datasets.inspection import check
from campaigns.errors import BadData, Mistake
from tests.datasets.conftest import coco_json, write_coco, write_folder, write_picture
from tests.datasets.field import case, opened

TABLE = "image,labels,split\na.jpg,cat,train\nb.jpg,dog,test\n"


def notes(root: Path, indexes: Path, **keys: object) -> str:
    return "\n".join(opened(root, indexes, **keys).notes)


def images(root: Path, indexes: Path, **keys: object) -> list[str]:
    data = opened(root, indexes, **keys)
    return sorted([*data.train.ids, *data.test.ids])


def test_labelled_pictures_of_other_formats_are_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"1 AVIF, 1 HEIC, for example 'IMG_1234\.HEIC': save them as JPEG") as error:
        opened(case("g03-phone-formats"), tmp_path)
    assert len(error.value.mistakes) == 1
    assert "save those pictures" in (error.value.hint or "")


def test_jfif_and_jpe_are_jpegs(tmp_path: Path) -> None:
    root = Path(shutil.copytree(case("g03-phone-formats"), tmp_path / "mine"))
    table = (root / "labels.csv").read_text()
    (root / "labels.csv").write_text(table.replace("web.avif,car\n", "").replace("IMG_1234.HEIC,car\n", ""))
    data = opened(root, tmp_path)
    assert {"chat.jfif", "old.jpe", "img_0001.JPEG"} <= {*data.train.ids, *data.test.ids}
    why = {entry.image: entry.why.rpartition("/")[2] for entry in check(data).unreadable}
    assert why == {
        "web2.jpg": "web2.jpg is AVIF, which is not read",
        "IMG_1235.jpg": "IMG_1235.jpg is HEIC, which is not read",
    }
    assert "1 AVIF, 1 HEIC" in "\n".join(data.notes)


def test_pictures_of_other_formats_without_a_label_are_counted(tmp_path: Path) -> None:
    assert "40 HEIC, for example 'IMG_2000.HEIC': save them as JPEG" in notes(case("g03b-heic-unlabelled"), tmp_path)


@pytest.mark.parametrize("name", ["g09b-classes-numbered", "g09c-classes-one-line"])
def test_lists_of_classes_that_other_tools_write_are_read(name: str, tmp_path: Path) -> None:
    assert opened(case(name), tmp_path).classes == ("chair", "car", "person", "train")


def test_a_list_of_other_classes_says_how_to_be_rid_of_it(tmp_path: Path) -> None:
    with pytest.raises(BadData) as error:
        opened(case("g09-classes-yolo"), tmp_path)
    assert "take that file away if another program left it there" in (error.value.hint or "")
    listed = tmp_path / "right.txt"
    listed.write_text("chair\ncar\nperson\ntrain\n")
    assert opened(case("g09-classes-yolo"), tmp_path, classes=str(listed)).classes == (
        "chair",
        "car",
        "person",
        "train",
    )


@pytest.mark.parametrize(
    "text",
    ["cat\ndog\n", "0 cat\n1 dog", "1: cat\n2: dog\n", "0,cat\n1,dog\n", "cat, dog", "cat;dog\n", "['cat', 'dog']",
     '["cat","dog"]\n', "\ufeffcat\r\ndog\r\n\r\n"],
)  # fmt: skip
def test_a_list_of_classes_in_any_usual_form(text: str, tmp_path: Path) -> None:
    (tmp_path / "classes.txt").write_text(text, encoding="utf-8", newline="")
    mistakes: list[Mistake] = []
    assert read_classes(tmp_path / "classes.txt", mistakes) == ("cat", "dog")
    assert mistakes == []


@pytest.mark.parametrize("text", ["7 up\n3 musketeers\n", "2 cats\n"])
def test_a_number_that_counts_nothing_belongs_to_the_name(text: str, tmp_path: Path) -> None:
    (tmp_path / "classes.txt").write_text(text)
    assert read_classes(tmp_path / "classes.txt", []) == tuple(text.splitlines())


def test_a_name_that_is_not_utf_8_is_one_note(tmp_path: Path) -> None:
    root = write_folder(tmp_path / "mine", ["a.jpg", "b.jpg"], TABLE)
    shutil.copy(root / "a.jpg", root / os.fsdecode(b"caf\xe9.jpg"))
    assert images(root, tmp_path) == ["a.jpg", "b.jpg"]
    text = notes(root, tmp_path)
    assert "1 pictures were left out because their names are not UTF-8" in text
    assert r"caf\\xe9.jpg" in text
    text.encode()


def test_a_linked_folder_is_told_and_followed_when_asked(tmp_path: Path) -> None:
    root = write_folder(tmp_path / "mine", ["a.jpg", "b.jpg"], TABLE)
    write_picture(tmp_path / "elsewhere" / "c.jpg", 9)
    (root / "more").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "loop").symlink_to(root)
    (root / "again").symlink_to(root)
    assert images(root, tmp_path) == ["a.jpg", "b.jpg"]
    assert "1 linked folders were not followed, for example 'more'; --follow-links takes them in" in notes(
        root, tmp_path
    )
    followed = opened(root, tmp_path, follow_links=True)
    assert list(followed.train.ids) == ["a.jpg", "more/c.jpg"]
    assert followed.train.picture(1).size == (6, 4)
    assert "linked" not in "\n".join(followed.notes)


def test_linked_images_of_coco_are_followed_when_asked(tmp_path: Path) -> None:
    train, val = coco_json([1], [(1, 1)]), coco_json([2], [(2, 3)])
    root = write_coco(tmp_path / "mine", {"train": train, "val": val})
    (root / "train").rename(tmp_path / "elsewhere")
    (root / "train").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BadData, match="--follow-links"):
        opened(root, tmp_path)
    assert opened(root, tmp_path, follow_links=True).train.picture(0).size == (6, 4)


def test_damaged_files_and_copies_are_told_as_before(tmp_path: Path) -> None:
    assert {u.image for u in check(opened(case("g02-damaged"), tmp_path)).unreadable} == {
        "truncated.jpg", "empty.jpg", "page.jpg", "lfs.jpg",
    }  # fmt: skip
    assert check(opened(case("g08-duplicates"), tmp_path)).leaks
