"""Models that leave their campaign say of photographs what they said of them inside."""

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from campaigns.errors import AlwslError, BadData, BadInput, NameTaken, NotNow, UsageError
from campaigns.home.evaluation import Evaluation
from campaigns.learning import average_precision
from campaigns.learning.model_files import load_model
from campaigns.services.results.model import ModelOf, export_model, find_model, show_model
from campaigns.services.results.predict import LabelledPhotograph, photographs, predict
from campaigns.services.workspace import Workspace, open_workspace
from tests.models import CLASSES, held_out, trained_on, write_photographs
from tests.stage import tiny

KINDS = {
    "finetune": (),
    "frozen": ("model.training=frozen",),
    "pooled": ("model.training=frozen", "model.features=pooled"),
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_photographs(tmp_path_factory.mktemp("photographs") / "mine")


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("finetune", marks=(pytest.mark.slow, pytest.mark.long)),
        "frozen",
        pytest.param("pooled", marks=pytest.mark.slow),
    ],
)
def model(
    request: pytest.FixtureRequest, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Workspace, ModelOf]:
    place = open_workspace(tmp_path_factory.mktemp(request.param))
    trained_on(place, root, *KINDS[request.param])
    return place, find_model(place, "mine")


def probabilities_of(seen: list[LabelledPhotograph]) -> NDArray[np.float64]:
    return np.array([each.probabilities for each in seen], np.float64)


def evaluation_of(place: Workspace, of: ModelOf) -> Evaluation:
    evaluation = Evaluation.read(place.home.campaign(of.campaign.id).job(of.job.id).round(of.round).evaluation)
    assert evaluation is not None
    return evaluation


def test_ap_of_what_it_says_is_that_of_the_evaluation_to_the_last_digit(
    model: tuple[Workspace, ModelOf], root: Path
) -> None:
    place, of = model
    files, labels = held_out(root)
    seen = list(predict(of, files, device="cpu").each)
    assert [each.path for each in seen] == files
    ap = average_precision(probabilities_of(seen), labels)
    assert dict(zip(CLASSES, ap.tolist(), strict=True)) == evaluation_of(place, of).per_class


@pytest.mark.slow
def test_a_file_says_the_same_as_its_round_where_the_campaign_is_gone(
    model: tuple[Workspace, ModelOf], root: Path, tmp_path: Path
) -> None:
    place, of = model
    files, _ = held_out(root)
    file = tmp_path / "m.safetensors"
    written = export_model(place, of, file)
    assert show_model(file) == written.description
    assert (written.description.classes, written.description.origin.labelled) == (CLASSES, 40)
    assert set(written.description.thresholds) == set(CLASSES)
    inside = list(predict(of, files, device="cpu").each)
    assert list(predict(file, files, device="cpu").each) == inside
    door = load_model(file)
    here = list(door.predict(files))
    np.testing.assert_allclose(
        [each.probabilities for each in here], [each.probabilities for each in inside], atol=1e-6
    )
    assert [door.labels(each) for each in here] == [each.labels for each in inside]


@pytest.mark.slow
def test_what_cannot_be_read_is_named_and_order_and_count_are_kept(
    model: tuple[Workspace, ModelOf], root: Path, tmp_path: Path
) -> None:
    files, _ = held_out(root)
    text, empty = tmp_path / "text.jpg", tmp_path / "empty.png"
    text.write_text("no picture")
    empty.touch()
    given = [text, files[0], empty, tmp_path / "none.png", files[1], text]
    seen = list(predict(model[1], given, threshold="0.5", device="cpu").each)
    assert [each.path for each in seen] == given
    assert [each.problem is None for each in seen] == [False, True, False, False, True, False]
    assert "is not a picture" in (seen[0].problem.message if seen[0].problem else "")
    assert "does not exist" in (seen[3].problem.message if seen[3].problem else "")


@pytest.mark.slow
def test_a_threshold_is_what_decides(model: tuple[Workspace, ModelOf], root: Path, tmp_path: Path) -> None:
    files, _ = held_out(root)
    every = list(predict(model[1], files, threshold="0", device="cpu").each)
    assert {each.labels for each in every} == {CLASSES}
    table = tmp_path / "t.csv"
    table.write_text("class,threshold\nblue,1\n", encoding="utf-8")
    partly = predict(model[1], files, threshold=str(table), device="cpu")
    assert partly.thresholds["blue"] == 1
    assert 0 < partly.thresholds["red"] < 1  # its own, from the test set
    assert not any("blue" in each.labels for each in partly.each)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("class,threshold\ncat,0.5\n", "t.csv:2: 'cat' is none of the model's classes"),
        ("class,threshold\nred,1.5\n", "t.csv:2: '1.5' is not a probability"),
        ("class,threshold\nred,nan\n", "'nan' is not a probability"),
        ("class,threshold\nred,0.5\nred,0.6\n", "t.csv:3: 'red' is listed twice"),
        ("class,threshold\nred\n", "has 1 cells"),
        ("class,threshold\n", "holds no thresholds"),
        ("red,0.5\n", "has to begin with the line class,threshold"),
        ("", "has to begin"),
    ],
)
def test_a_wrong_file_of_thresholds_is_told_by_line(
    model: tuple[Workspace, ModelOf], root: Path, tmp_path: Path, text: str, words: str
) -> None:
    table = tmp_path / "t.csv"
    table.write_text(text, encoding="utf-8")
    with pytest.raises(BadData) as caught:
        predict(model[1], [root], threshold=str(table))
    assert words in str(caught.value)


@pytest.mark.parametrize("threshold", ["2", "-0.1", "nan", "f1!", "none.csv"])
def test_what_is_no_threshold_is_refused(model: tuple[Workspace, ModelOf], root: Path, threshold: str) -> None:
    with pytest.raises(UsageError, match="--threshold"):
        predict(model[1], [root], threshold=threshold)


@pytest.mark.slow
def test_maps_are_drawn_for_what_is_seen_and_as_large_as_the_photograph(
    model: tuple[Workspace, ModelOf], root: Path, tmp_path: Path
) -> None:
    from PIL import Image

    files, _ = held_out(root)
    seen = list(predict(model[1], files[:3], threshold="0", maps=tmp_path / "maps", device="cpu").each)
    names = {path.name for path in (tmp_path / "maps").iterdir()}
    marks = ("blue", "both-or-so-2", "red")
    assert names == {f"{each.path.name}.{mark}.png" for each in seen for mark in marks}
    with Image.open(tmp_path / "maps" / f"{files[0].name}.red.png") as drawn, Image.open(files[0]) as photograph:
        assert drawn.size == photograph.size
        assert drawn.mode == "L"


def test_photographs_of_one_name_would_share_their_maps_and_are_refused(
    model: tuple[Workspace, ModelOf], root: Path, tmp_path: Path
) -> None:
    files, _ = held_out(root)
    (tmp_path / "other").mkdir()
    same = Path(shutil.copy(files[0], tmp_path / "other" / files[0].name))
    with pytest.raises(UsageError, match="would have the same name"):
        predict(model[1], [files[0], same], maps=tmp_path / "maps")


def test_folders_stand_for_their_images_by_name(root: Path, tmp_path: Path) -> None:
    files, left_out = photographs([root / "b", root / "a" / "000.png"])
    assert files == [*sorted((root / "b").iterdir()), root / "a" / "000.png"]
    assert left_out == ""
    (tmp_path / "x.heic").touch()
    with pytest.raises(BadData, match="holds no image"):
        photographs([tmp_path, tmp_path / "gone.jpg"])
    (tmp_path / "y.jpg").touch()
    assert "1 HEIC" in photographs([tmp_path])[1]


def test_which_model_is_meant(model: tuple[Workspace, ModelOf]) -> None:
    place, _ = model
    assert find_model(place, "mine").job.id == "full"
    last = find_model(place, "mine", criterion="random")
    assert (last.job.id, last.round) == ("arm-t0-random", 2)
    assert find_model(place, "mine", round_=0).job.id == "baseline-t0"
    assert find_model(place, "mine", criterion="ag", round_=1).round == 1
    with pytest.raises(UsageError, match="no round 3"):
        find_model(place, "mine", round_=3)


def test_a_campaign_without_a_model_says_so(place: Workspace) -> None:
    tiny(place)
    with pytest.raises(NotNow, match="has no model yet"):
        find_model(place, "tiny")


@pytest.mark.slow
def test_data_that_changed_choose_no_thresholds(place: Workspace, tmp_path: Path) -> None:
    root = write_photographs(tmp_path / "own", 30)
    trained_on(place, root)
    (root / "labels.csv").write_text((root / "labels.csv").read_text().replace("train,1", "train,0"))
    with pytest.raises(BadInput, match="labels of mine are not what they were"):
        predict(find_model(place, "mine"), [root / "a" / "000.png"])


def test_nothing_is_written_over_and_nothing_half(model: tuple[Workspace, ModelOf], tmp_path: Path) -> None:
    place, of = model
    file = tmp_path / "m.safetensors"
    (tmp_path / "m.safetensors.md").write_text("mine")
    with pytest.raises(NameTaken, match=r"m\.safetensors\.md exists"):
        export_model(place, of, file)
    with pytest.raises(UsageError, match="has to end in"):
        export_model(place, of, tmp_path / "m.bin")
    assert (tmp_path / "m.safetensors.md").read_text() == "mine"
    assert not file.exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "form"), [("frozen", "onnx"), pytest.param("finetune", "pt2", marks=pytest.mark.long)]
)
def test_the_cards_ten_lines_say_what_predict_says(
    place: Workspace, root: Path, tmp_path: Path, kind: str, form: str
) -> None:
    if form == "onnx":
        for package in ("onnx", "onnxscript", "onnxruntime"):
            pytest.importorskip(package)
    trained_on(place, root, *KINDS[kind])
    of = find_model(place, "mine")
    files, _ = held_out(root)
    written = export_model(place, of, tmp_path / f"m.{form}")
    lines = written.card.read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]
    assert len([line for line in lines.splitlines() if line]) <= 14
    script = tmp_path / "run.py"
    script.write_text(lines, encoding="utf-8")
    for each in predict(of, files[:2], device="cpu").each:
        command = [sys.executable, "-W", "ignore", str(script), str(each.path)]
        ran = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False, env=_elsewhere())
        assert ran.returncode == 0, ran.stderr
        told = [line.rpartition(": ") for line in ran.stdout.splitlines()]
        assert [name for name, _, _ in told] == list(CLASSES)
        numbers = [float(rest.split()[0]) for _, _, rest in told]
        # Printed with four digits; predict alone rounds the features of a frozen backbone.
        np.testing.assert_allclose(numbers, each.probabilities, atol=6e-5 if kind == "finetune" else 1e-3)
        assert tuple(name for name, _, rest in told if rest.endswith("present")) == each.labels


def _elsewhere() -> dict[str, str]:
    """An environment in which nothing of this program is to be found by a path."""
    return {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}


def test_a_process_that_is_ended_is_an_error_and_not_an_end(
    model: tuple[Workspace, ModelOf], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psutil

    files, _ = held_out(root)
    predictions = predict(model[1], files * 50, threshold="0.5", device="cpu")
    next(predictions.each)
    for child in psutil.Process().children():
        with suppress(psutil.ZombieProcess):  # of another test
            if "campaigns.worker.errands" in child.cmdline():
                child.kill()
    with pytest.raises(AlwslError, match="ended with -9"):
        list(predictions.each)
