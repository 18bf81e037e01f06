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
    assert labels(wrote(tmp_path / "good.csv", f"{head}1,a.jpg,cat,1,2.5,1\n")).keys() == {"a.jpg"}


def test_a_list_of_classes_nested_too_deeply_is_no_crash(tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text(DEEP)
    assert "there is no class 'cat'" in refusal(folder(tmp_path / "mine", "cat"), classes=listed)
