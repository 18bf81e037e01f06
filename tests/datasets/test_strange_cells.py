"""Cells of strangers' tables that must not become classes in silence."""

from pathlib import Path
from typing import Any

import pytest

from campaigns.datasets.folder import open_folder
from campaigns.datasets.table_reader import TableOptions
from campaigns.errors import BadData
from tests.datasets.conftest import write_folder
from tests.datasets.exchange.reading import labels, mistakes, wrote

PICTURES = [f"{n}.png" for n in range(6)]
PLAIN = ("cat", "dog", "cat;dog", "owl", "dog;owl")


def folder(root: Path, cell: str, *, header: str = "image,labels") -> Path:
    """Six pictures; the first one's label is the cell in question."""
    quoted = cell.replace('"', '""')
    cells = (f'"{quoted}"', *PLAIN)
    text = "\n".join((header, *(f"{name},{c}" for name, c in zip(PICTURES, cells, strict=True)), ""))
    return write_folder(root, PICTURES, text)


def refusal(root: Path, classes: Path | None = None, **options: Any) -> str:
    with pytest.raises(BadData) as error:
        open_folder(root, classes=classes, options=TableOptions(**options))
    return "\n".join((str(error.value), *map(str, error.value.mistakes)))


DEEP = "[" * 5000


def test_a_cell_nested_too_deeply_is_refused_with_its_line(tmp_path: Path) -> None:
    assert "labels.csv:2: '[[[[" in refusal(folder(tmp_path / "mine", DEEP))
    table = wrote(tmp_path / "deep.csv", f'image,labels\na.jpg,cat\nb.jpg,"{DEEP}"\n')
    assert any("deep.csv:3: '[[[[" in what and "nested too deeply" in what for what in mistakes(table))


@pytest.mark.parametrize("cell", [DEEP, '{""choices"": [""cat""'], ids=["deep", "cut short"])
def test_a_cell_of_label_studio_that_is_no_list_is_refused_with_its_line(cell: str, tmp_path: Path) -> None:
    head = "annotation_id,image,choice,annotator,lead_time,id\n"
    table = wrote(tmp_path / "project.csv", f'{head}1,a.jpg,cat,1,2.5,1\n2,b.jpg,"{cell}",1,2.5,2\n')
    assert any("project.csv:3: choice is" in what for what in mistakes(table))
    alone = wrote(tmp_path / "alone.csv", f'{head}1,a.jpg,"{cell}",1,2.5,1\n')
    assert any("alone.csv:2: choice is" in what for what in mistakes(alone))
    assert labels(wrote(tmp_path / "good.csv", f"{head}1,a.jpg,cat,1,2.5,1\n")).keys() == {"a.jpg"}


def test_a_list_of_classes_nested_too_deeply_is_no_crash(tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text(DEEP)
    assert "there is no class 'cat'" in refusal(folder(tmp_path / "mine", "cat"), classes=listed)


@pytest.mark.parametrize(
    "cell", ["['cat' 'red dog']", "['cat'\n 'red dog']", "[ \"cat\" 'red dog']", "['cat', 'red dog']"]
)
def test_an_array_as_numpy_prints_it_names_each_of_its_classes(cell: str, tmp_path: Path) -> None:
    mine = open_folder(folder(tmp_path / "mine", cell))
    assert mine.classes == ("cat", "dog", "owl", "red dog")
    table = wrote(tmp_path / "table.csv", 'image,labels\na.jpg,"{}"\n'.format(cell.replace('"', '""')))
    assert labels(table, classes=None)["a.jpg"].keys() == {"cat", "red dog"}


@pytest.mark.parametrize("cell", ["['cat' 'dog', 'owl']", "['cat' b'dog']", "['cat' 'dog' ... 'owl']", "('cat' 'dog')"])
def test_a_list_that_lacks_a_comma_is_refused(cell: str, tmp_path: Path) -> None:
    assert "labels.csv:2" in refusal(folder(tmp_path, cell))


HOT = {
    "numbers": ["[1, 0, 0]", "[0, 1, 1]", "[0, 0, 0]"],
    "two": ["[1, 0]", "[0, 1]"],
    "words": ["[True, False]", "[False, True]"],
    "floats": ["[1.0, 0.0]", "[0.0, 1.0]"],
    "numpy": ["[1 0 0]", "[0. 1. 0.]"],
}


@pytest.mark.parametrize("cells", HOT.values(), ids=HOT)
def test_a_list_of_yes_and_no_is_no_list_of_classes(cells: list[str], tmp_path: Path) -> None:
    text = "".join(f'{image},"{cell}"\n' for image, cell in zip(PICTURES, cells * 3, strict=False))
    assert "labels.csv:2" in refusal(write_folder(tmp_path, PICTURES, f"image,labels\n{text}"))
    table = wrote(tmp_path / "hot.csv", f'image,labels\na.jpg,"{cells[0]}"\nb.jpg,"{cells[1]}"\n')
    for classes in (None, ("car", "cat")):
        said = mistakes(table, classes=classes)
        assert any("hot.csv:2: '[" in what and "a column for each class" in what for what in said)


def test_numbers_of_classes_in_a_list_are_read_where_a_person_lists_them(tmp_path: Path) -> None:
    listed = wrote(tmp_path / "list", "0\n1\n2\n")
    cells = ('"[0, 1]"', '"[2, 0]"', '"[1]"', '"[0]"', '"[1, 2]"', '"[0, 1]"')
    text = "".join(f"{image},{cell}\n" for image, cell in zip(PICTURES, cells, strict=True))
    root = write_folder(tmp_path / "mine", PICTURES, f"image,labels\n{text}")
    assert open_folder(root, classes=listed).classes == ("0", "1", "2")


@pytest.mark.parametrize("cells", [("1,0,0", "0,1,1"), ("1 0", "0 1"), ("100", "011"), ("1;0", "0;1")])
def test_a_row_of_digits_names_no_class(cells: tuple[str, ...], tmp_path: Path) -> None:
    text = "".join(f'{image},"{cell}"\n' for image, cell in zip(PICTURES, cells * 3, strict=True))
    assert "labels.csv:2" in (said := refusal(write_folder(tmp_path, PICTURES, f"image,labels\n{text}")))
    assert "a column for each class" in said


@pytest.mark.parametrize("cell", ["nan", "None", "N/A", "#N/A", "-", "no_label", "TODO", "cat;nan", "cat?", "!cat"])
def test_a_word_for_nothing_is_asked_about_unless_it_is_listed_as_a_class(cell: str, tmp_path: Path) -> None:
    root, name = folder(tmp_path / "mine", cell), cell.removeprefix("cat;")
    assert f"labels.csv:2: {name!r} may" in (said := refusal(root))
    assert "--classes FILE" in said
    listed = wrote(tmp_path / "list", "\n".join(("cat", "dog", "owl", name)))
    assert open_folder(root, classes=listed).classes == ("cat", "dog", "owl", name)
    table = wrote(tmp_path / "table.csv", f"image,labels\na.jpg,cat\nb.jpg,{cell}\n")
    assert any(f"table.csv:3: {name!r} may" in what for what in mistakes(table))
    assert labels(table, classes=("cat", name))["b.jpg"][name].value == "yes"


@pytest.mark.parametrize("cell", ["?", "cat;?"])
def test_a_question_mark_is_no_class_even_where_it_is_listed(cell: str, tmp_path: Path) -> None:
    listed = wrote(tmp_path / "list", "cat\ndog\nowl\n?\n")
    assert "labels.csv:2: '?' is no class" in refusal(folder(tmp_path / "mine", cell), classes=listed)


@pytest.mark.parametrize(
    "cell", ["cat:0.91", "cat:0.91;dog:0.8", "cat=.5", "cat (0.91)", "cat:91%", "cat 91%", "cat:0.91,dog:1.0"]
)
def test_a_class_with_how_sure_it_is_is_asked_about(cell: str, tmp_path: Path) -> None:
    assert "labels.csv:2: 'cat" in (said := refusal(folder(tmp_path / "mine", cell)))
    assert "not whether it is there" in said
    table = wrote(tmp_path / "table.csv", f'image,labels\na.jpg,owl\nb.jpg,"{cell}"\n')
    assert any("table.csv:3: 'cat" in what for what in mistakes(table))


@pytest.mark.parametrize("sign", ["~", "、", "；", "，", " - ", " and ", "_", ".", "-"])
def test_labels_joined_by_a_sign_are_divided_or_asked_about(sign: str, tmp_path: Path) -> None:
    cells = ("cat", "dog", "owl", f"cat{sign}dog", f"owl{sign}cat{sign}dog", "")
    text = "".join(f'{image},"{cell}"\n' for image, cell in zip(PICTURES, cells, strict=True))
    root = write_folder(tmp_path, PICTURES, f"image,labels\n{text}")
    if sign in {"_", ".", "-"}:
        assert f"--separator {sign!r}" in refusal(root)
        assert len(open_folder(root, options=TableOptions(separator=";")).classes) == 5
        mine = open_folder(root, options=TableOptions(separator=sign))
    else:
        mine = open_folder(root)
    assert mine.classes == ("cat", "dog", "owl")


def test_a_sign_inside_names_is_no_question(tmp_path: Path) -> None:
    cells = ("red_fox", "arctic_fox", "fox-dog", "red_fox;arctic_fox", "St. Bernard", "fox")
    text = "".join(f"{image},{cell}\n" for image, cell in zip(PICTURES, cells, strict=True))
    assert len(open_folder(write_folder(tmp_path, PICTURES, f"image,labels\n{text}")).classes) == 5


def test_an_empty_separator_is_refused(tmp_path: Path) -> None:
    assert "--separator is empty" in refusal(folder(tmp_path / "mine", "cat"), separator="")
    table = wrote(tmp_path / "table.csv", "image,labels\na.jpg,cat\n")
    assert any("--separator is empty" in what for what in mistakes(table, separator=""))


@pytest.mark.parametrize("line", ["# my classes", "#", "// mine", "name", "Class", "labels"])
def test_a_comment_or_a_header_in_a_list_of_classes_is_refused_with_its_line(line: str, tmp_path: Path) -> None:
    listed = wrote(tmp_path / "list", f"{line}\ncat\ndog\nowl\n")
    assert f"list:1: {line!r} looks like" in refusal(folder(tmp_path / "mine", "cat"), classes=listed)


def test_a_class_that_begins_with_a_sign_of_comments_is_one(tmp_path: Path) -> None:
    listed = wrote(tmp_path / "list", "cat\ndog\nowl\n#1\n")
    assert open_folder(folder(tmp_path / "mine", "#1"), classes=listed).classes == ("cat", "dog", "owl", "#1")
