"""A whole campaign on images of which each shows one class: trained, measured, chosen, verified, told, handed out."""

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from alwsl_tui.cli.text.campaigns import jobs_table, result_caption
from alwsl_tui.cli.text.rounds import rounds_table
from campaigns.core.ids import Job, JobKind
from campaigns.datasets.catalogue import open_dataset
from campaigns.errors import BadRecipe, UsageError
from campaigns.home.evaluation import Evaluation
from campaigns.home.picks import read_picks
from campaigns.home.scores import read_scores
from campaigns.learning.model_files import load_model, write_model
from campaigns.learning.trained import TrainedModel
from campaigns.recipe import PROTOCOL
from campaigns.recipe.metrics import METRICS
from campaigns.recipe.tasks import TASKS
from campaigns.selection.criteria import LISTS
from campaigns.services.campaigns.find import recipe_of
from campaigns.services.campaigns.new import create_campaign
from campaigns.services.monitor.show import watch
from campaigns.services.report.files import write
from campaigns.services.results.compare import compare_campaigns
from campaigns.services.results.curves import load_curves
from campaigns.services.results.model import export_model, find_model, show_model
from campaigns.services.results.predict import predict
from campaigns.services.results.rounds import load_rounds
from campaigns.services.verify.verify import verify_campaign
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.rows import CampaignRow
from tests.cli.calling import call, good
from tests.one_class import COLOURS, single, write_one_class_each
from tests.stage import clear, refusal, settle, tiny

Trained = tuple[Workspace, CampaignRow, Path]
ARM = Job(JobKind.ARM, 0, "ag")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trained]:
    root = write_one_class_each(tmp_path_factory.mktemp("colours") / "photos")
    place = open_workspace(tmp_path_factory.mktemp("single"))
    row = single(place, root)
    assert settle(place, row.name) == "done"
    yield place, row, root
    clear(place)


def test_it_is_measured_by_accuracy_and_everything_follows_from_its_scores(trained: Trained) -> None:
    place, row, _ = trained
    assert row.plan.yardstick == TASKS["single"].yardstick
    assert row.model == "wildcat tiny single"
    verified = verify_campaign(place, row.name)
    assert verified.differences == ()
    evaluation = Evaluation.read(place.home.campaign(row.id).job(ARM.id).round(2).evaluation)
    assert evaluation is not None
    assert evaluation.metric == "accuracy"
    assert evaluation.value == pytest.approx(np.mean(list(evaluation.per_class.values())))
    assert evaluation.further.keys() == {"share-right"}
    assert 0 <= (evaluation.further["share-right"] or 0) <= 1


def test_its_lists_are_those_of_softmax_and_probabilities_add_up(trained: Trained) -> None:
    place, row, _ = trained
    files = place.home.campaign(row.id).job(ARM.id).round(1)
    picked = read_picks(files.picks)
    assert picked is not None
    assert picked.criteria == LISTS["softmax"]
    assert {pick.list for pick in picked.picks} <= set(LISTS["softmax"])
    assert all(sum(pick.probabilities) == pytest.approx(1, abs=1e-3) for pick in picked.picks)
    assert read_scores(files.scores).scores.link == "softmax"


@pytest.mark.slow
def test_its_words_are_its_own_wherever_it_is_shown(trained: Trained, tmp_path: Path) -> None:
    place, row, _ = trained
    view, rounds, result = watch(place, row.name), load_rounds(place, row.name), load_curves(place, row.name)
    for made in (jobs_table(view), rounds_table(rounds)):
        heads = [str(column.header) for column in made.columns]
        assert "accuracy %" in heads
        assert not any("mAP" in head for head in heads)
    assert result_caption(result, row).startswith("accuracy in per cent")
    page = write(place, [row.name], ["html", "json", "latex"], out=tmp_path).paths
    text = page[0].read_text(encoding="utf-8")
    assert "accuracy" in text
    assert "mAP" not in text
    assert "paper's claims" not in text  # they are about images with many labels
    assert json.loads(page[1].read_text(encoding="utf-8"))["campaign"]["plan"]["metric"] == "accuracy"
    latex = "".join(file.read_text(encoding="utf-8") for file in page[2].glob("*.tex"))
    assert "accuracy, \\%" in latex
    assert "mAP" not in latex


def test_it_is_not_held_against_campaigns_that_are_measured_otherwise(trained: Trained, tmp_path: Path) -> None:
    place, row, _ = trained
    other = tiny(place, name="many")
    for act in (
        lambda: compare_campaigns(place, [row.name, other.name]),
        lambda: write(place, [other.name, row.name], ["html"], out=tmp_path),
    ):
        text = refusal(act)
        assert "accuracy (single)" in text
        assert "mAP (multilabel)" in text
        assert "name campaigns of one task" in text


@pytest.mark.slow
def test_what_leaves_it_finds_one_class_in_each_photograph(trained: Trained, tmp_path: Path) -> None:
    place, row, root = trained
    of = find_model(place, row.name)
    photographs = sorted(root.rglob("*.png"))
    inside = list(predict(of, photographs, device="cpu").each)
    assert all(len(each.labels) == 1 for each in inside)
    assert all(sum(each.probabilities) == pytest.approx(1) for each in inside)
    best = [max(zip(each.probabilities, COLOURS, strict=True))[1] for each in inside]
    assert [each.labels[0] for each in inside] == best
    written = export_model(place, of, tmp_path / "one.safetensors")
    description = show_model(written.file)
    assert (description.task, description.thresholds) == ("single", {})
    card = written.card.read_text(encoding="utf-8")
    assert "exactly one of them" in card
    assert "| class | accuracy % |" in card
    assert "mAP" not in card
    assert "threshold" not in card
    door = load_model(written.file)
    again = list(door.predict(photographs))
    np.testing.assert_allclose([one.probabilities for one in again], [each.probabilities for each in inside], atol=1e-6)
    assert [door.labels(one) for one in again] == [each.labels for each in inside]
    assert door.thresholds == {}


@pytest.mark.slow
def test_its_predictions_measure_what_its_evaluation_says(trained: Trained) -> None:
    place, row, root = trained
    of = find_model(place, row.name)
    evaluation = Evaluation.read(place.home.campaign(row.id).job(of.job.id).round(of.round).evaluation)
    assert evaluation is not None
    test = open_dataset(recipe_of(place, row.id).data, indexes=place.home.indexes).test
    seen = list(predict(of, [root / name for name in test.ids], device="cpu").each)
    logits = np.array([each.logits for each in seen])
    values = METRICS["accuracy"].per_class(logits, test.labels)
    assert dict(zip(COLOURS, values.tolist(), strict=True)) == evaluation.per_class


def test_a_model_of_a_task_that_nobody_here_knows_is_refused(trained: Trained, tmp_path: Path) -> None:
    place, row, root = trained
    file = export_model(place, find_model(place, row.name), tmp_path / "one.safetensors").file
    trained_model = load_model(file)
    stranger = TrainedModel(
        trained_model.model, replace(trained_model.description, task="detect"), trained_model.device
    )
    write_model(file, stranger)
    for act in (
        lambda: show_model(file),
        lambda: load_model(file),
        lambda: predict(file, [root / "red" / "00.png"], device="cpu"),
    ):
        assert f"{file} needs the task 'detect', which is not installed here" in refusal(act)


@pytest.mark.slow
def test_choose_picks_from_predictions_what_the_campaign_picked(trained: Trained, tmp_path: Path) -> None:
    place, row, root = trained
    files = place.home.campaign(row.id).job(ARM.id).round(1)
    picked, pool = read_picks(files.picks), read_scores(files.scores).rows
    assert picked is not None
    train = open_dataset(recipe_of(place, row.id).data, indexes=place.home.indexes).train
    photographs = [root / train.ids[at] for at in pool.tolist()]
    file, words = tmp_path / "scores.npz", ("--criterion", "ag", "--round", "1", "--device", "cpu")
    good(place.home.folder, "predict", row.name, *photographs, *words, "--out", file)
    choice = call(None, "choose", file, "--n", str(picked.n), "--json").json("choice")
    assert choice["task"] == "single"
    assert [pick["image"] for pick in choice["picks"]] == [str(root / pick.image) for pick in picked.picks]
    assert [pick["list"] for pick in choice["picks"]] == [pick.list for pick in picked.picks]


def test_a_threshold_is_refused(trained: Trained) -> None:
    place, row, root = trained
    of = find_model(place, row.name)
    with pytest.raises(UsageError, match="no threshold applies"):
        predict(of, [root / "red" / "00.png"], threshold="0.5", device="cpu")


def test_labels_of_none_or_of_several_classes_are_told_with_their_line(place: Workspace, tmp_path: Path) -> None:
    root = write_one_class_each(tmp_path / "photos", count=6)
    names = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.png"))
    with (root / "labels.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["image", "labels"])
        for at, name in enumerate(names):
            out.writerow([name, {4: "", 7: "red;blue"}.get(at, name.partition("/")[0])])
    text = refusal(lambda: single(place, root, "data.labels=labels.csv"))
    assert "2 of the labels of colours are not so" in text
    assert f"labels.csv:6: '{names[4]}' shows none of the classes, not exactly one" in text
    assert f"labels.csv:9: '{names[7]}' shows 2 of the classes, not exactly one" in text
    assert "model.task=multilabel" in text


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ('criteria.names=["unc", "entropy"]', "unc says nothing where model.task is single; take sepsum"),
        ('criteria.names=["adv"]', "adv says nothing where model.task is single"),
        ("oracle=human", "the screen to label on cannot ask for what single learns"),
    ],
)
def test_a_recipe_that_does_not_fit_the_task_is_refused(
    place: Workspace, tmp_path: Path, override: str, words: str
) -> None:
    root = write_one_class_each(tmp_path / "photos", count=4)
    assert words in refusal(lambda: single(place, root, "protocol.full=false", override))


def test_a_protocol_made_from_counts_takes_the_criteria_of_its_task(place: Workspace, tmp_path: Path) -> None:
    root = write_one_class_each(tmp_path / "photos")
    overrides = [f'data={{name="colours", root="{root}", labels="folders"}}', "model.task=single", "run.device=cpu"]
    plan = create_campaign(place, PROTOCOL, overrides=overrides, name="made").campaign.plan
    assert {"ag", "random", *LISTS["softmax"]} <= set(plan.criteria)
    assert not {"unc", "ent", "mm", "adv"} & set(plan.criteria)


def test_criteria_of_one_class_are_refused_where_there_may_be_many(place: Workspace) -> None:
    text = refusal(lambda: tiny(place, 'criteria.names=["margin"]'))
    assert "margin says nothing where model.task is multilabel; take unc" in text


@pytest.mark.parametrize("task", [task for task in TASKS if not TASKS[task].is_answerable])
def test_a_folder_that_people_would_label_for_another_task_is_refused_when_the_recipe_is_read(
    place: Workspace, tmp_path: Path, task: str
) -> None:
    words = ("--folder", write_one_class_each(tmp_path / "photos", 3), "--classes", "red,blue", "--budget", "4")
    told = call(place.home.folder, "new", *words, "--set", f"model.task={task}")
    assert told.code == BadRecipe.exit_code
    assert f'model.task: is "{task}"; the screen to label on cannot ask for what {task} learns' in told.err
    assert "leave it at multilabel, or take labels that are there already, with alwsl-tui data add" in told.err
    assert not place.home.campaigns.exists() or not [*place.home.campaigns.iterdir()]
