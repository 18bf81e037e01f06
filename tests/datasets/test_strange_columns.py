"""Columns of strangers' tables that must neither be left out nor become classes in silence."""

from pathlib import Path

import pytest

from campaigns.datasets.folder import open_folder
from campaigns.datasets.table_reader import TableOptions
from tests.datasets.conftest import write_folder
from tests.datasets.exchange.reading import NO, labels, mistakes, wrote
from tests.datasets.test_strange_cells import PICTURES, PLAIN, refusal


def table(root: Path, header: str, cells: tuple[str, ...]) -> Path:
    lines = [header, *(f"{name},{cell}" for name, cell in zip(PICTURES, cells * 6, strict=False))]
    return write_folder(root, PICTURES, "\n".join((*lines, "")))


@pytest.mark.parametrize("column", ["probability", "score", "confidence", "present"])
def test_a_column_that_may_say_which_lines_hold_is_asked_about(column: str, tmp_path: Path) -> None:
    cells = ("1", "0") if column == "present" else ("0.97", "0.02")
    text = f"image,class,{column}\n" + "".join(f"a.jpg,cat,{cells[0]}\n{name},owl,{cells[1]}\n" for name in ("a.jpg",))
    assert any("table.csv:1" in what and column in what for what in mistakes(wrote(tmp_path / "table.csv", text)))
    lines = "".join(f"{name},cat,{cells[0]}\n{name},owl,{cells[1]}\n" for name in PICTURES)
    root, listed = write_folder(tmp_path, PICTURES, f"image,class,{column}\n{lines}"), wrote(tmp_path / "l", "cat\nowl")
    for classes in (None, listed):
        assert f"labels.csv:1: an image has several lines, and {column} may say" in refusal(root, classes)


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("image,label,label_2", ("cat,", "dog,owl")),
        ("image,label,other", ("cat,", "dog,cat")),
        ("image,tag,tag1", ("cat,sun",)),
    ],
)
def test_a_second_column_of_labels_is_asked_about(header: str, cells: tuple[str, ...], tmp_path: Path) -> None:
    said = refusal(table(tmp_path, header, cells))
    assert f"labels.csv:1: column {header.split(',')[1]!r} holds labels, and so may {header.split(',')[2]}" in said


def test_an_import_takes_the_column_of_labels_that_a_person_names(tmp_path: Path) -> None:
    file = wrote(tmp_path / "two.csv", "image,label,label_2\na.jpg,cat,owl\nb.jpg,owl,cat\n")
    assert any("two.csv:1: column 'label' holds labels" in what for what in mistakes(file))
    assert labels(file, labels="label_2")["a.jpg"]["owl"].value == "yes"


@pytest.mark.parametrize(
    "column", ["num_labels", "group", "reviewed", "occluded", "truncated", "augmented", "duplicate"]
)
def test_a_column_of_yes_and_no_that_describes_the_line_is_asked_about(column: str, tmp_path: Path) -> None:
    root = table(tmp_path / "mine", f"image,cat,dog,{column}", ("1,0,1", "0,1,0"))
    assert f"labels.csv:1: column {column!r} may be a class" in refusal(root)
    for names in (["cat", "dog"], ["cat", "dog", column]):
        assert open_folder(root, classes=wrote(tmp_path / "list", "\n".join(names))).classes == tuple(names)


def test_beside_a_column_of_labels_what_describes_the_line_is_left_out_aloud(tmp_path: Path) -> None:
    rows = tuple(f"{cell},{n % 2}" for n, cell in enumerate((*PLAIN, "cat")))
    mine = open_folder(table(tmp_path / "mine", "image,labels,verified", rows))
    assert mine.classes == ("cat", "dog", "owl")
    assert "left out as no labels: the columns verified" in mine.notes
    root, listed = table(tmp_path / "other", "image,labels,sunny", rows), wrote(tmp_path / "list", "cat\ndog\nowl")
    assert "--classes FILE" in refusal(root)
    assert open_folder(root, classes=listed).classes == ("cat", "dog", "owl")


def test_cells_that_leave_no_image_fully_labelled_are_named_with_line_and_column(tmp_path: Path) -> None:
    said = refusal(table(tmp_path, "image,cat,dog", ("1,", ",1")))
    assert "labels.csv:2: has no label for 'dog': an empty cell is not yet labelled, 0 is no" in said


def test_a_column_that_labels_no_image_is_named(tmp_path: Path) -> None:
    root, listed = (
        table(tmp_path / "mine", "image,cat,dog,comment", ("1,0,", "0,1,")),
        wrote(tmp_path / "l", "cat\ndog"),
    )
    assert "labels.csv: no image has a label for 'comment': --classes FILE" in refusal(root)
    assert open_folder(root, classes=listed).classes == ("cat", "dog")


def test_a_column_of_images_of_another_name_is_told_with_the_option_that_answers(tmp_path: Path) -> None:
    root = table(tmp_path, "foto,labels", PLAIN)
    assert "one should be 'image': cells of 'foto' name images, say --image foto" in refusal(root)
    assert open_folder(root, options=TableOptions(image="foto")).classes == ("cat", "dog", "owl")
    assert "has no column 'photo'; there is foto, labels" in refusal(root, image="photo")


def test_a_column_called_after_images_that_names_none_is_told_with_the_one_that_does(tmp_path: Path) -> None:
    text = "".join(f"{7 - n},{image},cat\n" for n, image in enumerate(PICTURES))
    root = write_folder(tmp_path, PICTURES, f"id,foto,labels\n{text}")
    assert "column 'id' is called after images and 'foto' names them: say --image foto" in refusal(root)
    assert open_folder(root, options=TableOptions(image="foto")).classes == ("cat",)


def test_of_several_columns_called_after_images_the_one_that_names_them_is_taken(tmp_path: Path) -> None:
    text = "".join(f"x{n},{image},cat\n" for n, image in enumerate(PICTURES))
    mine = open_folder(write_folder(tmp_path, PICTURES, f"image_id,path,labels\n{text}"))
    assert "left out as no labels: the columns image_id" in mine.notes


def test_columns_that_name_different_images_are_asked_about(tmp_path: Path) -> None:
    text = "".join(f"{image},{PICTURES[-n]},{PLAIN[n % 4]}\n" for n, image in enumerate(PICTURES))
    root = write_folder(tmp_path / "mine", PICTURES, f"image,file,labels\n{text}")
    assert "labels.csv:1: columns image, file name different images: say --image image or --image file" in refusal(root)
    classes = {name: open_folder(root, options=TableOptions(image=name)).classes for name in ("image", "file")}
    assert classes["image"] == classes["file"]
    file = wrote(tmp_path / "two.csv", "image,file,labels\na.jpg,b.jpg,cat\nb.jpg,a.jpg,owl\n")
    assert any("say --image image or --image file" in what for what in mistakes(file))
    assert labels(file, image="file")["b.jpg"]["cat"].value == "yes"


def test_a_table_without_a_header_is_told(tmp_path: Path) -> None:
    root = write_folder(tmp_path, PICTURES, "".join(f"{image},cat\n" for image in PICTURES))
    assert "the first line names the image '0.png' and no columns: write `image,labels` above it" in refusal(root)


def test_a_column_of_classes_of_another_name_is_told_with_the_option_that_answers(tmp_path: Path) -> None:
    root = table(tmp_path, "image,Klasse", PLAIN)
    assert "--class-column Klasse says that its cells name them" in refusal(root)
    assert open_folder(root, options=TableOptions(class_column="Klasse")).classes == ("cat", "dog", "owl")


def test_of_two_columns_of_labels_a_person_takes_one(tmp_path: Path) -> None:
    root = table(tmp_path, "image,label,label_2", ("cat,", "dog,owl"))
    assert "--class-column label" in refusal(root)
    assert open_folder(root, options=TableOptions(class_column="label")).classes == ("cat", "dog")


NIH = "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position"


def test_a_table_of_chest_x_rays_is_read_and_no_finding_may_be_no_class(tmp_path: Path) -> None:
    cells = ("Cardiomegaly", "Cardiomegaly|Emphysema", "No Finding", "Hernia", "No Finding", "Emphysema")
    root = table(tmp_path / "mine", NIH, tuple(f"{cell},0,{n},58,M,PA" for n, cell in enumerate(cells)))
    mine = open_folder(root)
    assert mine.classes == ("Cardiomegaly", "Emphysema", "Hernia", "No Finding")
    assert "'No Finding' was read as a class; --nothing 'No Finding' reads it as no class" in mine.notes
    free = open_folder(root, options=TableOptions(nothing="no finding"))
    assert free.classes == ("Cardiomegaly", "Emphysema", "Hernia")
    assert "2 of 6 label cells say 'no finding': no class" in free.notes
    file = wrote(tmp_path / "nih.csv", f"{NIH}\na.jpg,Hernia,0,1,58,M,PA\nb.jpg,No Finding,0,2,58,M,PA\n")
    assert labels(file, classes=None, nothing="No Finding")["b.jpg"] == {"Hernia": NO}


def test_a_word_for_nothing_that_stands_beside_classes_is_refused(tmp_path: Path) -> None:
    root = table(tmp_path, "image,labels", ("cat", "normal", "cat;normal"))
    assert "labels.csv:4: 'normal', which means no class, stands beside 1 other names" in refusal(
        root, nothing="normal"
    )


@pytest.mark.parametrize("word", ["nan", "None", "TODO"])
def test_a_word_for_nothing_is_answered_by_the_option_that_its_refusal_names(word: str, tmp_path: Path) -> None:
    root = table(tmp_path, "image,labels", ("cat", "dog", word))
    assert f"say --nothing {word!r} for no class" in refusal(root)
    assert open_folder(root, options=TableOptions(nothing=word)).classes == ("cat", "dog")


def test_columns_that_could_be_sides_of_a_box_are_classes_where_no_column_names_classes(tmp_path: Path) -> None:
    mine = open_folder(table(tmp_path, "image,left,right,top,bottom", ("1,0,0,1", "0,1,1,0")))
    assert mine.classes == ("bottom", "left", "right", "top")
