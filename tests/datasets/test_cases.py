"""What strangers brought: folders of labels, each with what is right for it."""

import os
from pathlib import Path

import pytest

from campaigns.datasets.dataset import POSITIVE, Dataset
from campaigns.datasets.folder import open_folder
from campaigns.datasets.table_reader import TableOptions
from campaigns.errors import BadData
from tests.datasets.conftest import write_folder

FOUR = ("car", "chair", "person", "train")
LEAVES = ("complex", "frog_eye_leaf_spot", "rust", "scab")
READ = {
    "f01-blank-separated": (20, ("complex", "frog_eye_leaf_spot", "healthy", "rust", "scab")),
    "f02-quoted-commas": (20, LEAVES),
    "f04-labelstudio-json": (20, LEAVES),
    "f07-roboflow-asis": (26, ("helmet", "no-helmet", "no-vest", "person", "vest")),
    "f07b-roboflow-renamed": (20, ("helmet", "no-helmet", "no-vest", "person", "vest")),
    "f08-floats-no-extension": (20, ("AKIEC", "BCC", "MEL", "NV")),
    "f08b-floats": (20, ("AKIEC", "BCC", "MEL", "NV")),
    "f08c-no-extension": (20, ("AKIEC", "BCC", "MEL", "NV")),
    "f09-rfmid-bom": (20, ("ARMD", "DR", "Disease_Risk", "MH")),
    "f11-one-line-per-label": (20, FOUR),
    "f12-excel-german": (20, ("Müllhalde", "Straße")),
    "f14b-tab-in-csv": (20, FOUR),
    "f15-cr-only": (20, FOUR),
    "f16b-one-trailing-comma": (20, FOUR),
    "f17-pandas-index": (20, ("car", "chair")),
    "f20a-names-without-folder": (20, FOUR),
    "f20b-dot-slash": (20, FOUR),
    "f20d-absolute-colab": (20, FOUR),
    "f21-case-of-extension": (20, FOUR),
    "f22-header-capital": (20, FOUR),
    "f22b-header-label": (20, FOUR),
    "f24-nfd-names": (20, FOUR),
    "f27-x-marks": (20, ("car", "chair")),
    "f29-no-finding": (20, ("No Finding", *FOUR)),
    "f33b-ctrl-z": (20, FOUR),
    "f34b-one-class": (20, ("car",)),
    "f34c-class-without-positives": (20, ("chair", "unicorn")),
    "k03-sizes": (20, ("car", "chair", "person")),
    "k06-blanks-in-csv": (14, ("car", "chair", "person")),
}
NOTED = {
    "f23a-one-class-two-cases": "'Dog', 'dog'",
    "f34d-all-classes-always": "no test image is without 'car', 'chair'",
    "g03b-heic-unlabelled": "40 HEIC",
    "k02-empty-is-not-yet": "of 40 label cells are empty",
}
ASKED = {
    "f03-posters-asis": "--classes FILE",
    "f06-planet-asis": "--separator ' '",
    "f10-fastai-asis": "--split is_valid",
    "f10b-is_valid-column": "--split is_valid",
    "f25b-train-csv": "--labels train.csv",
    "f26-train-valid-test": "--split split=VALUE",
    "f28-lines-without-images": "--skip-missing",
    "f34a-one-image": "label more images",
    "f30-bikes": "--classes FILE",
    "f30c-class-column-ids": "--classes FILE",
    "g07-same-name-two-folders": "'100APPLE/IMG_0000.JPG' or '101APPLE/IMG_0000.JPG'",
    "k01-class-folders": "--labels FILE",
}


@pytest.fixture(scope="session")
def cases() -> Path:
    chosen = os.environ.get("ALWSL_TEST_DATA")
    data = Path(chosen) if chosen else Path(__file__).resolve().parents[2].parent / "shared/data"
    folder = data.parent / "cases"
    if not folder.is_dir():
        pytest.skip(f"no cases in {folder}")
    return folder


def refusal(root: Path) -> str:
    with pytest.raises(BadData) as error:
        open_folder(root)
    return f"{error.value}\n{error.value.hint}"


def positives(mine: Dataset) -> dict[str, list[str]]:
    return {
        image: [name for name, value in zip(mine.classes, values, strict=True) if value == POSITIVE]
        for split in (mine.train, mine.test)
        for image, values in zip(split.ids, split.labels, strict=True)
    }


@pytest.mark.parametrize("case", READ)
def test_a_case_is_read_with_its_true_classes(case: str, cases: Path) -> None:
    mine = open_folder(cases / case)
    assert (len(mine.train) + len(mine.test), mine.classes) == READ[case]


@pytest.mark.parametrize("case", NOTED)
def test_a_case_is_read_and_what_is_doubtful_is_told(case: str, cases: Path) -> None:
    assert NOTED[case] in "\n".join(open_folder(cases / case).notes)


@pytest.mark.parametrize("case", ASKED)
def test_a_case_with_two_readings_names_the_option_that_answers(case: str, cases: Path) -> None:
    assert ASKED[case] in refusal(cases / case)


@pytest.mark.parametrize(
    ("case", "options", "classes"),
    [
        ("f10-fastai-asis", TableOptions(split="is_valid", separator=" "), FOUR),
        ("f10b-is_valid-column", TableOptions(split="is_valid"), FOUR),
        ("f10b-is_valid-column", TableOptions(split="-"), FOUR),
        ("f26-train-valid-test", TableOptions(split="split=test"), FOUR),
        ("f28-lines-without-images", TableOptions(skip_missing=True), FOUR),
    ],
)
def test_the_option_that_a_refusal_names_answers_it(
    case: str, options: TableOptions, classes: tuple[str, ...], cases: Path
) -> None:
    assert open_folder(cases / case, options=options).classes == classes


def test_tables_in_folders_named_after_splits_are_read_together(cases: Path) -> None:
    mine = open_folder(cases / "f07-roboflow-asis")
    assert {Path(image).parent.name for image in mine.train.ids} == {"train", "valid"}
    assert {Path(image).parent.name for image in mine.test.ids} == {"test"}
    assert "the folder test is held out for testing; train and valid are for training" in mine.notes


def write_splits(root: Path, tables: dict[str, str]) -> Path:
    for folder, text in tables.items():
        write_folder(root / folder, ("a.png", "b.png"))
        (root / folder / "_classes.csv").write_text(text)
    return root


GOOD = "filename, cat, dog\na.png, 1, 0\nb.png, 0, 1\n"


def test_the_split_that_validates_is_held_out_where_none_tests(tmp_path: Path) -> None:
    mine = open_folder(write_splits(tmp_path, {"train": GOOD, "valid": GOOD}))
    assert (list(mine.train.ids), list(mine.test.ids)) == (
        ["train/a.png", "train/b.png"],
        ["valid/a.png", "valid/b.png"],
    )


def test_tables_of_other_classes_are_not_read_together(tmp_path: Path) -> None:
    said = refusal(write_splits(tmp_path, {"train": GOOD, "test": GOOD.replace("dog", "owl")}))
    assert "train/_classes.csv: names other classes than test/_classes.csv" in said


def test_a_mistake_in_one_of_several_tables_names_its_file_and_line(tmp_path: Path) -> None:
    said = refusal(write_splits(tmp_path, {"train": GOOD, "test": GOOD.replace("1, 0", "7, 0")}))
    assert "test/_classes.csv:2: cat is '7'" in said


def test_every_image_of_a_held_out_folder_needs_all_labels(tmp_path: Path) -> None:
    said = refusal(write_splits(tmp_path, {"train": GOOD, "test": GOOD.replace("1, 0", ", 0")}))
    assert "'test/a.png' and 0 more lack a label" in said


PICTURES = [f"{n}.png" for n in range(12)]
ROWS = [("cat",), ("dog",), ("cat", "dog"), ("dog", "owl"), ("owl",), ("cat", "dog", "owl")] * 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(("column", "label"), [(",", ";"), (";", "|"), ("\t", " "), (",", "|"), (";", ","), ("|", ",")])
def test_encodings_line_ends_and_separators_change_nothing(
    encoding: str, end: str, column: str, label: str, tmp_path: Path
) -> None:
    lines = [f"File_Name{column}Tags", *(f"{i}{column}{label.join(r)}" for i, r in zip(PICTURES, ROWS, strict=True))]
    write_folder(tmp_path, PICTURES)
    (tmp_path / "labels.csv").write_bytes(end.join(lines).replace("owl", "öwl").encode(encoding))
    mine = open_folder(tmp_path)
    assert mine.classes == ("cat", "dog", "öwl")
    assert positives(mine)["5.png"] == ["cat", "dog", "öwl"]


def test_a_question_mark_never_trains_as_present(tmp_path: Path) -> None:
    text = "image,cat,split\n0.png,?,train\n1.png,1,train\n2.png,0,test\n3.png,?,test\n"
    mine = open_folder(write_folder(tmp_path, PICTURES[:4], text))
    assert mine.train.known.tolist() == [False, True]
    assert mine.test.labels[:, 0].tolist() == [-1, 0]


def table_of(lines: dict[str, str], *more: str) -> str:
    return "".join(f"{line}\n" for line in ("image,label", *(f"{k},{v}" for k, v in lines.items()), *more))


def test_a_line_for_each_label_is_told_from_a_slip(tmp_path: Path) -> None:
    single = {name: ("cat", "dog")[n % 2] for n, name in enumerate(PICTURES)}
    root = write_folder(tmp_path, PICTURES, table_of(single, "0.png,dog", "1.png,cat"))
    assert positives(open_folder(root))["0.png"] == ["cat", "dog"]
    (root / "labels.csv").write_text(table_of(single, "0.png,dog"))
    assert "image '0.png' has a line already, 2" in refusal(root)
    (root / "labels.csv").write_text(table_of(single, "0.png,dog", "1.png,cat", "1.png,cat"))
    assert "image '0.png' has a line already, 2" in refusal(root)
