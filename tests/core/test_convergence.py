"""When training a model on is in vain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.core.convergence import LEAST_FALL, MOST_EPOCHS, WINDOW, has_converged

some_losses = st.lists(st.just(0.0) | st.floats(1e-6, 1e3), max_size=60)


def falling(share: float, epochs: int) -> list[float]:
    """Losses of which ten have a mean that is lower by `share` than that of the ten before."""
    return [float((1 - share) ** (epoch / WINDOW)) for epoch in range(epochs)]


def test_the_rule_is_what_the_guide_says() -> None:
    assert (WINDOW, LEAST_FALL, MOST_EPOCHS) == (10, 0.01, 200)


@pytest.mark.parametrize(
    ("share", "is_done"), [(0.02, False), (0.0101, False), (0.0099, True), (0.0, True), (-0.5, True)]
)
def test_a_loss_has_converged_when_it_falls_by_less_than_a_hundredth(share: float, is_done: bool) -> None:
    assert has_converged(falling(share, 20)) is is_done


@given(losses=some_losses)
def test_no_loss_has_converged_before_there_are_two_windows(losses: list[float]) -> None:
    assert not has_converged(losses[: 2 * WINDOW - 1])


@given(losses=some_losses, before=some_losses)
def test_only_the_last_twenty_epochs_count(losses: list[float], before: list[float]) -> None:
    if len(losses) >= 2 * WINDOW:
        assert has_converged([*before, *losses]) is has_converged(losses)


@given(losses=some_losses, scale=st.sampled_from([0.25, 2.0, 1024.0]))
def test_the_unit_of_the_loss_does_not_matter(losses: list[float], scale: float) -> None:
    assert has_converged([scale * loss for loss in losses]) is has_converged(losses)


@given(losses=some_losses, after=st.integers(0, 60))
def test_epochs_at_another_rate_are_not_looked_at(losses: list[float], after: int) -> None:
    assert has_converged(losses, after=after) is has_converged(losses[after:])


def test_a_loss_of_nothing_has_converged() -> None:
    assert has_converged([0.0] * 20)
    assert not has_converged([1.0] * 10 + [0.0] * 10), "it has only just got there"
