"""What the paper shows, and what a shrunk protocol keeps of it."""

import re
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.recipe import load_recipe
from campaigns.reporting.paper import ABLATED, EXHIBITS, MODELS, TRAINING_IMAGES, Topic, exhibits, shrunk


def test_every_figure_of_results_and_both_tables_are_there() -> None:
    titles = {one.title for one in EXHIBITS}
    assert titles == {*(f"Figure {n}" for n in range(2, 18)), "Table 1", "Table 2", "Section 5.4"}


def test_an_odd_model_has_odd_ablations() -> None:
    numbers = {one.model: set[str]() for one in EXHIBITS}
    for one in EXHIBITS:
        if one.title in {"Figure 14", "Figure 15", "Figure 16", "Figure 17", "Table 1", "Table 2"}:
            numbers[one.model].add(one.title)
    assert numbers == {
        "weldon": {"Figure 14", "Figure 16", "Table 1"},
        "wildcat": {"Figure 15", "Figure 17", "Table 2"},
    }


@pytest.mark.parametrize("dataset", TRAINING_IMAGES)
@pytest.mark.parametrize("model", MODELS)
def test_a_figure_is_read_where_the_shipped_recipe_reports(dataset: str, model: str) -> None:
    shown = exhibits(dataset, model)
    bars = [one.labelled for one in shown if one.topic is Topic.READING]
    recipe = load_recipe(f"{dataset}-{model}")
    assert tuple(bars) == recipe.protocol.reading_points
    named = [int(n) for n in re.findall(r"\d+", recipe.about.partition("(")[2])]
    assert [f"Figure {n}" for n in named] == [one.title for one in shown[: len(bars)]]
    assert {name for one in shown for name in one.criteria} == ({"adv", "vote"} if dataset in ABLATED else set())


@given(steps=st.lists(st.integers(1, 2000), min_size=1, max_size=8), images=st.integers(8, 100_000))
def test_shrunk_budgets_rise(steps: list[int], images: int) -> None:
    found = shrunk(list(accumulate(steps)), images, 10_000)
    assert all(before < after for before, after in pairwise((0, *found)))


@given(steps=st.lists(st.integers(100, 2000), min_size=1, max_size=8), images=st.integers(100, 100_000))
def test_shrunk_budgets_keep_their_shares_where_there_is_room_for_all(steps: list[int], images: int) -> None:
    budgets = list(accumulate(steps))
    found = shrunk(budgets, images, 10_000)
    assert all(abs(new - old * images / 10_000) <= 0.5 for new, old in zip(found, budgets, strict=True))


def test_a_data_set_of_the_papers_size_keeps_the_papers_budgets() -> None:
    assert shrunk([100, 200, 300, 400, 500, 1000], 5011, 5011) == (100, 200, 300, 400, 500, 1000)


def test_shares_are_rounded_to_the_nearest() -> None:
    assert shrunk([100, 200, 300, 400, 500, 1000], 935, 5011) == (19, 37, 56, 75, 93, 187)


def test_too_few_images_are_refused() -> None:
    with pytest.raises(ValueError, match="3 images cannot be split into 4 budgets"):
        shrunk([1, 2, 3, 4], 3, 100)
