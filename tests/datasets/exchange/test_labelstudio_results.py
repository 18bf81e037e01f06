"""Label Studio's results that are no choices for a whole image: about boxes, taxonomies, ratings."""

from pathlib import Path
from typing import Any

import pytest

from tests.datasets.exchange.reading import CLASSES, NO, YES, labels, mistakes, read, wrote
from tests.datasets.exchange.test_labelstudio import choices, config, task

PLACE = {"x": 1, "y": 1, "width": 5, "height": 5}
BOX = {"id": "r", "type": "rectanglelabels", "from_name": "box", "value": {**PLACE, "rectanglelabels": ["thing"]}}


def about_box(name: str, *, has_place: bool, control: str = "state") -> dict[str, Any]:
    value = {**(PLACE if has_place else {}), "choices": [name]}
    return {"id": "r", "type": "choices", "from_name": control, "value": value}


def taxonomy(*path: str) -> dict[str, Any]:
    return {"type": "taxonomy", "from_name": "kind", "to_name": "image", "value": {"taxonomy": [list(path)]}}


@pytest.mark.parametrize("has_place", [True, False])
def test_choices_about_a_box_are_not_of_the_whole_image(has_place: bool, tmp_path: Path) -> None:
    results = [BOX, about_box("broken", has_place=has_place), {**choices("car"), "id": "whole"}]
    path = wrote(tmp_path / "p.json", [task("a.jpg", {"result": results})])
    assert labels(path, classes=None) == {"a.jpg": {"car": YES}}
    assert "choices about boxes or outlines were left out (1): they are not about the whole image" in read(path).notes


def test_choices_about_boxes_alone_are_refused(tmp_path: Path) -> None:
    path = wrote(tmp_path / "p.json", [task("a.jpg", {"result": [BOX, about_box("broken", has_place=True)]})])
    assert "holds no choice for a whole image but boxes or outlines" in mistakes(path, classes=None)[0]


def test_choices_that_the_config_asks_for_each_box_are_not_read_from_rows(tmp_path: Path) -> None:
    inner = "".join(f'<Choice value="{name}"/>' for name in CLASSES)
    asked = f'<Choices name="classes" choice="multiple">{inner}</Choices>'
    asked += f'<Choices name="state" perRegion="true">{inner}</Choices>'
    wrote(tmp_path / "config.xml", f'<View><Image name="image" value="$image"/>{asked}</View>')
    row = {"image": "a.jpg", "annotation_id": 1, "annotator": 1, "classes": "car", "state": "cat", "box": [PLACE]}
    path = wrote(tmp_path / "p.json", [row])
    assert labels(path) == {"a.jpg": {"car": YES, "cat": NO, "owl": NO}}
    assert "left out, being about a box or an outline: the Choices state" in read(path).notes


def test_rows_with_boxes_and_no_config_are_told_of(tmp_path: Path) -> None:
    row = {"image": "a.jpg", "annotation_id": 1, "annotator": 1, "classes": "car", "box": [PLACE]}
    path = wrote(tmp_path / "p.json", [row])
    assert any("does not tell whether its choices are about these" in note for note in read(path).notes)
    path = wrote(tmp_path / "p.json", [{**row, "box": ""}])
    assert not any("does not tell" in note for note in read(path).notes)


def test_a_taxonomy_alone_is_refused_by_its_name(tmp_path: Path) -> None:
    path = wrote(tmp_path / "p.json", [task("a.jpg", {"result": [taxonomy("animal", "cat")]})])
    (what, *_) = mistakes(path, classes=None)
    assert "the Taxonomy 'kind' is not read (1 chosen, for example animal > cat): write a table" in what
    assert "`1.jpg,cat`" in what


def test_a_taxonomy_beside_choices_is_asked_about_until_the_choices_are_named(tmp_path: Path) -> None:
    tasks = [
        task("a.jpg", {"result": [taxonomy("animal", "cat"), choices("blurred", control="quality")]}),
        task("b.jpg", {"result": [taxonomy("animal", "dog")]}),
    ]
    path = wrote(tmp_path / "p.json", tasks)
    for classes in (None, CLASSES):
        assert "name the Choices to read without it with --control quality" in mistakes(path, classes=classes)[0]
    read_now = read(path, classes=None, controls=("quality",))
    assert read_now.mistakes == ()
    assert "the Taxonomy 'kind' is not read (2 chosen, for example animal > cat): it was left out" in read_now.notes
    assert not any("boxes or outlines" in note for note in read_now.notes)
    assert labels(path, classes=["blurred"]) == {"a.jpg": {"blurred": YES}, "b.jpg": {"blurred": NO}}


def test_a_taxonomy_that_shares_a_name_with_choices_is_left_out_where_classes_are_listed(tmp_path: Path) -> None:
    tasks = [task("a.jpg", {"result": [taxonomy("animal", "cat"), choices("cat")]}), task("b.jpg", {"result": []})]
    path = wrote(tmp_path / "p.json", tasks)
    assert "for `data add` their classes in --classes FILE" in mistakes(path, classes=("cat", "dog"))[0]
    listed = read(path, classes=("cat", "dog"), numbered=("cat", "dog"))
    assert listed.mistakes == ()
    assert "the Taxonomy 'kind' is not read (1 chosen, for example animal > cat): it was left out" in listed.notes
    assert labels(path, classes=("cat", "dog"), numbered=("cat", "dog"))["a.jpg"]["cat"] is YES
    for names in (("animal",), ("cat", "animal")):
        assert "the Taxonomy 'kind' is not read" in mistakes(path, classes=names, numbered=names)[0]


@pytest.mark.parametrize("cell", [[["animal", "cat"]], {"taxonomy": [["animal", "cat"]]}, '[["animal","cat"]]'])
def test_a_taxonomy_in_rows_is_refused_by_its_name(cell: object, tmp_path: Path) -> None:
    path = wrote(tmp_path / "p.json", [{"image": "a.jpg", "annotation_id": 1, "annotator": 1, "kind": cell}])
    assert "the Taxonomy 'kind' is not read" in mistakes(path, classes=None)[0]


def test_a_rating_is_no_box(tmp_path: Path) -> None:
    config(tmp_path, *CLASSES)
    rating = {"type": "rating", "from_name": "stars", "value": {"rating": 4}}
    path = wrote(tmp_path / "p.json", [task("a.jpg", {"result": [choices("car"), rating]})])
    assert labels(path) == {"a.jpg": {"car": YES, "cat": NO, "owl": NO}}
    assert read(path).notes == ("left out, being no choices: rating",)
