import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from campaigns.datasets.coco import open_coco
from campaigns.datasets.coco_index import index_of
from campaigns.datasets.coco_json import Index, Options
from campaigns.datasets.dataset import Dataset
from campaigns.errors import BadData
from tests.datasets.conftest import coco_json, write_coco

TRAIN = coco_json([30, 4, 7], [(30, 1), (30, 3), (4, 2), (4, 2)], crowd=[2, 3])
VAL = coco_json([5], [(5, 3)])


def opened(root: Path, indexes: Path, *, train: str = "train", test: str = "val", **options: bool) -> Dataset:
    return open_coco(root, splits=(train, test), options=Options(**options), indexes=indexes)


@pytest.fixture
def coco(tmp_path: Path) -> Path:
    return write_coco(tmp_path / "coco", {"train2014": TRAIN, "val2014": VAL})


@pytest.fixture
def indexes(tmp_path: Path) -> Path:
    return tmp_path / "indexes"


def test_real_coco_is_read_in_the_order_of_category_ids(real_data: Path, indexes: Path) -> None:
    coco = opened(real_data / "coco-mini", indexes)
    assert (len(coco.classes), coco.classes[0], coco.classes[-1]) == (80, "person", "toothbrush")
    assert 0 < len(coco.train) <= 258
    assert 0 < len(coco.test) <= 252
    assert coco.notes[0] == f"a subset of COCO 2017: {len(coco.train)} of 117266 train2017 images"
    assert coco.train.picture(0).mode == "RGB"


def test_labels_are_the_union_of_annotations(coco: Path, indexes: Path) -> None:
    found = opened(coco, indexes)
    assert found.classes == ("cat", "bird", "dog")
    assert list(found.train.ids) == ["4", "30"]
    assert found.train.labels.tolist() == [[-1, 1, -1], [1, -1, 1]]
    assert found.train.labels.dtype == np.int8


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_the_encoding_of_a_json_changes_nothing(encoding: str, coco: Path, indexes: Path) -> None:
    before = opened(coco, indexes)
    path = coco / "annotations" / "instances_train2014.json"
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    assert opened(coco, indexes).fingerprint == before.fingerprint


def test_crowds_count_and_unannotated_images_do_not_unless_asked(coco: Path, indexes: Path) -> None:
    assert list(opened(coco, indexes, keep_crowd=False).train.ids) == ["30"]
    assert list(opened(coco, indexes, keep_unannotated=True).train.ids) == ["4", "7", "30"]
    assert list(opened(coco, indexes, keep_crowd=False, keep_unannotated=True).train.ids) == ["4", "7", "30"]


def test_a_year_is_found_or_given(coco: Path, indexes: Path) -> None:
    later = coco_json([90], [(90, 1)])
    write_coco(coco, {"train2017": later, "val2017": coco_json([91], [(91, 1)])})
    assert list(opened(coco, indexes).train.ids) == ["4", "30"]
    assert list(opened(coco, indexes, train="train2017", test="val2017").train.ids) == ["90"]


def test_the_second_opening_reads_the_index_alone(coco: Path, indexes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = opened(coco, indexes)
    monkeypatch.setattr("campaigns.datasets.coco_index.read_index", lambda *_: pytest.fail("read the JSON again"))
    again = opened(coco, indexes)
    assert again.fingerprint == first.fingerprint
    assert np.array_equal(again.train.labels, first.train.labels)
    assert again.train.path(1) == first.train.path(1)


def test_an_index_is_of_one_json_and_one_set_of_options(coco: Path, indexes: Path) -> None:
    path = coco / "annotations" / "instances_train2014.json"
    assert index_of(path, Options(), indexes).ids == ["4", "30"]
    assert index_of(path, Options(keep_crowd=False), indexes).ids == ["30"]
    path.write_text(json.dumps(coco_json([30, 4, 7, 8], [(8, 1)])))
    assert index_of(path, Options(), indexes).ids == ["8"]


def same(one: Index, other: Index) -> bool:
    return (one.ids, one.names, one.classes) == (other.ids, other.names, other.classes) and bool(
        (one.present == other.present).all() and (one.ignored == other.ignored).all()
    )


def test_a_damaged_or_foreign_index_is_made_again(coco: Path, indexes: Path) -> None:
    path = coco / "annotations" / "instances_train2014.json"
    first = index_of(path, Options(), indexes)
    (kept,) = indexes.glob("*.npz")
    whole = kept.read_bytes()
    np.savez(indexes / "foreign.npz", key=np.zeros(3))
    np.save(indexes / "single.npy", np.zeros(3))
    np.save(indexes / "pickle.npy", np.array([{}], dtype=object), allow_pickle=True)
    foreign = [(indexes / name).read_bytes() for name in ("foreign.npz", "single.npy", "pickle.npy")]
    cut = [whole[:at] for at in range(0, len(whole), 97)]
    flipped = [whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :] for at in range(0, len(whole), 61)]
    for content in (*foreign, b"junk", *cut, *flipped):
        kept.write_bytes(content)
        assert same(index_of(path, Options(), indexes), first)
    assert not list(indexes.glob(".*")), "a draft was left behind"


def test_without_a_place_for_indexes_it_still_opens(coco: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    assert len(opened(coco, tmp_path / "file").train) == 2


def test_the_fingerprint_does_not_know_where_it_lies(coco: Path, indexes: Path, tmp_path: Path) -> None:
    first = opened(coco, indexes).fingerprint
    assert opened(coco.rename(tmp_path / "moved"), indexes).fingerprint == first


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda t: t.pop("annotations"), "annotations: is missing"),
        (lambda t: t.update(images=[1]), "images: should be a list of objects"),
        (lambda t: t["annotations"].append({"image_id": 4, "category_id": 9}), "1 have an unknown 'category_id'.* 9"),
        (lambda t: t["annotations"].append({"image_id": 4.5, "category_id": 1}), "no whole number as 'image_id'"),
        (lambda t: t["images"].append({"id": 4, "file_name": "x.jpg"}), "1 times the same 'id'"),
        (lambda t: t["images"].append({"id": 8, "file_name": f"{4:012}.jpg"}), "1 times the same 'file_name'"),
        (lambda t: t["images"].append({"id": 8, "file_name": "../x.jpg"}), "stays inside the folder"),
        (lambda t: t["images"].append({"id": 8, "file_name": "/etc/passwd"}), "stays inside the folder"),
        (lambda t: t["images"].append({"id": 8, "file_name": "..\\x.jpg"}), "stays inside the folder"),
        (lambda t: t["images"].append({"id": True, "file_name": "x.jpg"}), "no whole number as 'id'"),
        (lambda t: t["images"].append({"id": 1 << 70, "file_name": "x.jpg"}), "no whole number as 'id'"),
        (lambda t: t["images"].append({"id": [1], "file_name": [2]}), "no whole number as 'id'"),
        (lambda t: t["categories"].append({"id": 8, "name": "cat"}), "the same 'name'"),
        (lambda t: t["categories"].append({"id": 8, "name": "a\x1b[2J"}), "no printable 'name'"),
    ],
)
def test_each_mistake_in_the_json_is_named(spoil: Callable[[Any], Any], said: str, coco: Path, indexes: Path) -> None:
    tree = json.loads(json.dumps(TRAIN))
    spoil(tree)
    (coco / "annotations" / "instances_train2014.json").write_text(json.dumps(tree))
    with pytest.raises(BadData, match=said) as error:
        opened(coco, indexes)
    assert error.value.hint


def test_several_mistakes_are_reported_together(coco: Path, indexes: Path) -> None:
    tree = json.loads(json.dumps(TRAIN))
    tree["annotations"] += [{"image_id": 99, "category_id": 1}, {"image_id": 4, "category_id": 77}]
    tree["images"].append({"id": 4, "file_name": "../x.jpg"})
    (coco / "annotations" / "instances_train2014.json").write_text(json.dumps(tree))
    with pytest.raises(BadData) as error:
        opened(coco, indexes)
    assert len(error.value.mistakes) == 3
    (coco / "annotations" / "instances_val2014.json").write_text("{")
    with pytest.raises(BadData, match=r"instances_val2014\.json is not JSON") as error:
        opened(coco, indexes)
    assert len(error.value.mistakes) == 4


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "[" * 5000, "\xff"])
def test_what_is_not_json_is_said(text: str, coco: Path, indexes: Path) -> None:
    (coco / "annotations" / "instances_train2014.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(BadData, match=r"is not JSON|should hold an object"):
        opened(coco, indexes)


def test_missing_images_and_folders_are_said(coco: Path, indexes: Path, tmp_path: Path) -> None:
    (coco / "train2014" / f"{4:012}.jpg").unlink()
    with pytest.raises(BadData, match=r"1 of 2 images are not there, for example 000000000004\.jpg"):
        opened(coco, indexes)
    with pytest.raises(BadData, match=r"instances_valid\.json: does not exist"):
        opened(coco, indexes, test="valid")
    with pytest.raises(BadData, match="is not a split"):
        opened(coco, indexes, test="../val2014")
    with pytest.raises(BadData, match="holds no COCO"):
        opened(tmp_path / "nowhere", indexes)


def test_years_that_share_images_are_refused(coco: Path, indexes: Path) -> None:
    write_coco(coco, {"val2017": coco_json([4], [(4, 3)])})
    with pytest.raises(BadData, match="both in the training and in the test split, for example 4"):
        opened(coco, indexes, train="train2014", test="val2017")
