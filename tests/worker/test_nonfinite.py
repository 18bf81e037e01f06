"""Numbers gone wrong: the round, the epoch, the batch and its images are named, and nothing of it is kept."""

import json

import numpy as np
import pytest
import torch

from campaigns.core.ids import Job, JobKind
from campaigns.errors import NoNumber
from campaigns.home.scores import ScoredPool
from campaigns.home.task import Task
from campaigns.learning.checkpoints import restore_fit
from campaigns.learning.models import MapModel
from campaigns.learning.scoring import score_pool
from campaigns.learning.setup import new_model
from campaigns.learning.training import begin
from campaigns.oracle.oracle import Occasion
from campaigns.recipe import load_recipe
from campaigns.selection.scores import Scores
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from campaigns.worker.journal import Journal
from campaigns.worker.picking import Pool, pick
from campaigns.worker.rounds import Round
from campaigns.worker.setting import Setting, open_setting
from tests.stage import perform_job, program, settle, tiny

SMALL = ("protocol.full=false", 'criteria.names=["ag"]', "run.precision=float32")
BASE, ARM = Job(JobKind.BASELINE, 0), Job(JobKind.ARM, 0, "ag")


def a_wild_campaign(place: Workspace, lr: str, *overrides: str) -> CampaignRow:
    return tiny(place, *SMALL, f"training.lr={lr}", "training.batch_size=5", "protocol.epochs=[9, 2, 2]", *overrides)


@pytest.mark.parametrize("lr", ["1e12", "1e30"])
def test_a_wild_learning_rate_fails_with_round_epoch_batch_and_images(place: Workspace, lr: str) -> None:
    row = a_wild_campaign(place, lr)
    with pytest.raises(NoNumber) as caught:
        perform_job(place, row, BASE)
    said = str(caught.value)
    assert said.startswith("round 0: ")
    assert " in epoch " in said
    assert "of 3; images shape-" in said
    assert caught.value.exit_code == 4
    assert "lower training.lr" in caught.value.hint
    paths = place.home.campaign(row.id).job(BASE.id).round(0)
    assert not paths.model.exists()
    assert not paths.evaluation.exists()


@pytest.mark.slow
def test_the_checkpoint_is_of_before_and_a_retry_goes_on_from_it(place: Workspace) -> None:
    row = a_wild_campaign(place, "1e4")
    assert settle(place, row.name) == "failed"
    found = program(place, "wait", row.name)
    assert found.returncode == 4
    assert "round 0: " in found.stderr
    paths = place.home.campaign(row.id).job(BASE.id)
    assert paths.round(0).checkpoint.exists(), "the first epochs were numbers"
    kept = begin(fresh_model(place, row), load_recipe(place.home.campaign(row.id).recipe).training)
    restore_fit(paths.round(0).checkpoint, kept)
    assert all(torch.isfinite(tensor).all() for tensor in kept.model.state_dict().values())
    assert settle(place, row.name) == "failed", "the same numbers go wrong again, and say so again"
    again = [json.loads(line) for line in paths.attempt(2).journal.read_text().splitlines()]
    (begun,) = (one for one in again if one["event"] == "round_started")
    assert begun["epoch"] == kept.epoch > 0


def fresh_model(place: Workspace, row: CampaignRow) -> MapModel:
    recipe = load_recipe(place.home.campaign(row.id).recipe)
    return new_model(recipe, len(row.plan.classes), entropy=(0,), device=torch.device("cpu"))


def opened(place: Workspace, row: CampaignRow) -> tuple[Setting, Journal, Round]:
    """What a worker works with, before it has trained."""
    paths = place.home.campaign(row.id).job(ARM.id)
    paths.attempt(1).folder.mkdir(parents=True)
    journal = Journal(paths.attempt(1).journal)
    setting = open_setting(Task(place.home.folder, row.id, ARM, 1, "cpu", 1), journal)
    rows = setting.initial(0)
    told = setting.oracle.labels_of(rows, Occasion(ARM.id, 1, paths.round(1), fresh=len(rows)))
    return setting, journal, Round(1, told, 1, (1,), paths.round(1))


def warned(journal: Journal) -> list[str]:
    said = [json.loads(line) for line in journal.path.read_text().splitlines()]
    return [one["text"] for one in said if one.get("is_warning")]


@pytest.mark.parametrize(("spread", "collapsed"), [(0.0, True), (1e-9, True), (0.1, False)])
def test_a_collapsed_model_is_warned_of_and_its_round_is_marked(
    place: Workspace, spread: float, collapsed: bool
) -> None:
    setting, journal, round_ = opened(place, tiny(place, *SMALL))
    rows = setting.pool(round_.told)
    rng = np.random.default_rng(0)
    logits = (1 + spread * rng.normal(size=(len(rows), len(setting.dataset.classes)))).astype(np.float32)
    pool = Pool.ranked_by_all(
        ScoredPool(Scores(logits, logits + 1 + abs(logits) * np.float32(spread), logits - 1), rows), 6
    )
    assert len(pick(setting, round_, pool, criterion="ag", journal=journal)) == 6
    said = json.loads(round_.paths.picks.read_text())
    assert said.get("is_collapsed", False) is collapsed
    assert [text.partition(",")[0] for text in warned(journal)] == (
        ["round 1: the model has collapsed: its scores are the same for every image of the pool"] if collapsed else []
    )


def test_a_criterion_that_ranks_by_nothing_warns_though_the_model_has_not_collapsed(place: Workspace) -> None:
    setting, journal, round_ = opened(place, tiny(place, *SMALL))
    rows = setting.pool(round_.told)
    logits = np.random.default_rng(0).integers(-3, 4, (len(rows), len(setting.dataset.classes))).astype(np.float32)
    pool = Pool.ranked_by_all(ScoredPool(Scores(logits, logits + 1, logits - 1), rows), 6)
    pick(setting, round_, pool, criterion="sepmax", journal=journal)
    (said,) = warned(journal)
    assert "sepmax is the same for every image" in said


def test_weights_that_are_numbers_but_score_none_are_seen_before_they_are_kept(place: Workspace) -> None:
    setting, _, round_ = opened(place, tiny(place, *SMALL))
    model = setting.new_model((0,), classes=len(setting.dataset.classes))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(3e38)
    with pytest.raises(NoNumber, match=r"the model's scores of \d+ of \d+ images are NaN or infinite") as caught:
        score_pool(model, setting.train, round_.labelled)
    assert set(caught.value.rows) <= set(round_.labelled.tolist())
