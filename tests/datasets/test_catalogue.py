from pathlib import Path

import pytest

from campaigns.datasets.catalogue import KINDS, Registered, built_in, open_dataset, recognise, splits_of
from campaigns.errors import BadData, NoSuchName
from campaigns.recipe import DataSpec
from tests.datasets.conftest import coco_json, write_coco, write_folder, write_voc

VOC = {"trainval": ["000001", "000002"], "test": ["000003"]}
COCO = {"train2017": coco_json([1], [(1, 1)]), "val2017": coco_json([2], [(2, 2)])}
CSV = "image,labels,split\na.png,cat,train\nb.png,cat,test\n"

MASKS = ("shapes-masks", "voc2007-masks", "voc2012-masks")


def test_ours_are_these() -> None:
    assert tuple(KINDS) == ("voc2007", "voc2012", "coco", "shapes", "folder", *MASKS)
    assert tuple(built_in()) == ("voc2007", "voc2012", "coco", "shapes", *MASKS)


def test_each_kind_opens_from_its_root(tmp_path: Path) -> None:
    write_voc(tmp_path / "v", VOC)
    write_coco(tmp_path / "c", COCO)
    write_folder(tmp_path / "f", ["a.png", "b.png"], CSV)
    for name, root, images in (("voc2007", "v", 2), ("coco", "c", 1), ("mine", "f", 1)):
        found = open_dataset(DataSpec(name=name, root=str(tmp_path / root)), indexes=tmp_path / "indexes")
        assert (found.name, len(found.train), len(found.test)) == (name, images, 1)


def test_shapes_need_no_files(tmp_path: Path) -> None:
    shapes = open_dataset(DataSpec(name="shapes", images=7, test_images=3, size=32), indexes=tmp_path)
    assert (shapes.name, len(shapes.train), len(shapes.test), shapes.train.picture(0).size) == (
        "shapes",
        7,
        3,
        (32, 32),
    )


def test_what_was_registered_is_found_and_a_root_wins(tmp_path: Path) -> None:
    one = write_folder(tmp_path / "one", ["a.png", "b.png"], CSV)
    two = write_folder(tmp_path / "two", ["a.png", "b.png", "c.png"], CSV)
    registered = {"mine": Registered("folder", one)}
    assert len(open_dataset(DataSpec(name="mine"), indexes=tmp_path, registered=registered).train) == 1
    spec = DataSpec(name="mine", root=str(two))
    assert len(open_dataset(spec, indexes=tmp_path, registered=registered).train) == 2


@pytest.mark.parametrize("name", ["voc2007", "voc2012", "coco"])
def test_a_data_set_that_is_not_here_says_what_to_do(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadData, match="nobody has said where") as error:
        open_dataset(DataSpec(name=name), indexes=tmp_path)
    for way in (f"data add {name} PATH", "--download", "--set data.root=PATH"):
        assert way in error.value.hint
    assert tuple(mistake.where for mistake in error.value.mistakes) == KINDS[name].files


def test_an_unknown_name_gets_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(NoSuchName) as error:
        open_dataset(DataSpec(name="voc2077"), indexes=tmp_path)
    assert "voc2007" in error.value.hint


def test_layouts_are_recognised(tmp_path: Path) -> None:
    assert recognise(write_voc(tmp_path / "a", VOC)) == "voc2007"
    assert recognise(write_voc(tmp_path / "b", VOC, year="VOC2012")) == "voc2012"
    assert recognise(write_coco(tmp_path / "c", COCO)) == "coco"
    assert recognise(write_folder(tmp_path / "d", ["deep/a.png"])) == "folder"


def test_a_layout_that_is_nothing_says_what_was_expected(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(BadData, match=r"there lies notes\.txt") as error:
        recognise(tmp_path)
    assert [mistake.where for mistake in error.value.mistakes] == ["voc2007", "voc2012", "coco", "folder", *MASKS[1:]]
    with pytest.raises(BadData, match="is not a folder"):
        recognise(tmp_path / "notes.txt")


def test_two_years_in_one_folder_are_not_guessed_at(tmp_path: Path) -> None:
    write_voc(tmp_path, VOC)
    write_voc(tmp_path, VOC, year="VOC2012")
    with pytest.raises(BadData, match="holds voc2007 and voc2012"):
        recognise(tmp_path)


def test_splits_are_those_of_the_recipe_else_of_the_protocols() -> None:
    assert splits_of(DataSpec(name="voc2012"), "voc2012") == ("train", "val")
    assert splits_of(DataSpec(name="voc2012", train="trainval"), "voc2012") == ("trainval", "val")
