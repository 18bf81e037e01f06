"""Several lines for an image: a column that says whose or which of them counts is asked about."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from campaigns.datasets.folder import open_folder
from campaigns.datasets.table_reader import TableOptions
from tests.datasets.conftest import write_folder
from tests.datasets.exchange.reading import YES, labels, mistakes, read, wrote
from tests.datasets.test_strange_cells import PICTURES, refusal

LABELS = ("cat", "dog", "owl")


def lines(images: Sequence[str], column: str, first: Sequence[str], second: Sequence[str]) -> str:
    """Two lines for each image that differ in their labels; cells come round again, `#` counts the lines."""
    text = f"image,{column},label\n"
    for at, image in enumerate(images):
        for line, cells in enumerate((first, second)):
            cell = cells[at % len(cells)].replace("#", str(2 * at + line + 7))
            text += f"{image},{cell},{LABELS[(at + line) % 3]}\n"
    return text


@pytest.mark.parametrize(
    ("column", "first", "second"),
    [
        ("annotator", "anna", "ben"),
        ("rater_id", "1", "2"),
        ("worker_id", "#", "#"),
        ("status", "confirmed", "rejected"),
        ("presence", "present", "absent"),
        ("time", "2024-01-01 10:#", "2024-01-02 10:#"),
        ("stage", "draft", "final"),
    ],
)
def test_a_column_that_differs_within_an_image_is_asked_about(
    column: str, first: str, second: str, tmp_path: Path
) -> None:
    text = lines(PICTURES, column, [first], [second])
    root = write_folder(tmp_path / "mine", PICTURES, text)
    shown = (first.replace("#", "7"), second.replace("#", "8"))
    asked = f"an image has several lines, and {column} may say which of them hold (lines 2 and 3: {shown[0]!r}, "
    assert f"labels.csv:1: {asked}{shown[1]!r})" in refusal(root)
    assert "say --class-column label where all of them do" in refusal(root)
    assert open_folder(root, options=TableOptions(class_column="label")).classes == LABELS
    file = wrote(tmp_path / "two.csv", lines(("a.jpg", "b.jpg", "yard/c.jpg"), column, [first], [second]))
    said = mistakes(file, classes=LABELS)
    assert any(f"two.csv:1: {asked}" in what and "say --labels label where" in what for what in said)
    assert labels(file, classes=LABELS, labels="label")["a.jpg"]["dog"] is YES


@pytest.mark.parametrize(
    ("column", "first", "second"),
    [
        ("annotation_id", ["#"], ["#"]),
        ("row", ["#"], ["#"]),
        ("object_id", ["1"], ["2"]),
        ("class_id", ["3", "4", "5"], ["4", "5", "3"]),
        ("description", ["tabby", "hound", "bird"], ["hound", "bird", "tabby"]),
        ("supercategory", ["pet", "pet", "bird"], ["pet", "bird", "pet"]),
        ("x,y", ["0.#,1"], ["0.#,7"]),
        ("xmin,ymin,xmax,ymax,pose", ["1,1,2,2,left"], ["5,5,6,6,right"]),
        ("camera", ["north", "south"], ["north", "south"]),
        ("remarks", [""], [""]),
        ("is_night", ["0", "1"], ["0", "1"]),
        ("confidence", ["1.0"], ["1.0"]),
        ("object_id", ["0"], ["1"]),
        ("xmin,ymin,xmax,ymax,iscrowd", ["1,1,2,2,0"], ["5,5,6,6,0"]),
        ("xmin,ymin,xmax,ymax,truncated,difficult", ["1,1,2,2,0,1"], ["5,5,6,6,1,0"]),
        ("xmin,ymin,xmax,ymax,text", ["1,1,2,2,stop"], ["5,5,6,6,exit"]),
        ("age,count", ["adult,1"], ["young,3"]),
    ],
)
def test_what_says_more_about_a_line_a_class_or_a_place_is_not_asked_about(
    column: str, first: list[str], second: list[str], tmp_path: Path
) -> None:
    root = write_folder(tmp_path, PICTURES, lines(PICTURES, column, first, second))
    assert open_folder(root).classes == LABELS


def test_images_that_alone_have_several_lines_are_told_with_their_lines(tmp_path: Path) -> None:
    images = ("a.jpg", "b.jpg", "yard/c.jpg")
    single = "".join(f"{image},cat\n" for image in images)
    what = "'a.jpg' in lines 2 and 5; where one corrects another, keep that alone"
    file = wrote(tmp_path / "few.csv", f"image,label\n{single}a.jpg,owl\n")
    assert f"1 of 3 images have several lines, whose labels were put together: {what}" in read(file).notes
    single = "".join(f"{image},{LABELS[at % 3]}\n" for at, image in enumerate(PICTURES))
    mine = open_folder(write_folder(tmp_path / "mine", PICTURES, f"image,label\n{single}{PICTURES[1]},cat\n"))
    assert f"1 of {len(PICTURES)} images have several lines, whose labels were put together" in "".join(mine.notes)
