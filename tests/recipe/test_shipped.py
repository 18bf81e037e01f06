"""The recipes that come with the program, and the paper's protocol in them, number by number."""

from dataclasses import astuple

import pytest

from campaigns.recipe import Recipe, load_recipe, shipped

FOUR = (100, 100, 100, 100)
SCHEDULES = {
    "voc2007": (100, (*FOUR, 500), (35, 35, 35, 35, 25, 25), (500, 1000)),
    "voc2012": (95, (95, 95, 95, 95, 95, 570), (35, 35, 35, 35, 35, 25, 25), (570, 1140)),
    "coco": (1640, (1640, 1640, 1640, 1640, 8200), (35, 35, 35, 35, 25, 25), (8200, 16400)),
}
PAPER = [f"{data}-{kind}" for data in SCHEDULES for kind in ("weldon", "wildcat")]


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_recipe_loads_and_says_what_it_is_for(name: str) -> None:
    assert load_recipe(name).about


def test_the_demo_stays_short() -> None:
    recipe = load_recipe("demo")
    protocol, schedule = recipe.protocol, recipe.schedule
    passes = [images * epochs for images, epochs in zip(schedule.budgets, schedule.epochs, strict=True)]
    assert isinstance(protocol.full_epochs, int)
    arms = sum(passes[1:]) * len(recipe.criteria.names)
    images = protocol.trials * (passes[0] + arms) + recipe.data.images * protocol.full_epochs
    pixels = images * recipe.model.image_size**2
    assert pixels < 190_000_000, "a Zen 4 core trains on 1.3 million pixels a second"


def test_the_papers_six_protocols_a_demo_and_a_smoke_test_are_shipped() -> None:
    assert set(shipped()) == {*PAPER, "demo", "smoke"}


@pytest.fixture(params=PAPER)
def paper(request: pytest.FixtureRequest) -> tuple[str, Recipe]:
    name: str = request.param
    return name, load_recipe(name)


def test_the_papers_budgets_and_epochs(paper: tuple[str, Recipe]) -> None:
    name, recipe = paper
    protocol = recipe.protocol
    said = (protocol.initial, protocol.add, protocol.epochs, protocol.report_at)
    assert recipe.data.name == name.split("-")[0]
    assert said == SCHEDULES[recipe.data.name]
    assert (protocol.trials, protocol.full, protocol.full_epochs) == (3, True, 20)


def test_the_papers_models_as_the_authors_code_has_them(paper: tuple[str, Recipe]) -> None:
    name, recipe = paper
    model = recipe.model
    assert model.kind == name.split("-")[1]
    assert model.image_size == {"weldon": 224, "wildcat": 448}[model.kind]
    options = {"weldon": (15.0, None), "wildcat": (0.2, None, 0.7, 8, "reference")}
    assert astuple(model.options) == options[model.kind]
    assert (model.backbone, model.weights, model.training) == ("resnet101", "imagenet", "finetune")


def test_the_papers_optimiser_is_the_authors_command_line(paper: tuple[str, Recipe]) -> None:
    training = paper[1].training
    assert (training.lr, training.lrp, training.momentum, training.weight_decay) == (0.01, 0.1, 0.9, 1e-4)
    assert (training.batch_size, training.lr_drops, training.flip) == (16, (), True)


def test_the_papers_criteria_are_all_compared_and_ag_follows_its_algorithm(paper: tuple[str, Recipe]) -> None:
    criteria = paper[1].criteria
    assert set(criteria.names) == {"random", "unc", "ent", "mm", "sepsum", "sepmax", "sepmin", "ag"}
    assert criteria.on_duplicate == "skip_turn"


def test_the_papers_splits_are_the_defaults_of_the_data(paper: tuple[str, Recipe]) -> None:
    data = paper[1].data
    assert (data.train, data.test, data.root) == (None, None, None)
    assert (data.on_unreadable, data.keep_crowd, data.keep_unannotated) == ("stop", True, False)
