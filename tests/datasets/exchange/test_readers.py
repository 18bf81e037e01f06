"""What each form says, and what it leaves unsaid: no is only what a form says."""

import json
from pathlib import Path
from typing import Any

import pytest

from campaigns.datasets.exchange.door import FORMS, read_labels, require_right
from campaigns.datasets.exchange.label_file import ClassCount, MatchWay, ReadOptions
from campaigns.datasets.exchange.label_form import LabelForm
from campaigns.errors import BadData, NoSuchName
from tests.datasets.exchange.reading import CLASSES, IMAGES, NO, UNSURE, YES, labels, mistakes, read, wrote


@pytest.mark.parametrize("form", FORMS.values(), ids=str)
def test_a_form_says_what_it_is(form: LabelForm) -> None:
    assert form.title
    assert form.files
    assert form.__doc__


CVAT = "<annotations><version>1.1</version><meta><job><labels>{labels}</labels></job></meta>{images}</annotations>"


LABEL = "<label><name>{}</name><type>{}</type></label>"


def cvat(folder: Path, images: str, *, types: str = "any", before: str = "") -> Path:
    listed = "".join(LABEL.format(name, types if name == "owl" else "tag") for name in CLASSES)
    return wrote(folder / "annotations.xml", before + CVAT.format(labels=listed, images=images))


TAGGED = '<image id="0" name="a.jpg"><tag label="car"/><box label="owl"/></image><image id="1" name="b.jpg"/>'


def test_cvat_a_label_that_cannot_be_a_tag_was_not_offered(tmp_path: Path) -> None:
    path = cvat(tmp_path, TAGGED, types="rectangle")
    assert labels(path) == {"a.jpg": {"car": YES, "cat": NO}}
    assert any("1 boxes" in note for note in read(path).notes)


def test_cvat_boxes_and_empty_images_count_when_they_are_to(tmp_path: Path) -> None:
    path = cvat(tmp_path, TAGGED, types="rectangle")
    assert labels(path, boxes="as-classes")["a.jpg"] == {"car": YES, "cat": NO, "owl": YES}
    assert labels(path, empty="nothing")["b.jpg"] == {"car": NO, "cat": NO}


def test_cvat_a_tag_with_the_attribute_unsure_is_unsure(tmp_path: Path) -> None:
    tag = '<tag label="car"><attribute name="unsure">true</attribute></tag>'
    path = cvat(tmp_path, f'<image id="0" name="a.jpg">{tag}</image>')
    assert labels(path) == {"a.jpg": {"car": UNSURE, "cat": NO, "owl": NO}}


@pytest.mark.parametrize("before", ["<!DOCTYPE annotations>\n", '<!DOCTYPE a [<!ENTITY b "bbb">]>\n'])
def test_cvat_a_doctype_is_refused(tmp_path: Path, before: str) -> None:
    assert "DOCTYPE or entities" in mistakes(cvat(tmp_path, TAGGED, before=before))[0]


def test_cvat_half_a_file_is_a_mistake(tmp_path: Path) -> None:
    path = wrote(tmp_path / "annotations.xml", "<annotations><image id='0'")
    assert "it is no XML" in mistakes(path)[0]


def test_datumaro_an_item_of_another_machine_and_a_number_of_no_category(tmp_path: Path) -> None:
    item = {"id": "x/c", "annotations": [{"type": "label", "label_id": 0}], "image": {"path": "/else/yard/c.jpg"}}
    tree = {"categories": {"label": {"labels": [{"name": "car"}, {"name": "cat"}]}}, "items": [item]}
    assert labels(wrote(tmp_path / "default.json", tree)) == {"yard/c.jpg": {"car": YES, "cat": NO}}
    item["annotations"] = [{"type": "label", "label_id": 7}]
    assert "label_id 7; there are 2" in mistakes(wrote(tmp_path / "default.json", tree))[0]


def coco(*annotations: tuple[int, int]) -> dict[str, Any]:
    return {
        "images": [{"id": n, "file_name": name} for n, name in enumerate(IMAGES)],
        "categories": [{"id": n, "name": name} for n, name in enumerate(CLASSES)],
        "annotations": [{"id": n, "image_id": i, "category_id": c} for n, (i, c) in enumerate(annotations)],
    }


def test_coco_an_image_without_annotations_is_unlabelled_unless_it_is_said_to_hold_nothing(tmp_path: Path) -> None:
    path = wrote(tmp_path / "c.json", coco((0, 0)))
    assert labels(path) == {"a.jpg": {"car": YES, "cat": NO, "owl": NO}}
    assert labels(path, empty="nothing")["b.jpg"] == dict.fromkeys(CLASSES, NO)


def test_coco_mistakes_in_it_are_those_of_a_data_set(tmp_path: Path) -> None:
    assert "unknown 'category_id'" in mistakes(wrote(tmp_path / "c.json", coco((0, 9))))[0]


def test_coco_a_category_that_is_used_nowhere_and_is_no_class_is_a_note(tmp_path: Path) -> None:
    path = wrote(tmp_path / "c.json", coco((0, 0)))
    assert labels(path, classes=["car", "cat"]) == {"a.jpg": {"car": YES, "cat": NO}}
    assert any("owl" in note for note in read(path, classes=["car", "cat"]).notes)


def test_roboflow_its_column_of_nobody_is_no_class(tmp_path: Path) -> None:
    text = "filename, Unlabeled, car, cat\na.jpg, 0, 1, 0\nb.jpg, 1, 0, 0\n"
    assert labels(wrote(tmp_path / "train/_classes.csv", text)) == {"a.jpg": {"car": YES, "cat": NO}}


def test_roboflow_names_bear_a_hash(tmp_path: Path) -> None:
    text = "filename, car\nc_jpg.rf.0123456789abcdef.jpg, 1\n"
    assert labels(wrote(tmp_path / "_classes.csv", text)) == {"yard/c.jpg": {"car": YES}}


def test_kaggle_numbers_need_a_list(tmp_path: Path) -> None:
    path = wrote(tmp_path / "train.csv", "Id,Target\na,0 2\nb,2\n")
    assert "--classes FILE" in mistakes(path)[0]
    assert labels(path, numbered=CLASSES) == {"a.jpg": {"car": YES, "owl": YES}, "b.jpg": {"owl": YES, "car": NO}}
    assert "no number of a class" in mistakes(path, numbered=["car"])[0]


def test_kaggle_one_class_with_blanks_is_not_torn_when_the_campaign_has_it(tmp_path: Path) -> None:
    path = wrote(tmp_path / "train.csv", "image_name,tags\na,red car\nb,owl\n")
    assert labels(path, classes=["red car", "owl"])["a.jpg"] == {"red car": YES, "owl": NO}


def test_open_images_a_guess_of_a_machine_is_refused_and_codes_have_names(tmp_path: Path) -> None:
    head = "ImageID,Source,LabelName,Confidence\n"
    wrote(tmp_path / "class-descriptions.csv", "/m/0k4j,car\n/m/01yrx,cat\n")
    path = wrote(tmp_path / "h.csv", head + "a,verification,/m/0k4j,1\na,verification,/m/01yrx,0\n")
    assert labels(path) == {"a.jpg": {"car": YES, "cat": NO}}
    assert "a machine's guess" in mistakes(wrote(tmp_path / "m.csv", head + "a,machine,/m/0k4j,0.7\n"))[0]
    assert "not to hold it" in mistakes(wrote(tmp_path / "b.csv", head + "a,v,car,1\na,v,car,0\n"))[0]


def test_hugging_face_lists_names_numbers_and_nothing(tmp_path: Path) -> None:
    lines = [
        {"file_name": "a.jpg", "labels": ["car", "owl"]},
        {"file_name": "b.jpg", "labels": []},
        {"file_name": "c.jpg", "labels": None},
    ]
    path = wrote(tmp_path / "metadata.jsonl", "\n".join(map(json.dumps, lines)))
    assert labels(path) == {"a.jpg": {"car": YES, "owl": YES}, "b.jpg": {"car": NO, "owl": NO}}
    numbers = wrote(tmp_path / "n" / "metadata.jsonl", '{"file_name": "a.jpg", "label": 1}')
    assert "--classes FILE" in mistakes(numbers)[0]
    assert labels(numbers, numbered=CLASSES) == {"a.jpg": {"cat": YES}}


def test_hugging_face_a_line_that_is_no_json_is_told_with_its_number(tmp_path: Path) -> None:
    path = wrote(tmp_path / "metadata.jsonl", '{"file_name": "a.jpg", "labels": ["car"]}\nnonsense\n')
    assert mistakes(path)[0].startswith(f"{path}:2")


def test_automl_lines_are_as_long_as_there_are_labels(tmp_path: Path) -> None:
    text = "TRAIN,gs://x/a.jpg,car,cat\nUNASSIGNED,gs://x/b.jpg\n,gs://x/yard/c.jpg,cat\n"
    assert labels(wrote(tmp_path / "i.csv", text)) == {
        "a.jpg": {"car": YES, "cat": YES},
        "yard/c.jpg": {"cat": YES, "car": NO},
    }
    bare = wrote(tmp_path / "bare.csv", "gs://x/a.jpg,car\ngs://x/b.jpg,cat,owl\n")
    assert labels(bare)["b.jpg"] == {"cat": YES, "owl": YES, "car": NO}


def test_folders_are_classes_by_name_or_by_bytes(tmp_path: Path) -> None:
    for place, name in enumerate(("car/a.jpg", "cat/b.jpg", "cat/a.jpg", "no_label/c.jpg")):
        wrote(tmp_path / "sorted" / name, str(place))
    assert labels(tmp_path / "sorted") == {"a.jpg": {"car": YES, "cat": YES}, "b.jpg": {"cat": YES, "car": NO}}
    wrote(tmp_path / "mine/b.jpg", "0")
    label_file = require_right(read(tmp_path / "sorted", root=tmp_path / "mine", skip_missing=True))
    assert label_file.ways[MatchWay.BYTES] == 1
    wrote(tmp_path / "sorted/__MACOSX/a.jpg", "0")
    with_litter = require_right(read(tmp_path / "sorted"))
    assert with_litter.classes == ("car", "cat")
    assert any("'__MACOSX/a.jpg'" in note for note in with_litter.notes)


def test_a_copy_in_the_folder_of_a_class_may_come_from_that_of_another(tmp_path: Path) -> None:
    for name in ("car/a.jpg", "cat/b.jpg"):
        wrote(tmp_path / name, name)
    label_file = read_labels(tmp_path, images=("cat/a.jpg", "car/b.jpg"), classes=("car", "cat"), options=ReadOptions())
    assert {item.image: dict(item.labels) for item in require_right(label_file).items} == {
        "cat/a.jpg": {"car": YES, "cat": NO},
        "car/b.jpg": {"car": NO, "cat": YES},
    }
    assert not any("bare name" in note for note in label_file.notes)


def test_a_bare_name_that_folders_contradict_is_told(tmp_path: Path) -> None:
    label_file = require_right(read(wrote(tmp_path / "t.csv", "image,labels\n/x/lawn/c.jpg,car\n"), classes=None))
    assert any("'/x/lawn/c.jpg' is 'yard/c.jpg'" in note for note in label_file.notes)


def test_fiftyone_numbers_names_and_lists(tmp_path: Path) -> None:
    tree = {"classes": list(CLASSES), "labels": {"a": 0, "b": ["cat", "owl"], "yard/c": None}}
    path = wrote(tmp_path / "labels.json", tree)
    assert labels(path) == {"a.jpg": {"car": YES, "cat": NO, "owl": NO}, "b.jpg": {"car": NO, "cat": YES, "owl": YES}}


def test_a_table_minus_one_beside_zero_is_asked_about_and_may_be_unsure(tmp_path: Path) -> None:
    path = wrote(tmp_path / "t.csv", "image,car,cat\na.jpg,1.0,-1.0\nb.jpg,0.0,\n")
    assert "--minus-one" in mistakes(path)[0]
    assert labels(path, minus_one="unsure") == {"a.jpg": {"car": YES, "cat": UNSURE}, "b.jpg": {"car": NO}}
    assert labels(path, minus_one="absent")["a.jpg"] == {"car": YES, "cat": NO}


def test_a_table_blanks_and_commas_in_cells_are_read_or_asked_about(tmp_path: Path) -> None:
    path = wrote(tmp_path / "t.csv", "image,labels\na.jpg,car cat\nb.jpg,owl\n")
    assert labels(path)["a.jpg"] == {"car": YES, "cat": YES, "owl": NO}
    asked = wrote(tmp_path / "u.csv", 'image,labels\na.jpg,"car, cat"\nb.jpg,owl\n')
    assert "may be one class or 2" in mistakes(asked, classes=None)[0]
    assert labels(asked, classes=None, separator=",")["a.jpg"] == {"car": YES, "cat": YES, "owl": NO}


def test_a_table_one_image_twice_with_other_labels_is_a_mistake(tmp_path: Path) -> None:
    path = wrote(tmp_path / "t.csv", "image,labels\na.jpg,car;cat\na.jpg,owl\n")
    assert "has other labels already" in mistakes(path)[0]


def test_a_class_that_the_campaign_lacks_is_named_with_the_nearest(tmp_path: Path) -> None:
    path = wrote(tmp_path / "t.csv", "image,labels\na.jpg,cars\n")
    assert mistakes(path) == [f"{path}:2: there is no class 'cars', did you mean 'car'?; `classes add` adds one"]


def test_a_file_of_another_folder_is_told_as_such(tmp_path: Path) -> None:
    path = wrote(tmp_path / "t.csv", "image,labels\nx.jpg,car\ny.jpg,cat\n")
    assert "0 of 2 images found; first: 'x.jpg'" in mistakes(path)[0]


def test_images_that_are_not_there_are_counted_and_may_be_left_out(tmp_path: Path) -> None:
    path = wrote(tmp_path / "t.csv", "image,labels\na.jpg,car\nx.jpg,car\ny.jpg,cat\n")
    told = mistakes(path)
    assert len(told) == 1
    assert told[0].startswith(f"{path}:3")
    assert "and 1 more like it" in told[0]
    assert labels(path, skip_missing=True) == {"a.jpg": {"car": YES, "cat": NO}}


def test_two_candidates_and_two_files_for_one_image_are_mistakes_that_name_both(tmp_path: Path) -> None:
    path = wrote(tmp_path / "t.csv", "image,car\nq/d.jpg,1\n")
    label_file = read_labels(path, images=["x/d.jpg", "y/d.jpg"], classes=CLASSES)
    assert "may be 'x/d.jpg' or 'y/d.jpg'" in label_file.mistakes[0].what
    path = wrote(tmp_path / "t.csv", "image,car\nq/a.jpg,1\nr/a.jpg,1\n")
    assert "'r/a.jpg' and 'q/a.jpg' would both be 'a.jpg'" in mistakes(path)[0]


def test_counts_are_by_class(tmp_path: Path) -> None:
    path = wrote(tmp_path / "t.csv", "image,car,cat\na.jpg,1,?\nb.jpg,0,\n")
    assert require_right(read(path)).counts() == {"car": ClassCount(1, 1, 0), "cat": ClassCount(0, 0, 1)}


def test_what_was_not_chosen_may_be_left_unknown(tmp_path: Path) -> None:
    path = wrote(tmp_path / "t.csv", "image,labels\na.jpg,car\nb.jpg,cat\n")
    assert labels(path, rest="unknown") == {"a.jpg": {"car": YES}, "b.jpg": {"cat": YES}}


@pytest.mark.parametrize(
    "content", ["", "nonsense", "[]", "{}", "[1, 2]", "<a/>", '{"images": 1}', "\0\0", "[" * 100_000]
)
def test_what_is_in_no_form_is_refused_with_those_there_are(tmp_path: Path, content: str) -> None:
    with pytest.raises(BadData, match="in no form of labels") as refusal:
        read(wrote(tmp_path / "x.json", content))
    assert len(refusal.value.mistakes) == len(FORMS)


def test_a_folder_of_two_exports_a_packed_one_and_none_are_refused(tmp_path: Path) -> None:
    cvat(tmp_path / "both", TAGGED)
    wrote(tmp_path / "both" / "c.json", coco((0, 0)))
    with pytest.raises(BadData, match="several files"):
        read(tmp_path / "both")
    with pytest.raises(BadData, match="packed"):
        read(wrote(tmp_path / "x.zip", "PK"))
    with pytest.raises(BadData, match="there is no"):
        read(tmp_path / "gone.json")
    with pytest.raises(NoSuchName, match="form of label files"):
        read_labels(tmp_path, images=IMAGES, classes=CLASSES, form="cvta")
    with pytest.raises(BadData, match="is not CVAT"):
        read_labels(wrote(tmp_path / "t.csv", "image,car\n"), images=IMAGES, classes=CLASSES, form="cvat")
