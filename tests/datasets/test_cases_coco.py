"""One's own annotations in COCO's form, as programs export them and people rename them."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from campaigns.datasets.inspection import check
from campaigns.errors import BadData
from tests.datasets.conftest import coco_json, write_coco, write_folder, write_picture
from tests.datasets.field import case, opened

FIVE = ("person", "bicycle", "car", "stop sign", "toothbrush")


@pytest.mark.parametrize(
    ("name", "train", "test", "classes"),
    [
        ("i01-coco2017", 20, 20, FIVE),
        ("i02-coco-no-year", 24, 24, ("maogan", "bang")),
        ("i03-coco-cvat", 21, 9, FIVE),
        ("i04-coco-roboflow", 16, 16, ("apples", "fresh_apple", "rotten_apple")),
        ("i05-coco-backslash", 24, 24, FIVE),
        ("i07-coco-bom", 24, 24, FIVE),
        ("i08-coco-string-ids", 24, 24, FIVE),
        ("i11-coco-dangling", 24, 24, FIVE),
        ("i12-coco-other-order", 24, 24, FIVE),
        ("i14-coco-ids-restart", 24, 24, FIVE),
        ("i15-coco-only-val", 18, 6, FIVE),
        ("i17-coco-extra-keys", 24, 24, FIVE),
        ("i18-coco-mostly-negatives", 8, 8, ("maogan", "bang")),
    ],
)
def test_each_case_is_read(name: str, train: int, test: int, classes: tuple[str, ...], tmp_path: Path) -> None:
    data = opened(case(name), tmp_path)
    assert (len(data.train), len(data.test), data.classes) == (train, test, classes)
    assert not check(data, kind="coco", splits=("train", "val")).unreadable


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("i01-coco2017", "4 of 24 train2017 images have no annotation that counts and are left out"),
        ("i18-coco-mostly-negatives", "16 of 24 val2017 images have no annotation that counts and are left out"),
        ("i11-coco-dangling", "1 annotation of train2017 is left out: its image_id is that of no image listed"),
        ("i03-coco-cvat", "annotations of default alone: 9 of 30 images are held out for testing"),
        ("i15-coco-only-val", "annotations of val2017 alone: 6 of 24 images are held out for testing"),
        ("i04-coco-roboflow", "annotations of valid are not used"),
    ],
)
def test_what_is_left_out_or_held_out_is_said(name: str, note: str, tmp_path: Path) -> None:
    notes = "\n".join(opened(case(name), tmp_path).notes)
    assert note in notes
    assert "a subset of COCO" not in notes


@pytest.mark.parametrize("name", ["i05-coco-backslash", "i07-coco-bom", "i11-coco-dangling", "i12-coco-other-order"])
def test_spelling_changes_no_label(name: str, tmp_path: Path) -> None:
    plain = opened(case("i17-coco-extra-keys"), tmp_path)
    assert opened(case(name), tmp_path).fingerprint.labels == plain.fingerprint.labels


@pytest.mark.parametrize("has_pictures", [True, False])
def test_pictures_in_another_place_are_told_with_where_they_were_looked_for(has_pictures: bool, tmp_path: Path) -> None:
    root = arranged(
        tmp_path, {"annotations/train.json": TRAIN}, {"far/val": names(TRAIN) if has_pictures else ["x.jpg"]}
    )
    with pytest.raises(BadData) as error:
        opened(root, tmp_path / "indexes")
    hint, name = error.value.hint or "", names(TRAIN)[0]
    assert "3 of 3 images are not there" in str(error.value)
    assert hint.startswith(f"{name} of train.json was looked for in train/, annotations/, the folder itself; ")
    lies = f"far/val/{name} has this name: move the pictures into train/, or write their paths, such as far/val/{name}"
    lost = f"no file of this name lies in {root}: put the pictures of this file into train/"
    assert (lies if has_pictures else lost) in hint


TRAIN = coco_json([1, 2, 3], [(1, 1), (2, 3), (3, 2)])
TEST = coco_json([11, 12], [(11, 1), (12, 2)])


def arranged(root: Path, files: dict[str, Any], images: dict[str, list[str]]) -> Path:
    """JSONs by path, and pictures by folder."""
    for at, tree in files.items():
        (root / at).parent.mkdir(parents=True, exist_ok=True)
        (root / at).write_text(json.dumps(tree))
    for folder, names in images.items():
        for n, name in enumerate(names):
            write_picture(root / folder / name, n + 40 * len(folder))
    return root


def names(tree: Any) -> list[str]:
    return [row["file_name"] for row in tree["images"]]


@pytest.mark.parametrize(
    ("train", "test", "train_images", "test_images"),
    [
        ("train.json", "test.json", "images", "images"),
        ("annotations/helmets_train.json", "annotations/helmets_val.json", "train", "val"),
        ("annotations/instances_Train.json", "annotations/instances_Validation.json", "images/Train", "images/Val"),
        ("train/_annotations.coco.json", "valid/_annotations.coco.json", "train", "valid"),
        ("train/annotations.json", "test/annotations.json", "train/images", "test/images"),
        ("train/labels.json", "val/labels.json", "train/data", "val/data"),
        ("labels/training.json", "labels/testing.json", "images", "images"),
        ("annotations/train2019.json", "annotations/val2019.json", "train2019", "val2019"),
        ("annotations/instances_train2021.json", "annotations/instances_test2021.json", "train2021", "test2021"),
    ],
)
def test_any_name_of_a_file_and_any_usual_place_of_its_images(
    train: str, test: str, train_images: str, test_images: str, tmp_path: Path
) -> None:
    root = arranged(tmp_path / "set", {train: TRAIN, test: TEST}, {train_images: names(TRAIN)})
    arranged(root, {}, {test_images: names(TEST)})
    data = opened(root, tmp_path)
    assert (list(data.train.ids), list(data.test.ids)) == (["1", "2", "3"], ["11", "12"])
    assert data.train.picture(2).size == (6, 4)


def test_a_single_file_beside_its_images_is_split_by_names_alone(tmp_path: Path) -> None:
    many = list(range(40))
    whole = coco_json(many, [(i, 1) for i in many])
    first = opened(arranged(tmp_path / "a", {"result.json": whole}, {"": names(whole)}), tmp_path, test_share=0.4)
    fewer = coco_json(many[5:], [(i, 1) for i in many[5:]])
    other = opened(arranged(tmp_path / "b", {"mine.json": fewer}, {"images": names(fewer)}), tmp_path, test_share=0.4)
    assert set(other.test.ids) == set(first.test.ids) & set(map(str, many[5:]))
    assert 8 <= len(first.test) <= 24


@pytest.mark.parametrize("other", [str, float, lambda i: f"{i:05}"], ids=["text", "float", "zeros"])
def test_ids_may_be_text_or_whole_floats(other: Callable[[int], Any], tmp_path: Path) -> None:
    tree = coco_json([1, 2, 30], [(1, 1), (2, 3), (30, 2)])
    for row in tree["images"]:
        row["id"] = other(row["id"])
    for row in tree["annotations"]:
        row["image_id"] = other(row["image_id"])
    data = opened(write_coco(tmp_path / "set", {"train": tree, "val": TEST}), tmp_path)
    assert data.train.labels.argmax(axis=1).tolist() == [0, 2, 1]


def test_a_number_and_its_text_are_one_id_and_letters_are_ids_too(tmp_path: Path) -> None:
    tree = coco_json([2, 1], [(1, 1), (2, 3)])
    tree["images"].append({"id": "b-7", "file_name": "b.jpg"})
    tree["annotations"] = [
        {"image_id": "1", "category_id": "1"},
        {"image_id": 2.0, "category_id": 3},
        {"image_id": "b-7", "category_id": 2.0},
    ]
    data = opened(write_coco(tmp_path / "set", {"train": tree, "val": TEST}), tmp_path)
    assert list(data.train.ids) == ["1", "2", "b-7"]
    assert data.train.labels.argmax(axis=1).tolist() == [0, 2, 1]


def test_ids_and_category_ids_belong_to_their_file(tmp_path: Path) -> None:
    test = coco_json([1, 2], [(1, 10), (2, 30)])
    test["categories"] = [{"id": 10, "name": "dog"}, {"id": 20, "name": "cat"}, {"id": 30, "name": "bird"}]
    for row in test["images"]:
        row["file_name"] = f"other{row['id']}.jpg"
    data = opened(write_coco(tmp_path / "set", {"train": TRAIN, "val": test}), tmp_path)
    assert data.classes == ("cat", "bird", "dog")
    assert data.test.labels.argmax(axis=1).tolist() == [2, 1]


def test_the_same_file_name_is_the_same_image_in_either_year(tmp_path: Path) -> None:
    train = coco_json([1, 2], [(1, 1), (2, 3)])
    train["images"][0]["file_name"] = "COCO_train2014_000000000011.jpg"
    root = write_coco(tmp_path / "set", {"train2014": train, "val2017": TEST})
    with pytest.raises(BadData, match="1 images are both in the training and in the test split"):
        opened(root, tmp_path)


def test_the_same_bytes_under_two_names_are_a_leak(tmp_path: Path) -> None:
    root = write_coco(tmp_path / "set", {"train": TRAIN, "val": TEST})
    shutil.copy(root / "train" / names(TRAIN)[0], root / "val" / names(TEST)[1])
    data = opened(root, tmp_path)
    assert [(leak.train, leak.test) for leak in check(data).leaks] == [("1", "12")]


def test_names_below_folders_that_are_not_here_are_looked_for_by_their_last_part(tmp_path: Path) -> None:
    tree = json.loads(json.dumps(TRAIN))
    for row in tree["images"]:
        row["file_name"] = f"data\\upload\\{row['file_name']}"
    root = arranged(
        tmp_path / "set", {"train.json": tree, "test.json": TEST}, {"images": [*names(TRAIN), *names(TEST)]}
    )
    assert opened(root, tmp_path).train.picture(0).size == (6, 4)


def test_files_that_do_not_say_what_they_are_for_are_asked_about(tmp_path: Path) -> None:
    root = arranged(tmp_path / "set", {"a.json": TRAIN, "b.json": TEST}, {"images": [*names(TRAIN), *names(TEST)]})
    with pytest.raises(BadData, match="annotations of a, b: which is for training") as error:
        opened(root, tmp_path)
    assert "data.train" in (error.value.hint or "")
    assert "--labels FILE" in (error.value.hint or "")
    assert list(opened(root, tmp_path, train="a", test="b").test.ids) == ["11", "12"]


def test_other_categories_in_the_other_file_are_named(tmp_path: Path) -> None:
    test = json.loads(json.dumps(TEST))
    test["categories"][0]["name"] = "kitten"
    root = write_coco(tmp_path / "set", {"train": TRAIN, "val": test})
    with pytest.raises(BadData, match=r"it lacks cat; it adds kitten"):
        opened(root, tmp_path)


def test_all_annotations_of_images_that_are_gone_are_refused(tmp_path: Path) -> None:
    root = write_coco(tmp_path / "set", {"train": coco_json([1, 2], [(8, 1), (9, 1)]), "val": TEST})
    with pytest.raises(BadData, match="holds no image with an annotation that counts"):
        opened(root, tmp_path)


def test_a_table_of_labels_beside_a_json_stays_a_folder_of_ones_own(tmp_path: Path) -> None:
    root = write_folder(tmp_path / "set", ["a.jpg", "b.jpg"], "image,labels,split\na.jpg,cat,train\nb.jpg,,test\n")
    (root / "export.json").write_text(json.dumps(TRAIN))
    assert opened(root, tmp_path).name == "mine"
