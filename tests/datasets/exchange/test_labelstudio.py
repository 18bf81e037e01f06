"""What Label Studio's exports say, and what they leave unsaid."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from campaigns.datasets.exchange.door import require_right
from campaigns.datasets.exchange.label_file import MatchWay
from campaigns.errors import BadData
from tests.datasets.exchange.reading import CLASSES, NO, YES, labels, mistakes, read, wrote


def choices(*names: str, control: str = "classes") -> dict[str, Any]:
    return {"type": "choices", "from_name": control, "to_name": "image", "value": {"choices": list(names)}}


def task(image: str, *annotations: Mapping[str, Any], **others: Any) -> dict[str, Any]:
    return {"data": {"image": image}, "annotations": list(annotations), **others}


def config(folder: Path, *names: str, choice: str = "multiple") -> None:
    inner = "".join(f'<Choice value="{name}"/>' for name in names)
    text = (
        f'<View><Image name="image" value="$image"/><Choices name="classes" choice="{choice}">{inner}</Choices></View>'
    )
    wrote(folder / "config.xml", text)


def test_label_studio_a_class_that_was_not_offered_is_unknown(tmp_path: Path) -> None:
    config(tmp_path, "car", "cat")
    path = wrote(tmp_path / "p.json", [task("a.jpg", {"result": [choices("car")]})])
    assert labels(path) == {"a.jpg": {"car": YES, "cat": NO}}
    assert "the file never asks about owl: unknown" in read(path).notes


def test_label_studio_without_a_config_only_what_occurs_was_offered(tmp_path: Path) -> None:
    tasks = [task("a.jpg", {"result": [choices("car")]}), task("b.jpg", {"result": [choices("cat")]})]
    path = wrote(tmp_path / "p.json", tasks)
    assert labels(path) == {"a.jpg": {"car": YES, "cat": NO}, "b.jpg": {"cat": YES, "car": NO}}


def test_label_studio_people_who_differ_leave_a_class_unknown(tmp_path: Path) -> None:
    config(tmp_path, *CLASSES)
    anna = {"result": [choices("car", "cat")], "completed_by": {"id": 1, "email": "anna@x"}, "lead_time": 3}
    ben = {"result": [choices("car")], "completed_by": 2}
    path = wrote(tmp_path / "p.json", [task("a.jpg", anna, ben)])
    items = require_right(read(path)).items
    assert [(item.by, item.seconds) for item in items] == [("anna@x", 3.0), ("2", None)]
    assert labels(path) == {"a.jpg": {"car": YES, "owl": NO}}


def test_label_studio_the_last_word_of_a_person_counts(tmp_path: Path) -> None:
    config(tmp_path, *CLASSES)
    late = {"result": [choices("car")], "completed_by": 1, "updated_at": "2026-05-02"}
    early = {"result": [choices("cat")], "completed_by": 1, "updated_at": "2026-05-01"}
    path = wrote(tmp_path / "p.json", [task("a.jpg", late, early)])
    assert labels(path) == {"a.jpg": {"car": YES, "cat": NO, "owl": NO}}


def test_label_studio_old_exports_have_completions_and_drafts_are_no_answers(tmp_path: Path) -> None:
    config(tmp_path, *CLASSES)
    old = {"data": {"image": "a.jpg"}, "completions": [{"result": [choices("car")]}]}
    draft = task("b.jpg", drafts=[{"result": [choices("cat")]}])
    assert labels(wrote(tmp_path / "p.json", [old, draft])) == {"a.jpg": {"car": YES, "cat": NO, "owl": NO}}


def test_label_studio_of_several_controls_that_of_the_campaign_is_read(tmp_path: Path) -> None:
    annotation = {"result": [choices("car"), choices("good", control="quality")]}
    path = wrote(tmp_path / "p.json", [task("a.jpg", annotation)])
    assert labels(path) == {"a.jpg": {"car": YES}}
    assert "which Choices hold the classes" in mistakes(path, classes=None)[0]
    assert labels(path, classes=None, controls=("quality",)) == {"a.jpg": {"good": YES}}


def test_label_studio_only_boxes_are_no_labels(tmp_path: Path) -> None:
    box = {"type": "rectanglelabels", "from_name": "b", "value": {"rectanglelabels": ["car"], "x": 1}}
    path = wrote(tmp_path / "p.json", [task("a.jpg", {"result": [box]})])
    assert "holds no choice for a whole image" in mistakes(path)[0]


def test_label_studio_min_without_a_config(tmp_path: Path) -> None:
    rows = [
        {
            "image": "/data/upload/1/1a2b3c4d-a.jpg",
            "annotation_id": 1,
            "annotator": 1,
            "tags": {"choices": ["car", "cat"]},
        },
        {"image": "/data/upload/1/1a2b3c4d-b.jpg", "annotation_id": 2, "annotator": 1, "tags": "car", "lead_time": 2.5},
        {"image": "/data/upload/1/1a2b3c4d-c.jpg", "annotation_id": None, "annotator": None},
    ]
    path = wrote(tmp_path / "p.json", rows)
    assert labels(path) == {"a.jpg": {"car": YES, "cat": YES}, "b.jpg": {"car": YES, "cat": NO}}
    assert read(path).ways == {MatchWay.UPLOAD: 3}


def test_label_studio_tsv(tmp_path: Path) -> None:
    lines = [
        "image\tid\tclasses\tannotator\tannotation_id\tlead_time",
        'a.jpg\t1\t"{""choices"": [""car"", ""cat""]}"\t1\t1\t2.0',
    ]
    path = wrote(tmp_path / "p.tsv", "\n".join([*lines, "b.jpg\t2\t\t1\t2\t1.0", "yard/c.jpg\t3\t\t\t\t"]))
    assert labels(path) == {"a.jpg": {"car": YES, "cat": YES}, "b.jpg": {"car": NO, "cat": NO}}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("result.json", {"images": [], "categories": [], "annotations": [], "info": {"contributor": "Label Studio"}}),
        ("notes.json", {"categories": [], "info": {"contributor": "Label Studio"}}),
        ("x.xml", "<annotation><owner><name>Label Studio</name></owner></annotation>"),
    ],
)
def test_label_studio_exports_that_drop_choices_are_refused(tmp_path: Path, name: str, content: object) -> None:
    path = wrote(tmp_path / name, content)
    with pytest.raises(BadData, match="leaves out the choices") as refusal:
        read(path)
    assert "as JSON" in refusal.value.hint


@pytest.mark.parametrize("name", ["result.json", "notes.json", "Annotations/1.xml"])
def test_a_folder_of_such_an_export_is_refused_too(tmp_path: Path, name: str) -> None:
    xml = "<annotation><owner><name>Label Studio</name></owner></annotation>"
    wrote(tmp_path / name, xml if name.endswith("xml") else {"info": {"contributor": "Label Studio"}})
    with pytest.raises(BadData, match="leaves out the choices"):
        read(tmp_path)
