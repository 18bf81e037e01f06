"""VOC's layout with one's own classes, splits and suffixes."""

from pathlib import Path

import numpy as np
import pytest

from campaigns.datasets.inspection import check
from campaigns.datasets.official import VOC_CLASSES
from campaigns.errors import BadData
from tests.datasets.conftest import write_picture, write_voc
from tests.datasets.field import case, opened


@pytest.mark.parametrize(
    ("name", "images", "classes"),
    [
        ("h01-voc-crlf", 40, VOC_CLASSES),
        ("h04-voc2012-test", 30, VOC_CLASSES),
        ("h05b-voc-own-classes-files", 40, ("helmet", "vest")),
        ("h07-voc-upper-ext", 40, VOC_CLASSES),
    ],
)
def test_each_case_is_read(name: str, images: int, classes: tuple[str, ...], tmp_path: Path) -> None:
    data = opened(case(name), tmp_path)
    assert (len(data.train), len(data.test), data.classes) == (images, images, classes)
    assert not check(data).unreadable


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("h03-voc-no-test", "has no split 'test'; there is trainval"),
        ("h09-voc-missing-pictures", "3 of 40 images are not there, for example 000004.jpg"),
        ("h11-voc-both-years", "holds voc2007 and voc2012"),
    ],
)
def test_what_was_refused_rightly_still_is(name: str, what: str, tmp_path: Path) -> None:
    with pytest.raises(BadData, match=what):
        opened(case(name), tmp_path)


def test_own_classes_are_compared_with_nothing_published(tmp_path: Path) -> None:
    data = opened(case("h05b-voc-own-classes-files"), tmp_path)
    assert data.notes == ()
    assert check(data, kind="voc2007", splits=("trainval", "test")).differences == ()


def own(root: Path, splits: dict[str, list[str]], classes: list[str], *, suffix: str = ".jpg") -> Path:
    """VOC's layout in which image n holds class n mod C."""
    main = root / "ImageSets" / "Main"
    main.mkdir(parents=True)
    for split, ids in splits.items():
        (main / f"{split}.txt").write_text("".join(f"{i}\n" for i in ids))
        for c, name in enumerate(classes):
            lines = [f"{i} {1 if n % len(classes) == c else -1}\n" for n, i in enumerate(ids)]
            (main / f"{name}_{split}.txt").write_text("".join(lines))
        for n, i in enumerate(ids):
            write_picture(root / "JPEGImages" / f"{i}{suffix}", n + 40 * len(split))
    return root


@pytest.mark.parametrize("splits", [("trainval", "test"), ("train", "val"), ("train", "test")])
def test_own_classes_splits_names_and_suffixes(splits: tuple[str, str], tmp_path: Path) -> None:
    parts = {splits[0]: ["frame.001", "frame.002"], splits[1]: ["frame.003"]}
    data = opened(own(tmp_path / "helmets", parts, ["hard_hat", "person"], suffix=".PNG"), tmp_path)
    assert data.classes == ("hard_hat", "person")
    assert data.train.labels.tolist() == [[1, -1], [-1, 1]]
    assert data.test.picture(0).size == (6, 4)


def test_a_published_set_without_some_files_is_still_damaged(tmp_path: Path) -> None:
    root = write_voc(tmp_path, {"trainval": ["000001"], "test": ["000002"]})
    main = root / "VOC2007" / "ImageSets" / "Main"
    (main / "cow_test.txt").unlink()
    (main / "animal_test.txt").write_text("000002 1\n")
    with pytest.raises(BadData, match=r"cow_test.txt: does not exist"):
        opened(root, tmp_path)


def test_some_of_the_published_classes_alone_are_asked_about_and_listed(tmp_path: Path) -> None:
    root = own(tmp_path / "VOC2007", {"trainval": ["a", "b"], "test": ["c"]}, ["person", "car"])
    with pytest.raises(BadData) as error:
        opened(root, tmp_path)
    assert "--classes FILE" in (error.value.hint or "")
    (tmp_path / "classes.txt").write_text("person\ncar\n")
    assert opened(root, tmp_path, classes=str(tmp_path / "classes.txt")).classes == ("person", "car")


XML = """<annotation><filename>x.jpg</filename>{}</annotation>"""
OBJECT = "<object><name>{}</name><part><name>head</name></part><difficult>{}</difficult></object>"


def test_images_without_files_of_classes_are_labelled_by_their_xml(tmp_path: Path) -> None:
    root = own(tmp_path / "VOC2007", {"train": ["a", "b"], "val": ["c"]}, [])
    (root / "Annotations").mkdir()
    for image, objects in {
        "a": [("cat &amp; co", 0), ("dog", 1)], "b": [("dog", 1), ("dog", 0)], "c": [],
    }.items():  # fmt: skip
        (root / "Annotations" / f"{image}.xml").write_text(XML.format("".join(OBJECT.format(*o) for o in objects)))
    data = opened(root, tmp_path)
    assert data.classes == ("cat & co", "dog")
    assert data.train.labels.tolist() == [[1, 0], [-1, 1]]
    assert np.array_equal(data.test.labels, [[-1, -1]])
    (root / "Annotations" / "c.xml").unlink()
    with pytest.raises(BadData, match="1 of 1 images have no XML, for example c"):
        opened(root, tmp_path)


NAMED = "<object><name>vest</name></object>"


def described(tmp_path: Path, xml: str) -> Path:
    root = own(tmp_path / "VOC2007", {"train": ["a"], "val": ["b"]}, [])
    (root / "Annotations").mkdir()
    (root / "Annotations" / "a.xml").write_text(xml)
    (root / "Annotations" / "b.xml").write_text(XML.format(NAMED))
    return root


@pytest.mark.parametrize(
    ("xml", "what"),
    [
        ("", "a.xml: cannot be read: the file is empty"),
        ("<html>404</html>", "a.xml: cannot be read: it holds <html>"),
        ("<annotation><folder>J", "a.xml:1: is cut off"),
        (XML.format(NAMED).removesuffix("</annotation>"), "a.xml:1: is cut off"),
        (XML.format("<object><part><name>head</name></part></object>"), "object 1 has no <name>"),
        ('<!DOCTYPE a [<!ENTITY b "c">]>' + XML.format(NAMED), "a.xml: has a DOCTYPE or entities"),
    ],
)
def test_xml_that_is_no_whole_annotation_is_never_an_image_of_nothing(xml: str, what: str, tmp_path: Path) -> None:
    with pytest.raises(BadData) as error:
        opened(described(tmp_path, xml), tmp_path)
    assert what in str(error.value)


@pytest.mark.parametrize(
    "xml",
    [
        XML.format("<object><name><![CDATA[helmet]]></name></object>"),
        XML.format("<!-- <object><name>ghost</name></object> --><object><name>helmet</name></object>"),
        XML.format("<object><attributes><name>turned</name></attributes><name> helmet </name></object>"),
        XML.format("<Object><Name>helmet</Name></Object>"),
        '<annotation xmlns="http://x.y/z"><object><name>helmet</name></object></annotation>',
    ],
)
def test_an_object_is_what_xml_says_it_is(xml: str, tmp_path: Path) -> None:
    data = opened(described(tmp_path, xml), tmp_path)
    assert data.classes == ("helmet", "vest")
    assert data.train.labels.tolist() == [[1, -1]]


def test_an_ampersand_as_it_stands_is_one(tmp_path: Path) -> None:
    root = described(tmp_path, XML.format("<object><name>cat & co</name></object>"))
    assert opened(root, tmp_path).classes == ("cat & co", "vest")


def test_zeros_without_a_minus_one_are_asked_about(tmp_path: Path) -> None:
    root = own(tmp_path / "VOC2007", {"train": ["a", "b", "c"], "val": ["d", "e"]}, ["helmet", "vest"])
    page = root / "ImageSets" / "Main" / "helmet_train.txt"
    page.write_text("a 1\nb 0\nc 0\n")
    with pytest.raises(BadData) as error:
        opened(root, tmp_path)
    assert "helmet_train.txt:2: 2 of 3 labels are 0" in str(error.value)
    assert "replace each 0 by -1" in (error.value.hint or "")
    page.write_text("a 1\nb 0\nc -1\n")
    pages = [page.parent / f"{name}_val.txt" for name in ("helmet", "vest")]
    kept = [path.read_text() for path in pages]
    for path in pages:
        path.write_text("d 1\ne 0\n")
    with pytest.raises(BadData, match="has 2 mistakes"):
        opened(root, tmp_path)
    for path, text in zip(pages, kept, strict=True):
        path.write_text(text)
    assert opened(root, tmp_path).train.labels[:, 0].tolist() == [1, 0, -1]


def test_classes_that_look_alike_are_told(tmp_path: Path) -> None:
    data = opened(described(tmp_path, XML.format("<object><name>Vest</name></object>")), tmp_path)
    assert "classes that differ only by case or by signs nobody sees: 'Vest', 'vest'" in data.notes


def test_files_of_classes_in_capitals_are_not_skipped_unsaid(tmp_path: Path) -> None:
    root = own(tmp_path / "VOC2007", {"train": ["a", "b"], "val": ["c"]}, ["helmet", "vest"])
    page = root / "ImageSets" / "Main" / "vest_val.txt"
    page.rename(page.with_suffix(".TXT"))
    with pytest.raises(BadData, match=r"vest_val.TXT: is not read: its name has to end in .txt"):
        opened(root, tmp_path)
