"""`predict` and `model` as a person and a program see them."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest

from campaigns.services.workspace import Workspace, open_workspace
from tests.cli.calling import ESCAPES, call, good, refused
from tests.models import CLASSES, held_out, trained_on, write_photographs


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_photographs(tmp_path_factory.mktemp("photographs") / "mine")


@pytest.fixture(scope="module")
def home(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    place = open_workspace(tmp_path_factory.mktemp("home"))
    trained_on(place, root)
    return place


@pytest.fixture(scope="module")
def file(home: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("out") / "mine.safetensors"
    assert f"next: alwsl-tui predict {path}" in good(home, "model", "export", "mine", "--out", path)
    return path


@pytest.mark.slow
def test_a_model_that_left_is_shown_without_its_campaign(file: Path, tmp_path: Path) -> None:
    shown = good(tmp_path, "model", "show", file)
    assert "40 labels" in shown
    assert all(name in shown for name in CLASSES)
    record = call(tmp_path, "model", "show", file, "--json").json("model")
    assert (tuple(record["classes"]), record["training"]) == (CLASSES, "finetune")
    assert set(record["thresholds"]) == set(CLASSES)
    card = file.with_name(f"{file.name}.md").read_text(encoding="utf-8")
    assert "| both; or so |" in card


@pytest.mark.slow
def test_every_form_of_output_says_the_same(file: Path, root: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_text("no picture")
    given = [root / "b", bad]
    images = [*sorted((root / "b").iterdir()), bad]
    told = call(tmp_path, "predict", file, *given, "--out", tmp_path / "p.csv")
    assert told.code == 0
    assert "not read" in told.err
    assert f"1 of {len(images)} photographs cannot be read" in told.err
    counted = call(tmp_path, "predict", file, *given, "--out", tmp_path / "p.jsonl", "--json").json("predictions")
    assert counted["file"] == str(tmp_path / "p.jsonl")
    rows = list(csv.DictReader(StringIO((tmp_path / "p.csv").read_text(encoding="utf-8"))))
    lines = [json.loads(line) for line in (tmp_path / "p.jsonl").read_text(encoding="utf-8").splitlines()]
    whole = call(tmp_path, "predict", file, *given, "--json").json("predictions")
    assert whole["predictions"] == lines
    assert [row["image"] for row in rows] == [line["image"] for line in lines] == list(map(str, images))
    for row, line in zip(rows[:-1], lines[:-1], strict=True):
        assert [float(row[name]) for name in CLASSES] == [line["probabilities"][name] for name in CLASSES]
        assert [label for label in row["labels"].split("|") if label] == line["labels"]
        present = [name for name in CLASSES if line["probabilities"][name] >= whole["thresholds"][name]]
        assert line["labels"] == present
    assert (rows[-1]["labels"], rows[-1][CLASSES[0]]) == ("", "")
    assert "is not a picture" in rows[-1]["problem"]
    assert lines[-1].keys() == {"image", "problem"}


@pytest.mark.slow
def test_what_is_said_without_a_file_is_an_image_a_line(file: Path, root: Path, tmp_path: Path) -> None:
    files, _ = held_out(root)
    told = call(tmp_path, "predict", file, *files[:3], "--threshold", "0")
    assert len(told.out.splitlines()) == 3
    for path, line in zip(files, told.out.splitlines(), strict=False):
        assert line.startswith(f"{path}  ")
        sure = [float(part.split()[-2]) for part in line.partition("  ")[2].split(", ")]
        assert sure == sorted(sure, reverse=True)
    assert "model: mine." in told.err


@pytest.mark.slow
def test_a_home_that_is_only_looked_at_serves(home: Workspace, root: Path) -> None:
    files, _ = held_out(root)
    told = call(home, "predict", "mine", str(files[0]), "--threshold", "1", "--readonly", "--round", "1")
    assert told.out == f"{files[0]}  nothing\n"
    assert "arm-t0-ag round 1" in told.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("predict", "mine"), 2, "no photographs are given"),
        (("predict", "nine", "x.jpg"), 2, "did you mean 'mine'?"),
        (("predict", "none.safetensors", "{image}"), 3, "there is no file"),
        (("predict", "{file}", "none.jpg"), 3, "none.jpg: does not exist"),
        (("predict", "{file}", "{image}", "--round", "1"), 2, "is one model"),
        (("predict", "m.onnx", "{image}"), 2, "is for other programs"),
        (("predict", "{file}", "{image}", "--out", "p.txt"), 2, "is of no format that is written"),
        (("predict", "{file}", "{image}", "--out", "{file}.csv"), 2, "exists"),
        (("predict", "{file}", "{image}", "--threshold", "1.5"), 2, "between 0 and 1"),
        (("predict", "{file}", "{image}", "--threshold", "t.csv"), 2, "there is no such file"),
        (("predict", "mine", "{image}", "--trial", "4"), 2, "there is no trial 4"),
        (("model", "export", "mine", "--out", "m.onx"), 2, "has to end in .safetensors, .onnx, .pt2"),
        (("model", "export", "mine", "--out", "m.onnx", "--format", "pt2"), 2, "does not end in .pt2"),
        (("model", "export", "mine", "--out", "{file}"), 2, "exists"),
        (("model", "show", "{bad}"), 3, "is no model file"),
        (("model", "show", "mine"), 3, "there is no file mine"),
    ],
)
def test_what_cannot_be_done_is_told_with_a_next_step(
    home: Workspace, file: Path, root: Path, tmp_path: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    bad, taken = tmp_path / "bad.jpg", Path(f"{file}.csv")
    bad.write_text("no picture")
    taken.write_text("mine")
    names = {"file": file, "image": held_out(root)[0][0], "bad": bad}
    told = refused(home, code, *(word.format(**names) for word in words))
    assert said in " ".join(told.err.split())
    assert not ESCAPES.search(told.err)
    assert taken.read_text() == "mine"
    assert "Traceback" not in told.err


@pytest.mark.slow
def test_nothing_that_can_be_read_is_bad_input(file: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_text("no picture")
    told = call(tmp_path, "predict", file, bad, "--out", tmp_path / "p.csv")
    assert (told.code, told.out) == (3, "")
    assert "none of the photographs can be read" in told.err
    assert list(tmp_path.iterdir()) == [bad], "nothing half-written is left"


def test_a_rounds_weights_are_no_model_file(home: Workspace, tmp_path: Path) -> None:
    weights = next(home.home.campaigns.rglob("model.safetensors"))
    assert "may be a round's weights alone" in refused(tmp_path, 3, "model", "show", weights).err


@pytest.mark.slow
def test_what_to_label_next_is_chosen_from_photographs_that_belong_to_no_campaign(
    file: Path, root: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_text("no picture")
    told = call(tmp_path, "predict", file, root, bad, "--out", tmp_path / "scores.npz", "--threshold", "0.5")
    assert f"next: alwsl-tui choose {tmp_path / 'scores.npz'} --n 100" in told.err
    choice = call(tmp_path, "choose", tmp_path / "scores.npz", "--n", "10", "--json").json("choice")
    picked = [pick["image"] for pick in choice["picks"]]
    assert len(set(picked)) == 10
    assert {Path(image).parent.parent for image in picked} == {root}
    assert {pick["list"] for pick in choice["picks"]} & {"sepmax", "sepmin", "sepsum"}, "maps came along"


def test_a_choice_that_there_is_not_is_told_in_our_words(tmp_path: Path) -> None:
    told = refused(tmp_path, 2, "predict", "mine", "--device", "gpu").err
    assert "Invalid value for '--device': 'gpu' is not one of 'auto', 'cpu', 'cuda'\n" in told
