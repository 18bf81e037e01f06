from typing import Literal

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from campaigns.learning.pooling import ClassWisePool, WeldonPool, WildcatPool, regions

COUNTS = [
    (0.2, 14 * 14, 39),
    (0.2, 7 * 7, 10),
    (0.4, 14 * 14, 78),
    (0.5, 5, 2),  # 2.5 goes to the even neighbour
    (0.5, 7, 4),
    (1, 196, 1),
    (15, 49, 15),
    (1.9, 49, 1),
    (49, 49, 49),
    (50, 49, 49),
    (0, 49, 0),
    (-1, 49, 0),
    (0.1, 4, 1),  # where the authors divide by zero
]


@pytest.mark.parametrize(("k", "n", "count"), COUNTS)
def test_k_means_this_many_regions(k: float, n: int, count: int) -> None:
    assert regions(k, n) == count


@given(k=st.floats(1e-6, 2000), n=st.integers(1, 1000))
def test_a_positive_k_is_at_least_one_region_and_at_most_all(k: float, n: int) -> None:
    assert 1 <= regions(k, n) <= n


def random_maps(seed: int, *shape: int) -> Tensor:
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def by_sorting(maps: Tensor, top: int, bottom: int, alpha: float) -> Tensor:
    """The formula, one map at a time, with Python's own sort and sums."""
    scores = []
    for image in maps:
        for one in image:
            ordered = sorted(one.flatten().unbind(), key=lambda value: float(value.detach()))
            score = torch.stack(ordered[-top:]).sum() / top
            if bottom:
                score = (score + alpha * torch.stack(ordered[:bottom]).sum() / bottom) / 2
            scores.append(score)
    return torch.stack(scores).view(maps.shape[:2])


POOLS = [
    pytest.param(WeldonPool(1), 1, 1, 1.0, id="weldon 1"),
    pytest.param(WeldonPool(15), 15, 15, 1.0, id="weldon 15"),
    pytest.param(WeldonPool(3, 1), 3, 1, 1.0, id="weldon 3 1"),
    pytest.param(WeldonPool(3, 0), 3, 0, 1.0, id="weldon top only"),
    pytest.param(WildcatPool(0.2, alpha=0.7), 7, 7, 0.7, id="wildcat"),
    pytest.param(WildcatPool(0.2, 0.4, 0.7), 7, 14, 0.7, id="wildcat, more below"),
    pytest.param(WildcatPool(0.8, alpha=0.7), 28, 28, 0.7, id="top and bottom overlap"),
    pytest.param(WildcatPool(999, alpha=1.0), 35, 35, 1.0, id="everything"),
    pytest.param(WildcatPool(0.2, alpha=0.0), 7, 7, 0.0, id="alpha 0"),
    pytest.param(WildcatPool(0.01), 1, 1, 1.0, id="less than a region"),
]


@pytest.mark.parametrize(("pool", "top", "bottom", "alpha"), POOLS)
def test_pooling_is_the_formula_on_maps_that_are_not_square(
    pool: nn.Module, top: int, bottom: int, alpha: float
) -> None:
    maps = random_maps(1, 2, 3, 5, 7).requires_grad_()
    again = maps.detach().clone().requires_grad_()
    weights = random_maps(2, 2, 3)
    mine, formula = pool(maps), by_sorting(again, top, bottom, alpha)
    torch.autograd.backward((mine * weights).sum() + (formula * weights).sum())
    assert mine.shape == (2, 3)
    torch.testing.assert_close(mine, formula, rtol=0, atol=1e-14)
    torch.testing.assert_close(maps.grad, again.grad, rtol=0, atol=1e-14)
    assert torch.autograd.gradcheck(pool, (maps.detach().requires_grad_(),))


def test_alpha_zero_still_halves_as_the_authors_command_line_does() -> None:
    maps = random_maps(3, 2, 3, 4, 4)
    torch.testing.assert_close(2 * WildcatPool(0.2, alpha=0.0)(maps), WildcatPool(0.2, kmin=0)(maps))


def test_weldon_is_wildcat_with_alpha_one() -> None:
    maps = random_maps(4, 2, 3, 6, 5)
    assert torch.equal(WeldonPool(5, 3)(maps), WildcatPool(5, 3, alpha=1.0)(maps))


def test_ties_change_no_score_and_share_no_more_gradient_than_there_is() -> None:
    maps = torch.ones(1, 1, 3, 3, dtype=torch.float64, requires_grad=True)
    score = WildcatPool(4, alpha=0.5)(maps)
    torch.autograd.backward(score)
    assert score.item() == (1 + 0.5) / 2
    assert maps.grad is not None
    assert maps.grad.sum().item() == pytest.approx((1 + 0.5) / 2)


def test_pooling_does_not_care_how_maps_lie_in_memory() -> None:
    maps = random_maps(5, 2, 6, 4, 5)
    other = maps.contiguous(memory_format=torch.channels_last)
    assert torch.equal(WeldonPool(3)(maps), WeldonPool(3)(other))
    torch.testing.assert_close(ClassWisePool(3)(maps), ClassWisePool(3)(other), rtol=0, atol=1e-15)


@pytest.mark.parametrize("k", [0, -1.0, float("nan")])
def test_a_pool_without_top_regions_is_refused(k: float) -> None:
    with pytest.raises(ValueError, match="kmax"):
        WeldonPool(k)
    with pytest.raises(ValueError, match="kmax"):
        WildcatPool(k)


@pytest.mark.parametrize("gradient", ["reference", "exact"])
@given(seed=st.integers(0, 1000), scale=st.floats(1e-3, 1e6), maps=st.integers(1, 9))
@settings(max_examples=30)
def test_class_wise_pooling_averages_to_the_bit(
    gradient: Literal["reference", "exact"], seed: int, scale: float, maps: int
) -> None:
    head = (scale * random_maps(seed, 2, 3 * maps, 4, 5)).float()
    assert torch.equal(ClassWisePool(maps, gradient)(head), head.view(2, 3, maps, 4, 5).mean(dim=2))


@pytest.mark.parametrize("maps", [1, 2, 8])
def test_the_reference_gradient_is_the_true_one_times_the_maps(maps: int) -> None:
    head = random_maps(6, 2, 3 * maps, 4, 5)
    pool = WildcatPool(0.2, alpha=0.7)
    gradients = {}
    for gradient in ("reference", "exact"):
        leaf = head.clone().requires_grad_()
        pool(ClassWisePool(maps, "reference" if gradient == "reference" else "exact")(leaf)).square().sum().backward()
        gradients[gradient] = leaf.grad
    assert gradients["exact"] is not None
    torch.testing.assert_close(gradients["reference"], maps * gradients["exact"])


def test_the_exact_gradient_is_that_of_the_average() -> None:
    assert torch.autograd.gradcheck(ClassWisePool(3, "exact"), (random_maps(7, 2, 6, 2, 3).requires_grad_(),))


def test_maps_of_a_class_lie_side_by_side() -> None:
    head = torch.arange(6.0).view(1, 6, 1, 1)
    assert ClassWisePool(3)(head).flatten().tolist() == [1.0, 4.0]


def test_class_wise_pooling_refuses_what_it_cannot_mean() -> None:
    with pytest.raises(ValueError, match="at least one"):
        ClassWisePool(0)
    with pytest.raises(ValueError, match="reference or exact"):
        ClassWisePool(2, "true")  # type: ignore[arg-type]
