from pathlib import Path

import numpy as np
import pytest

from campaigns.datasets.dataset import Dataset
from campaigns.datasets.official import VOC_CLASSES
from campaigns.datasets.voc import open_voc
from campaigns.errors import BadData
from tests.datasets.conftest import write_voc

IDS = {"trainval": [f"{n:06}" for n in (9, 3, 5)], "test": [f"{n:06}" for n in (4, 6)]}


def opened(root: Path, *, train: str = "trainval", test: str = "test", needs_files: bool = True) -> Dataset:
    return open_voc(root, kind="voc2007", splits=(train, test), needs_files=needs_files)


@pytest.fixture
def devkit(tmp_path: Path) -> Path:
    return write_voc(tmp_path / "VOCdevkit", IDS)


def main(devkit: Path) -> Path:
    return devkit / "VOC2007" / "ImageSets" / "Main"


def said(error: pytest.ExceptionInfo[BadData]) -> str:
    return str(error.value)


def test_the_real_subset_is_read_and_called_a_subset(real_data: Path) -> None:
    voc = opened(real_data / "VOCdevkit")
    assert (len(voc.train), len(voc.test), len(voc.classes)) == (935, 954, 20)
    positives = dict(zip(voc.classes, (voc.train.labels == 1).sum(axis=0).tolist(), strict=True))
    assert (positives["car"], positives["cat"], positives["person"], positives["train"]) == (455, 224, 216, 175)
    assert voc.notes == (
        "a subset of VOC 2007: 935 of 5011 trainval images",
        "a subset of VOC 2007: 954 of 4952 test images",
    )
    assert voc.train.known.all()
    assert voc.train.picture(0).mode == "RGB"


def test_any_folder_around_the_year_will_do(devkit: Path) -> None:
    prints = {opened(root).fingerprint for root in (devkit, devkit.parent, devkit / "VOC2007")}
    assert len(prints) == 1


def test_labels_and_order_are_those_of_the_files(devkit: Path) -> None:
    voc = opened(devkit)
    assert list(voc.train.ids) == IDS["trainval"]
    assert [VOC_CLASSES[c] for c in (voc.train.labels == 1).argmax(axis=1)] == [VOC_CLASSES[n] for n in (9, 3, 5)]
    assert ((voc.train.labels == 0).sum(axis=1) == 1).all()
    assert voc.test.path(1) == devkit / "VOC2007" / "JPEGImages" / "000006.jpg"


def test_a_split_without_a_list_takes_the_order_of_the_first_class(devkit: Path) -> None:
    (main(devkit) / "trainval.txt").unlink()
    assert list(opened(devkit).train.ids) == IDS["trainval"]


def test_a_class_file_may_have_another_order(devkit: Path) -> None:
    before = opened(devkit).train.labels
    path = main(devkit) / "bird_trainval.txt"
    path.write_text("".join(reversed(path.read_text().splitlines(keepends=True))))
    assert np.array_equal(opened(devkit).train.labels, before)


def test_the_fingerprint_knows_content_not_place_or_time(devkit: Path, tmp_path: Path) -> None:
    first = opened(devkit).fingerprint
    moved = devkit.rename(tmp_path / "elsewhere")
    (moved / "VOC2007" / "JPEGImages" / "000003.jpg").touch()
    assert opened(moved).fingerprint == first
    path = main(moved) / "cow_trainval.txt"
    path.write_text(path.read_text().replace("000009  1", "000009  0"))
    assert opened(moved).fingerprint.unlike(first) == ("labels",)
    with (moved / "VOC2007" / "JPEGImages" / "000003.jpg").open("ab") as file:
        file.write(b"x")
    assert opened(moved).fingerprint.unlike(first) == ("images", "labels")


def test_what_was_looked_for_and_what_lies_there_are_said(tmp_path: Path) -> None:
    (tmp_path / "holiday").mkdir()
    with pytest.raises(BadData, match=r"looked for ImageSets/Main in VOC2007.*there lies holiday"):
        opened(tmp_path)
    with pytest.raises(BadData, match="is not a folder"):
        opened(tmp_path / "nowhere")


def test_another_year_is_not_taken_for_this_one(tmp_path: Path) -> None:
    write_voc(tmp_path, IDS, year="VOC2012")
    with pytest.raises(BadData, match="holds no VOC 2007"):
        opened(tmp_path / "VOC2012")


def test_all_mistakes_are_reported_with_file_and_line(devkit: Path) -> None:
    (main(devkit) / "cat_trainval.txt").write_text("000009  1\n000003 2\n000005\n")
    (main(devkit) / "dog_trainval.txt").write_text("000009  1\n000003 -1\n000009 -1\n000005 -1\n")
    (main(devkit) / "cow_test.txt").write_text("000004  1\n../../x  1\n")
    (main(devkit) / "car_test.txt").write_text("000004  1\n000007  1\n")
    (main(devkit) / "sofa_test.txt").unlink()
    (devkit / "VOC2007" / "JPEGImages" / "000006.jpg").unlink()
    with pytest.raises(BadData) as error:
        opened(devkit)
    text = said(error)
    assert "cat_trainval.txt:2: the label is '2', it can be 1, 0 or -1" in text
    assert "cat_trainval.txt:3: should be an image id and a label" in text
    assert "dog_trainval.txt:3: image 000009 is listed twice" in text
    assert "cow_test.txt:2: '../../x' is not an image id" in text
    assert "car_test.txt: differs from test.txt: lacks 1 images, for example 000006; adds 1 images" in text
    assert "sofa_test.txt: does not exist" in text
    assert "1 of 2 images are not there, for example 000006.jpg" in text
    assert len(error.value.mistakes) == 7


def test_missing_images_wait_when_unreadable_ones_are_skipped(devkit: Path) -> None:
    (devkit / "VOC2007" / "JPEGImages" / "000006.jpg").unlink()
    voc = opened(devkit, needs_files=False)
    with pytest.raises(BadData, match="000006"):
        voc.test.picture(1)


@pytest.mark.parametrize("name", ["trainvla", "../test", ""])
def test_an_unknown_split_names_those_there_are(name: str, devkit: Path) -> None:
    with pytest.raises(BadData, match=r"has no split .* there is test, trainval"):
        opened(devkit, train=name)


def test_an_image_in_both_splits_is_refused(devkit: Path) -> None:
    with pytest.raises(BadData, match="both in the training and in the test split"):
        opened(devkit, train="test")


def test_an_empty_split_is_refused(tmp_path: Path) -> None:
    write_voc(tmp_path, {"trainval": [], "test": ["000001"]})
    with pytest.raises(BadData, match="names no image"):
        opened(tmp_path)


def test_a_file_that_is_no_text_is_a_mistake(devkit: Path) -> None:
    (main(devkit) / "cat_test.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadData, match="cannot be read as text"):
        opened(devkit)
