"""The protocol for any data set: the paper's shares of whatever there is."""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.errors import BadRecipe
from campaigns.recipe import parse
from campaigns.recipe.protocol import budgets_of, protocol_tree


def test_the_papers_data_get_the_papers_budgets() -> None:
    assert budgets_of(5011) == (100, 200, 300, 400, 500, 1000)
    assert budgets_of(82_000) == (1640, 3280, 4920, 6560, 8200, 16_400)


@pytest.mark.parametrize(
    ("images", "budgets"),
    [
        (100_000, (2000, 4000, 6000, 8000, 10_000, 20_000)),
        (300, (10, 20, 30, 40, 50, 100)),
        (100, (10, 20, 30, 40, 50)),
        (40, (5, 10, 15, 20)),
        (3, (1, 2)),
        (2, (1, 2)),
    ],
)
def test_small_pools_have_sets_that_something_can_be_learnt_from(images: int, budgets: tuple[int, ...]) -> None:
    assert budgets_of(images) == budgets


@pytest.mark.parametrize("images", [0, 1])
def test_nothing_can_be_chosen_from_less_than_two(images: int) -> None:
    with pytest.raises(BadRecipe, match=f"from {images} labelled"):
        budgets_of(images)


@given(images=st.integers(2, 1_000_000), is_frozen=st.booleans(), kind=st.sampled_from(["wildcat", "weldon"]))
def test_every_count_makes_a_recipe_that_fits(images: int, is_frozen: bool, kind: str) -> None:
    tree = protocol_tree(images, kind=kind, is_frozen=is_frozen)
    recipe = parse(tree | {"data": {"name": "photos"}}, name="protocol")
    protocol = recipe.protocol
    budgets = list(accumulate((protocol.initial, *protocol.add)))
    assert budgets == sorted(set(budgets))
    assert budgets[-1] <= max(2, images // 2)
    assert set(protocol.reading_points) == set(budgets[-2:])
    assert (recipe.model.kind, recipe.model.training) == (kind, "frozen" if is_frozen else "finetune")
    assert recipe.training.until == ("converged" if is_frozen else "epochs")
    least = 35 if is_frozen else 25
    assert all(25 <= epochs <= 100 for epochs in protocol.epochs)
    assert protocol.epochs[0] >= least


def test_a_head_is_trained_for_about_as_many_steps_whatever_the_size() -> None:
    few, many = (protocol_tree(n, kind="weldon", is_frozen=True)["protocol"]["epochs"] for n in (935, 100_000))
    assert set(few) == {100}
    assert many == [48, 35, 35, 35, 25, 25]
