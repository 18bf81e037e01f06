"""Folders that are classes, read as a data set."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from campaigns.datasets.dataset import UNKNOWN
from campaigns.datasets.folder import open_folder
from tests.stage import refusal

FOODS = ("Bread", "Soup")


def write(root: Path, *names: str) -> Path:
    for at, name in enumerate(names):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((4, 4, 3), at, np.uint8)).save(root / name)
    return root


def test_the_folder_of_an_image_is_its_class(tmp_path: Path) -> None:
    names = [f"{kind}/{number:02}.png" for kind in ("cat", "dog") for number in range(20)]
    dataset = open_folder(write(tmp_path, *names, "loose.png", "unlabelled/1.png"), labels="folders")
    assert dataset.classes == ("cat", "dog")
    for split in (dataset.train, dataset.test):
        for row, name in enumerate(split.ids):
            wanted = [1, -1] if name.startswith("cat") else [-1, 1]
            has_none = name in {"loose.png", "unlabelled/1.png"}
            assert split.labels[row].tolist() == ([UNKNOWN, UNKNOWN] if has_none else wanted)
    assert {"loose.png", "unlabelled/1.png"} <= set(dataset.train.ids)
    assert any("the folder of an image is its class" in note for note in dataset.notes)
    assert any("2 images lie in no folder of a class" in note for note in dataset.notes)


def test_folders_of_splits_hold_folders_of_classes(tmp_path: Path) -> None:
    names = [f"{split}/{kind}/1.png" for split in ("train", "valid", "test") for kind in ("cat", "dog")]
    dataset = open_folder(write(tmp_path, *names), labels="folders")
    assert dataset.classes == ("cat", "dog")
    assert list(dataset.test.ids) == ["test/cat/1.png", "test/dog/1.png"]
    assert sorted(dataset.train.ids) == ["train/cat/1.png", "train/dog/1.png", "valid/cat/1.png", "valid/dog/1.png"]


def test_a_folder_that_is_no_class_of_the_list_is_told(tmp_path: Path) -> None:
    root = write(tmp_path / "data", "cat/1.png", "cot/2.png")
    (root / "classes.txt").write_text("cat\ndog\n", encoding="utf-8")
    assert "cot/2.png: lies in 'cot', no class of the list" in refusal(lambda: open_folder(root, labels="folders"))


@pytest.mark.parametrize("names", [("1.png",), ("unlabelled/1.png",), ("train/1.png",)])
def test_a_folder_without_folders_of_classes_is_told(tmp_path: Path, names: tuple[str, ...]) -> None:
    text = refusal(lambda: open_folder(write(tmp_path / "data", *names), labels="folders"))
    assert "has no image in a folder that could be its class" in text


def test_who_gives_no_table_hears_of_folders(tmp_path: Path) -> None:
    text = refusal(lambda: open_folder(write(tmp_path / "data", "cat/1.png")))
    assert "names of folders are not read as classes unless --labels folders says so" in text


@pytest.mark.parametrize(
    ("train", "test"),
    [
        ("training_set", "test_set"),
        ("seg_train/seg_train", "seg_test/seg_test"),
        ("train2017", "val2017"),
        ("Train", "My Test"),
    ],
)
def test_folders_that_say_a_split_in_a_word_are_splits(tmp_path: Path, train: str, test: str) -> None:
    dataset = open_folder(write(tmp_path, *(f"{s}/{c}/1.png" for s in (train, test) for c in "ab")), labels="folders")
    assert dataset.classes == ("a", "b")
    assert list(dataset.test.ids) == [f"{test}/a/1.png", f"{test}/b/1.png"]


def test_a_class_that_has_the_word_of_a_split_is_a_class(tmp_path: Path) -> None:
    root = write(tmp_path, *(f"{kind}/{n}.png" for kind in ("car", "freight_train", "test tube") for n in range(9)))
    assert open_folder(root, labels="folders").classes == ("car", "freight_train", "test tube")


@pytest.mark.parametrize(
    ("names", "what"),
    [
        (("data/images/a/1.png", "data/images/b/2.png"), "data/data/images as the folder"),
        (("imagenet/train/a/1.png", "imagenet/val/b/2.png"), "data/imagenet as the folder"),
        (("train/images/a/1.png", "test/images/b/2.png"), "images would be the only class; inside lie a, b"),
        (("seg_train/a/1.png", "seg_test/a/2.png", "seg_pred/3.png"), "beside them lies seg_pred"),
    ],
)
def test_folders_around_those_of_classes_are_asked_about(tmp_path: Path, names: tuple[str, ...], what: str) -> None:
    assert what in refusal(lambda: open_folder(write(tmp_path / "data", *names), labels="folders"))


@pytest.mark.parametrize(
    ("names", "what"),
    [
        (("original/a/1.png", "original/b/1.png", "augmented/a/1.png", "augmented/b/2.png"), "hold folders"),
        (("fold1/a/1.png", "fold2/a/1.png", "fold2/b/1.png"), "fold1, fold2 hold folders of the same names, a, b"),
        (
            ("a/abbey/1.png", "a/airport/1.png", "b/bakery/1.png"),
            "a, b hold folders and no image, a/abbey, a/airport, b/bakery, which may be the classes: list the "
            "classes in --classes FILE if they are not, else move them up",
        ),
        (("train/animal/cat/1.png", "train/animal/dog/1.png", "test/animal/cat/1.png", "train/vehicle/car/1.png"),
         "animal, vehicle hold folders and no image, animal/cat, animal/dog, vehicle/car"),
        (("amazon/images/mug/1.png", "dslr/images/mug/1.png", "dslr/images/pen/1.png"), "amazon, dslr hold folders"),
        (("good/1.png", "broken/1.png", "ground_truth/broken/1.png"), "ground_truth: may hold masks"),
        (
            ("seg_train/seg_train/a/1.png", "seg_train/seg_train/b/1.png", "seg_test/seg_test/a/1.png",
             "seg_pred/seg_pred/5.png"),
            "seg_test, seg_train look like splits, and beside them lies seg_pred",
        ),
    ],
)  # fmt: skip
def test_folders_of_another_level_are_not_classes_in_silence(tmp_path: Path, names: tuple[str, ...], what: str) -> None:
    assert what in refusal(lambda: open_folder(write(tmp_path / "data", *names), labels="folders"))


def test_images_right_in_a_folder_of_a_split_have_no_label(tmp_path: Path) -> None:
    trained = ("asl_train/asl_train/a/1.png", "asl_train/asl_train/b/1.png")
    dataset = open_folder(
        write(tmp_path, *trained, "asl_test/asl_test/a_test.png", "asl_test/asl_test/a/2.png"), labels="folders"
    )
    assert dataset.classes == ("a", "b")
    assert "1 images lie in no folder of a class and have no label" in dataset.notes


def test_folders_of_images_that_wait_for_a_label_are_no_classes(tmp_path: Path) -> None:
    names = ("train/a/1.png", "test/a/1.png", "test/b/1.png", "train/todo/3.png", "train/_unsure/4.png")
    assert open_folder(write(tmp_path, *names), labels="folders").classes == ("a", "b")


@pytest.mark.parametrize(
    ("names", "what"),
    [
        (
            [f"{split}/{food}/1.png" for split in ("training", "validation", "evaluation") for food in FOODS],
            "evaluation would be a class, beside the splits training, validation, and holds folders of the same names, "
            "Bread, Soup: call it test if it is a split, move it out, or list all classes in --classes FILE",
        ),
        (
            [f"{split}/{kind}/1.png" for split in ("train", "holdout") for kind in ("cat", "dog")],
            "holdout would be a class, beside the splits train, and holds folders of the same names, cat, dog",
        ),
        (
            ["Training/Apple/1.png", "Training/Pear/1.png", "Test/Apple/1.png", "test-multiple_fruits/1.png"],
            "test-multiple_fruits would be a class, beside the splits Test, Training: move it out, or list",
        ),
        (["train/a/1.png", "train/b/1.png", "part 2/a/1.png"], "part 2 would be a class, beside the splits train"),
        (
            ["train/a/1.png", "train/b/1.png", "test/a/1.png", "extra/1.png"],
            "extra would be a class, beside the splits test, train: move it into train, move it out, or list",
        ),
        (
            ["cat/1.png", "dog/1.png", "evaluation/1.png"],
            "evaluation would be a class, and is called like a split: move it out, or list all classes",
        ),
        (
            ["train/cat/1.png", "train/dog/1.png", "test/unknown/1.png"],
            "the folders test hold only unknown, of which training has none: name the folders in it after the classes",
        ),
        (["train/Cat/1.png", "train/Dog/1.png", "test/cat/1.png"], "the folders test hold only cat"),
    ],
)  # fmt: skip
def test_a_folder_that_may_be_a_split_is_no_class_in_silence(tmp_path: Path, names: list[str], what: str) -> None:
    root = write(tmp_path / "data", *names)
    assert what in refusal(lambda: open_folder(root, labels="folders"))


def test_folders_of_splits_are_read_once_what_was_asked_is_answered(tmp_path: Path) -> None:
    foods = [f"{split}/{food}/1.png" for split in ("training", "evaluation") for food in FOODS]
    root = write(tmp_path / "food", *foods)
    (root / "evaluation").rename(root / "test")
    assert list(open_folder(root, labels="folders").test.ids) == ["test/Bread/1.png", "test/Soup/1.png"]
    root = write(tmp_path / "pets", "train/cat/1.png", "train/dog/1.png", "valid/cat/1.png", "test/unknown/1.png")
    (root / "test" / "unknown").rename(root / "test" / "unlabelled")
    assert list(open_folder(root, labels="folders").test.ids) == ["valid/cat/1.png"]


def test_a_class_that_the_list_names_is_no_split(tmp_path: Path) -> None:
    root = write(tmp_path, *(f"{kind}/{n}.png" for kind in ("interview", "evaluation") for n in range(9)))
    (root / "classes.txt").write_text("evaluation\ninterview\n", encoding="utf-8")
    assert open_folder(root, labels="folders").classes == ("evaluation", "interview")


def test_folders_inside_of_classes_that_hold_images_are_told(tmp_path: Path) -> None:
    names = [f"{kind}/{n}.png" for kind in ("cat", "dog") for n in range(20)] + ["dog/puppies/1.png", "dog/old/1.png"]
    dataset = open_folder(write(tmp_path, *names), labels="folders")
    assert dataset.classes == ("cat", "dog")
    assert "2 images lie deeper, and the outermost folder is the class: dog/old/1.png" in dataset.notes


@pytest.mark.parametrize("inside", [("cat", "Dog"), ("tabby", "terrier")])
def test_a_folder_in_each_class_changes_no_class(tmp_path: Path, inside: tuple[str, str]) -> None:
    names = [f"{kind}/{deep}/{n}.png" for kind, deep in zip(("cat", "dog"), inside, strict=True) for n in range(9)]
    dataset = open_folder(write(tmp_path, *names), labels="folders")
    assert dataset.classes == ("cat", "dog")
    assert any("images lie deeper" in note for note in dataset.notes) == (inside[0] != "cat")


def test_folders_that_hold_folders_are_classes_where_a_list_says_so(tmp_path: Path) -> None:
    root = write(
        tmp_path, *(f"{kind}/{n}.png" for kind in ("animal/dog", "animal/cat", "vehicle/car") for n in range(9))
    )
    (root / "classes.txt").write_text("animal\nvehicle\n", encoding="utf-8")
    assert open_folder(root, labels="folders").classes == ("animal", "vehicle")


@pytest.mark.parametrize("name", ["images", "IMG", "photos"])
def test_a_folder_in_every_class_that_says_images_is_no_class(tmp_path: Path, name: str) -> None:
    root = write(tmp_path, *(f"{split}/{kind}/{name}/1.png" for split in ("train", "val") for kind in ("n01", "n02")))
    dataset = open_folder(root, labels="folders")
    assert (dataset.classes, list(dataset.test.ids)) == (
        ("n01", "n02"), [f"val/n01/{name}/1.png", f"val/n02/{name}/1.png"]
    )  # fmt: skip


def test_classes_below_a_folder_of_images_are_asked_about(tmp_path: Path) -> None:
    root = write(tmp_path / "data", "a/images/mug/1.png", "b/images/mug/1.png", "b/images/pen/1.png")
    assert "a, b hold folders of the same names, mug, pen" in refusal(lambda: open_folder(root, labels="folders"))


def test_masks_beside_splits_are_told_once_and_never_called_a_split(tmp_path: Path) -> None:
    names = ("train/good/1.png", "test/good/1.png", "test/broken/1.png", "ground_truth/broken/1_mask.png")
    text = refusal(lambda: open_folder(write(tmp_path / "data", *names), labels="folders"))
    assert text.count("ground_truth") == 1
    assert "may hold masks" in text
    assert "if it is a split" not in text


@pytest.mark.parametrize("is_listed", [True, False])
def test_a_class_called_train_is_read_in_folders_of_splits(tmp_path: Path, is_listed: bool) -> None:
    kinds = ("bus", "car", "train")
    root = write(tmp_path, *(f"{split}/{kind}/1.png" for split in ("train", "test") for kind in kinds))
    if is_listed:
        (root / "classes.txt").write_text("\n".join(kinds), encoding="utf-8")
    dataset = open_folder(root, labels="folders")
    assert dataset.classes == kinds
    assert list(dataset.test.ids) == [f"test/{kind}/1.png" for kind in kinds]
    assert (dataset.train.labels == 1).sum() == len(kinds)


def test_a_folder_called_train_is_a_class_where_the_list_says_so(tmp_path: Path) -> None:
    root = write(tmp_path, *(f"{kind}/{n}.png" for kind in ("bus", "car", "train") for n in range(9)))
    (root / "classes.txt").write_text("bus\ncar\ntrain\n", encoding="utf-8")
    dataset = open_folder(root, labels="folders")
    assert dataset.classes == ("bus", "car", "train")
    assert not any("have no label" in note for note in dataset.notes)


def test_a_folder_of_a_split_is_no_class_beside_others_that_hold_classes(tmp_path: Path) -> None:
    root = write(tmp_path, *(f"train/{kind}/{n}.png" for kind in ("car", "test") for n in range(9)), "test/1.png")
    (root / "classes.txt").write_text("car\ntest\n", encoding="utf-8")
    assert "1 images lie in no folder of a class and have no label" in open_folder(root, labels="folders").notes
