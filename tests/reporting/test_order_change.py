"""Whether an order changes with the budget, and a lead shrinks: on campaigns whose truth is known."""

from itertools import product

import numpy as np
import pytest

from campaigns.reporting.order_change import COUNTED, lead_shrinks, order_changes, p_of_change
from campaigns.reporting.series import Curve
from campaigns.reporting.statistics import ALPHA
from campaigns.reporting.verdicts import Verdict
from tests.reporting.synthetic import a_curve

HOLDS, FAILS, UNKNOWN = Verdict
NAMES = ("a", "b", "c", "d")


def curves(
    rng: np.random.Generator, first: list[float], last: list[float], *, trials: int = 10, noise: float = 0.01
) -> dict[str, Curve]:
    """Of criteria whose means are given at 10 and at 20 images."""
    return {
        name: a_curve(
            name,
            {
                budget: {t: mean + rng.normal(0, noise) for t in range(trials)}
                for budget, mean in ((10, low), (20, high))
            },
        )
        for name, low, high in zip(NAMES, first, last, strict=True)
    }


def test_p_is_the_share_of_signs_that_bring_as_long_a_sum() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        changes = rng.integers(-3, 4, size=(6, 4)).astype(np.float64)
        bar = float((changes.sum(axis=0) ** 2).sum())
        lengths = [((np.array(signs) @ changes) ** 2).sum() for signs in product((1, -1), repeat=6)]
        assert p_of_change(changes) == pytest.approx(np.mean([length >= bar - 1e-6 for length in lengths]))


def test_drawn_signs_come_to_about_the_same() -> None:
    changes = np.random.default_rng(1).normal(0.3, 1, size=(COUNTED, 3))
    exact = p_of_change(changes)
    silent = np.vstack([changes, np.zeros((1, 3))])  # one trial more, which changes nothing
    assert p_of_change(silent) == pytest.approx(exact, abs=0.01)


def test_an_order_that_turns_round_is_told() -> None:
    result = curves(np.random.default_rng(0), [0.4, 0.5, 0.6, 0.7], [0.9, 0.8, 0.7, 0.6])
    ruling = order_changes(result, NAMES, (10, 20))
    assert ruling.verdict is HOLDS
    assert ruling.measured == "d, c, b, a at 10; a, b, c, d at 20 images"


def test_an_order_that_stays_and_is_told_apart_refutes_it_even_where_gaps_shrink() -> None:
    result = curves(np.random.default_rng(0), [0.4, 0.5, 0.6, 0.7], [0.75, 0.8, 0.85, 0.9])
    assert order_changes(result, NAMES, (10, 20)).verdict is FAILS


def test_of_criteria_that_do_not_differ_nothing_is_said_too_often() -> None:
    rng, campaigns = np.random.default_rng(5), 200
    told = {"order": 0, "lead": 0}
    for _ in range(campaigns):
        result = curves(rng, [0.5] * 4, [0.7] * 4)
        told["order"] += order_changes(result, NAMES, (10, 20)).verdict is not UNKNOWN
        told["lead"] += lead_shrinks(result, "a", NAMES[1:], (10, 20)).verdict is not UNKNOWN
    bound = ALPHA * campaigns + 3 * (campaigns * ALPHA * (1 - ALPHA)) ** 0.5
    assert all(count <= bound for count in told.values()), told


@pytest.mark.parametrize(("first", "last", "verdict"), [(0.6, 0.72, HOLDS), (0.52, 0.8, FAILS), (0.6, 0.8, UNKNOWN)])
def test_a_lead_that_shrinks_or_grows_is_told(first: float, last: float, verdict: Verdict) -> None:
    result = curves(np.random.default_rng(2), [first, 0.5, 0.5, 0.5], [last, 0.7, 0.7, 0.7])
    ruling = lead_shrinks(result, "a", NAMES[1:], (10, 20))
    assert ruling.verdict is verdict
    assert ruling.measured.startswith("a less the mean of the others, in points of mAP: +")


def test_few_trials_say_nothing_and_say_why() -> None:
    result = curves(np.random.default_rng(0), [0.4, 0.5, 0.6, 0.7], [0.9, 0.8, 0.7, 0.6], trials=3)
    for ruling in (order_changes(result, NAMES, (10, 20)), lead_shrinks(result, "d", NAMES[:3], (10, 20))):
        assert ruling.verdict is UNKNOWN
        assert ruling.reason == "3 trials cannot show anything (smallest possible p is 0.25); you need at least 6"


def test_what_is_not_measured_is_named() -> None:
    result = curves(np.random.default_rng(0), [0.4] * 4, [0.5] * 4) | {"b": a_curve("b", {10: {0: 0.5}})}
    assert order_changes(result, NAMES, (10, 20)).reason == "not measured at 20 images yet: b"
