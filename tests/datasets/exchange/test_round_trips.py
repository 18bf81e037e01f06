"""What is written in a form is read back as it was, unknown and unsure included."""

import tempfile
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.core.answers import Opinion
from campaigns.core.text import is_printable
from campaigns.datasets.exchange.door import FORMS, read_labels, require_right, write_labels
from campaigns.datasets.exchange.label_file import LabelItem, Labels, Trait, WriteOptions, merged
from campaigns.datasets.exchange.label_form import LabelForm
from campaigns.errors import BadData, UsageError

WRITTEN = [form for form in FORMS.values() if form.write]
every_written_form = pytest.mark.parametrize("form", WRITTEN, ids=str)
PLAIN = st.text("abcdefgäß ", min_size=1, max_size=6).map(str.strip).filter(bool).map(lambda t: f"k{t}")
ODD = (
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=5).filter(is_printable).filter(lambda t: t.strip() != "")
)
STEMS = st.lists(st.text("abc12 -_", min_size=1, max_size=6).map(lambda t: f"i{t}i"), min_size=1, max_size=3)
PEOPLE = st.sampled_from(["anna", "ben@example.test", "7"])
SECONDS = st.none() | st.floats(0, 1e6)


@st.composite
def answers(draw: st.DrawFn, names: st.SearchStrategy[str], images: st.SearchStrategy[str]) -> "Answers":
    """Classes, and what people said of a few images."""
    classes = tuple(draw(st.lists(names, min_size=1, max_size=5, unique=True)))
    ids = draw(st.lists(images, min_size=1, max_size=5, unique_by=lambda image: image.rpartition(".")[0]))
    items = []
    for image in ids:
        for by in draw(st.lists(PEOPLE, min_size=1, max_size=2, unique=True)):
            says = draw(st.dictionaries(st.sampled_from(classes), st.sampled_from(Opinion)))
            skip = draw(st.none() | st.sampled_from(["cannot tell", "damaged"]))
            asked = tuple(name for name in classes if draw(st.booleans()) or name in says)
            is_rest_no = draw(st.booleans())
            seconds = draw(SECONDS)
            plain = LabelItem(image, says, is_rest_no, asked, None, seconds, by)
            items.append(plain if skip is None else LabelItem(image, skip=skip, seconds=seconds, by=by))
    return classes, items


Answers = tuple[tuple[str, ...], list[LabelItem]]
IMAGES = STEMS.map(lambda parts: "/".join(parts) + ".jpg")
plain_answers = answers(PLAIN, IMAGES)
odd_answers = answers(ODD, ODD.map(lambda text: f"{text}.jpg"))


def carried(items: Sequence[LabelItem], form: LabelForm) -> dict[tuple[str, str | None], tuple[Labels, object, object]]:
    """What a form can bring back of items, by image and person."""
    kept = list(items) if Trait.SEVERAL in form.carries else merged(items)
    rows: dict[tuple[str, str | None], tuple[Labels, object, object]] = {}
    for item in kept:
        skip = item.skip if Trait.SKIP in form.carries else None
        seconds = item.seconds if Trait.SECONDS in form.carries else None
        by = item.by if Trait.WHO in form.carries else None
        if item.labels or skip is not None:
            rows[item.image, by] = (dict(item.labels), skip, seconds)
    return rows


def round_trip(form: LabelForm, classes: Sequence[str], items: Sequence[LabelItem]) -> Sequence[LabelItem]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out"
        write_labels(path, form.name, items, classes=classes)
        images = list(dict.fromkeys(item.image for item in items))
        return require_right(read_labels(path, images=images, classes=classes, form=form.name)).items


@every_written_form
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=30)
@given(drawn=plain_answers)
def test_what_is_written_is_read_back(form: LabelForm, drawn: Answers) -> None:
    classes, items = drawn
    labels = [item for item in items if item.skip is None or Trait.SKIP in form.carries]
    if not any(carried(items, form)):
        return
    assert carried(round_trip(form, classes, items), form) == carried(
        labels if Trait.SEVERAL in form.carries else items, form
    )


@every_written_form
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=30)
@given(drawn=odd_answers)
def test_a_name_that_a_form_cannot_hold_is_refused_and_never_changed(form: LabelForm, drawn: Answers) -> None:
    classes, items = drawn
    try:
        back = round_trip(form, classes, items)
    except BadData:
        return
    assert carried(back, form) == carried(items, form)


ITEMS = [
    LabelItem("a.jpg", {"cat": Opinion.YES, "dog": Opinion.UNSURE}, classes=("cat", "dog", "owl", "yak")),
    LabelItem("b.jpg", is_rest_no=True, classes=("cat", "dog")),
    LabelItem("c.jpg", skip="damaged", seconds=2.5, by="anna"),
    LabelItem("d.jpg"),
    LabelItem("e.jpg", {"yak": Opinion.NO}),
]
CLASSES = ("cat", "dog", "owl", "yak")


@every_written_form
def test_each_opinion_comes_back(form: LabelForm) -> None:
    back: Mapping[str, LabelItem] = {item.image: item for item in round_trip(form, CLASSES, ITEMS)}
    assert dict(back["a.jpg"].labels) == {"cat": Opinion.YES, "dog": Opinion.UNSURE}
    assert dict(back["b.jpg"].labels) == {"cat": Opinion.NO, "dog": Opinion.NO}
    assert "d.jpg" not in back
    assert dict(back["e.jpg"].labels) == {"yak": Opinion.NO}
    if Trait.SKIP in form.carries:
        assert (back["c.jpg"].skip, back["c.jpg"].seconds, back["c.jpg"].by) == ("damaged", 2.5, "anna")
    else:
        assert "c.jpg" not in back


@every_written_form
def test_what_a_form_cannot_carry_is_told(form: LabelForm, tmp_path: Path) -> None:
    notes = write_labels(tmp_path / "out", form.name, ITEMS, classes=CLASSES)
    assert any("1 skipped" in note for note in notes) is (Trait.SKIP not in form.carries)


@every_written_form
def test_paths_with_a_prefix_come_back_too(form: LabelForm, tmp_path: Path) -> None:
    options = WriteOptions(prefix="/data/local-files/?d=photos/")
    items = [LabelItem("yard/a b.jpg", {"cat": Opinion.YES}, True, CLASSES)]
    write_labels(tmp_path / "out", form.name, items, classes=CLASSES, options=options)
    label_file = read_labels(tmp_path / "out", images=["yard/a b.jpg"], classes=CLASSES)
    assert [item.image for item in require_right(label_file).items] == ["yard/a b.jpg"]


def test_a_form_that_is_only_read_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is read, not written"):
        write_labels(tmp_path / "out", "roboflow", ITEMS, classes=CLASSES)


def test_a_refused_file_is_not_left_behind(tmp_path: Path) -> None:
    items = [LabelItem(" a.jpg", {"cat": Opinion.YES})]
    with pytest.raises(BadData, match="what would be written"):
        write_labels(tmp_path / "labels.csv", "csv", items, classes=["cat "])
    assert list(tmp_path.iterdir()) == []


def test_a_class_in_another_unicode_form_is_the_same_class(tmp_path: Path) -> None:
    name = unicodedata.normalize("NFD", "Straße mit Bäumen")
    path = tmp_path / "metadata.jsonl"
    path.write_text(f'{{"file_name": "a.jpg", "labels": ["{name}"]}}\n', encoding="utf-8")
    label_file = require_right(read_labels(path, images=["a.jpg"], classes=["Straße mit Bäumen"]))
    assert dict(label_file.items[0].labels) == {"Straße mit Bäumen": Opinion.YES}


@pytest.mark.parametrize("name", ["red\u00a0cat", "red  cat", "'cat'", "car (2)", "cat and dog", "1. cat", "cat\u200b"])
def test_a_class_of_an_odd_name_comes_back_in_every_form(name: str, tmp_path: Path) -> None:
    items = [
        LabelItem("a.jpg", {name: Opinion.YES, "dog": Opinion.NO}),
        LabelItem("b.jpg", {"dog": Opinion.YES, name: Opinion.NO}),
    ]
    for form in ("csv", "hf", "labelstudio", "cvat", "datumaro"):
        file = tmp_path / form / "labels.csv"
        write_labels(file, form, items, classes=(name, "dog"))
        back = read_labels(file, images=["a.jpg", "b.jpg"], classes=(name, "dog"), form=form)
        assert [dict(item.labels) for item in merged(back.items)] == [dict(item.labels) for item in items]
