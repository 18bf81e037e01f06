"""Names of strangers' tables that are a list, a count, a place in a list or a twin beside the others of their table."""

from pathlib import Path

import pytest

from campaigns.datasets.dataset import Dataset
from campaigns.datasets.folder import open_folder
from campaigns.datasets.table_reader import TableOptions
from campaigns.errors import BadData
from tests.datasets.conftest import write_folder
from tests.datasets.exchange.reading import labels, mistakes, read, wrote
from tests.datasets.test_strange_cells import PICTURES, folder, refusal


def table(root: Path, *cells: str) -> Path:
    text = "".join(f'{image},"{cell}"\n' for image, cell in zip(PICTURES, cells * 6, strict=False))
    return write_folder(root, PICTURES, f"image,labels\n{text}")


def opened(root: Path, classes: Path | None = None, separator: str | None = None) -> Dataset:
    return open_folder(root, classes=classes, options=TableOptions(separator=separator))


@pytest.mark.parametrize("word", ["and", "AND", "&", "und", "et", "y", "+", "or", "и", "och"])
def test_a_list_joined_by_a_word_is_divided_where_all_parts_are_classes(word: str, tmp_path: Path) -> None:
    cells = ("cat", "dog", "owl", f"cat {word} dog", f"owl {word} cat")
    assert opened(table(tmp_path, *cells)).classes == ("cat", "dog", "owl")


@pytest.mark.parametrize("cell", ["car and cat", "cat und car", "cat, car", "cat & car", "car + dog", "cat with car"])
def test_a_list_is_asked_about_where_one_part_is_a_class(cell: str, tmp_path: Path) -> None:
    root = folder(tmp_path / "mine", cell)
    assert f"labels.csv:2: {cell!r} may be one class or 2" in (said := refusal(root))
    assert "--separator ';'" in said
    assert cell in opened(root, separator=";").classes
    listed = wrote(tmp_path / "list", "\n".join(("cat", "dog", "owl", cell)))
    assert opened(root, listed).classes == ("cat", "dog", "owl", cell)
    imported = wrote(tmp_path / "table.csv", f'image,labels\na.jpg,cat;dog\nb.jpg,"{cell}"\n')
    assert any(f"table.csv:3: {cell!r} may be" in what for what in mistakes(imported, classes=None))


def test_the_end_of_a_list_joined_by_a_word_is_asked_about(tmp_path: Path) -> None:
    cells = ("car, person and dog", "car", "person, car", "dog", "person", "car, dog")
    root = table(tmp_path, *cells)
    assert "divided by comma: say --separator ';' for one class, or --separator ',' to divide it" in refusal(root)
    assert "labels.csv:2: 'person and dog' may be one class or 2" in refusal(root, separator=",")


def test_a_class_with_a_word_of_lists_in_it_is_one_and_told(tmp_path: Path) -> None:
    mine = opened(table(tmp_path, "salt and pepper", "oil", "oil;R&B"))
    assert mine.classes == ("R&B", "oil", "salt and pepper")
    told = "taken as one class each, not as lists of classes: 'salt and pepper' (line 2)"
    assert any(note.startswith(told) for note in mine.notes)
    imported = wrote(tmp_path / "table.csv", "image,labels\na.jpg,oil\nb.jpg,salt and pepper\n")
    assert any("'salt and pepper' (line 3)" in note for note in read(imported, classes=None).notes)


@pytest.mark.parametrize(
    "cell",
    [
        "cat (2)", "bee: 2", "bee[2]", "bee x 2", "i. bee", "①bee", "bee,", "/bee", "cat.", "_cat", "cat!",
        "bee (x2)", "bee（2）", "bee * 3", "3 x bee", "2 cats", "cat x2", "cat.1", "cat-2", "1. bee", "2) bee",
        "(2) bee", "3: bee", "a) bee", "#1 bee", "- bee", "• bee", "#cat", "<bee>", '"bee', "bee”", "(bee",
        "'cat", "cat\\dog", "cat?dog", "cat3", "1 - cat", "✓ cat", "✔", "0", "сat bee", "cat: no", "bee=yes",
        "bee (maybe)", "bee (?)", "maybe cat", "caf\ufffd", "ｃａｔ", "сat",
    ],
)  # fmt: skip
def test_a_name_with_more_around_it_is_asked_about_unless_it_is_listed(cell: str, tmp_path: Path) -> None:
    root = folder(tmp_path / "mine", cell)
    assert f"labels.csv:2: {cell!r} " in (said := refusal(root))
    assert "--classes FILE" in said
    listed = wrote(tmp_path / "list", "\n".join(("cat", "dog", "owl", cell)))
    assert opened(root, listed).classes == ("cat", "dog", "owl", cell)
    quoted = cell.replace('"', '""')
    imported = wrote(tmp_path / "table.csv", f'image,labels\na.jpg,cat;dog\nb.jpg,"{quoted}"\n')
    assert any(f"table.csv:3: {cell!r} " in what for what in mistakes(imported, classes=None))
    assert labels(imported, classes=("cat", "dog", cell))["b.jpg"][cell].value == "yes"


@pytest.mark.parametrize(
    "names",
    [
        ("001.Black_Albatross", "002.Laysan_Albatross", "003.Sooty_Albatross"),
        ("traffic light (red)", "traffic light (green)", "car;owl"),
        ("bird's nest", "dogs'", "rock 'n' roll;'s-Hertogenbosch"),
        ("Boeing-747", "4x4", "covid-19;12 monkeys"),
        ("3.5mm", "age <18", "(red) car;owl"),
        ("C++", "St. Bernard", "etc.;#1;Yahoo!"),
    ],
)
def test_names_of_their_own_shape_are_classes(names: tuple[str, ...], tmp_path: Path) -> None:
    mine = opened(table(tmp_path, *names), separator=";")
    assert set(mine.classes) == {part for name in names for part in name.split(";")}


@pytest.mark.parametrize(
    "cell", ["'cat'", "“cat”", "«cat»", "cat\u200b", "\ufeffcat", "'dog'; 'cat'", "「cat」", "`cat`"]
)
def test_quotes_and_signs_that_nobody_sees_are_taken_off_and_told(cell: str, tmp_path: Path) -> None:
    mine = opened(folder(tmp_path / "mine", cell))
    assert mine.classes == ("cat", "dog", "owl")
    assert any("were taken off names, first in line 2" in note for note in mine.notes)
    table_ = wrote(tmp_path / "table.csv", f"image,labels\na.jpg,owl\nb.jpg,{cell}\n")
    assert labels(table_, classes=None)["b.jpg"]["cat"].value == "yes"
    assert any("were taken off names, first in line 3" in note for note in read(table_, classes=None).notes)


def test_blanks_of_any_kind_and_number_are_one_blank(tmp_path: Path) -> None:
    cells = ("red\u00a0cat", "red cat", "red  cat", "red\u3000cat;owl")
    assert opened(table(tmp_path / "long", *cells)).classes == ("owl", "red cat")
    wide = write_folder(tmp_path / "wide", PICTURES, "image,red\u00a0cat\n" + "".join(f"{p},1\n" for p in PICTURES))
    listed = wrote(tmp_path / "list", "red\u2009cat\n")
    assert opened(wide, listed).classes == ("red cat",)


@pytest.mark.parametrize(
    "cell",
    [
        "bee%20hive",
        "bee\\u00e9",
        "caf\u00c3\u00a9",
        "bee_x000D_",
        "array(['bee'], dtype=object)",
        "bee&#39s",
        "don\u00e2\u20ac\u2122t",
    ],
)
def test_signs_that_a_program_wrote_for_others_are_asked_about(cell: str, tmp_path: Path) -> None:
    assert "labels.csv:2: " in (said := refusal(folder(tmp_path / "mine", cell), separator=";"))
    assert "which a program wrote for another sign" in said
    listed = wrote(tmp_path / "list", "\n".join(("cat", "dog", "owl", cell)))
    assert cell in opened(folder(tmp_path / "other", cell), listed).classes


def test_names_that_html_has_cut_are_asked_about(tmp_path: Path) -> None:
    assert "'Q&amp' has '&amp' in it" in refusal(folder(tmp_path, "Q&amp;A"))


@pytest.mark.parametrize("cell", ["{'cat', 'dog'}", "[cat, dog]", "{cat,dog}", "[cat]"])
def test_a_list_without_quotes_is_read(cell: str, tmp_path: Path) -> None:
    assert opened(folder(tmp_path, cell)).classes == ("cat", "dog", "owl")


@pytest.mark.parametrize("column", ["cat.1", "cat (2)", "<owl>", "ｃａｔ"])
def test_a_column_that_looks_like_another_is_asked_about(column: str, tmp_path: Path) -> None:
    text = f"image,cat,{column}\n" + "".join(f"{image},1,0\n" for image in PICTURES)
    root = write_folder(tmp_path / "mine", PICTURES, text)
    assert f"labels.csv:1: column {column!r} " in refusal(root)
    listed = wrote(tmp_path / "list", f"cat\n{column}\n")
    assert opened(root, listed).classes == ("cat", column)
    table_ = wrote(tmp_path / "table.csv", f"image,cat,{column}\na.jpg,1,0\n")
    assert any(f"table.csv:1: column {column!r} " in what for what in mistakes(table_, classes=None))


def test_a_copy_of_a_folder_is_no_class_in_silence(tmp_path: Path) -> None:
    root = write_folder(tmp_path / "mine", [f"{name}/{n}.png" for name in ("cat", "cat (2)") for n in range(5)], "")
    (root / "labels.csv").unlink()
    with pytest.raises(BadData) as error:
        open_folder(root, labels="folders")
    what = str(error.value.mistakes[0])
    assert "/cat (2)/0.png: the folder 'cat (2)' may be a class of its own" in what


def test_the_absence_of_a_class_is_a_class_and_told(tmp_path: Path) -> None:
    mine = opened(table(tmp_path, "mask", "no mask", "hat;without_mask"), separator=";")
    assert "no mask" in mine.classes
    assert "'no mask' was read as a class of its own, and not as the absence of 'mask'" in mine.notes


def test_numbers_that_are_the_classes_are_none_to_ask_about(tmp_path: Path) -> None:
    assert opened(table(tmp_path, "0", "1", "2;0")).classes == ("0", "1", "2")


def test_classes_told_apart_by_a_joining_sign_alone_are_told(tmp_path: Path) -> None:
    mine = opened(table(tmp_path, "traffic_light", "traffic light;owl", "owl"))
    assert any("differ only by blanks, _ or -: 'traffic light', 'traffic_light'" in note for note in mine.notes)


@pytest.mark.parametrize("name", ["nan", "car (2)", "car;cat", "1. owl", "car and owl", "“car"])
def test_names_that_people_typed_into_other_forms_are_asked_about(name: str, tmp_path: Path) -> None:
    lines = [f'{{"file_name": "{image}.jpg", "label": "{label}"}}\n' for image, label in (("a", "car"), ("b", name))]
    jsonl = wrote(tmp_path / "metadata.jsonl", "".join(lines))
    automl = wrote(tmp_path / "automl.csv", f"TRAIN,gs://bucket/a.jpg,car\nTEST,gs://bucket/b.jpg,{name}\n")
    for file in (jsonl, automl):
        assert any(f":2: {name!r} " in what and "--classes FILE" in what for what in mistakes(file, classes=None))
        assert labels(file, classes=("car", name))["b.jpg"][name].value == "yes"


@pytest.mark.parametrize("name", ["1. cat", "# cat", "cat;dog", "'cat'", "[cat]"])
def test_a_list_of_classes_in_json_lets_any_name_in(name: str, tmp_path: Path) -> None:
    root = table(tmp_path / "mine", name, "2. dog", "owl")
    listed = wrote(tmp_path / "list", [name, "2. dog", "owl"])
    assert opened(root, listed).classes == (name, "2. dog", "owl")


def test_numbers_that_a_list_of_classes_has_lost_are_told(tmp_path: Path) -> None:
    root, listed = table(tmp_path / "mine", "1. cat", "2. dog"), wrote(tmp_path / "list", "1. cat\n2. dog\n")
    assert "there is no class '1. cat' in the list of classes: numbers before all names" in refusal(root, listed)
