"""Who leads a campaign so far: on shared trials alone, and nobody where nobody beats random."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from campaigns.reporting.leader import Leader, leader, shared_means
from campaigns.store.rows import ValueRow
from tests.store.rows import PLAN

Told = tuple[str, int, int, float]
"""Criterion, trial, round, value."""


def rows(*told: Told) -> list[ValueRow]:
    """What arms measured; round n has 10 + 10 n labelled images."""
    return [ValueRow(name, trial, number, 10 + 10 * number, value) for name, trial, number, value in told]


WITHOUT = ("ag", "unc")
WITH = ("ag", "unc", "random")


@pytest.mark.parametrize(
    ("criteria", "told", "leads"),
    [
        (WITHOUT, [], None),
        (WITHOUT, [("ag", 0, 1, 0.5)], None),
        (WITHOUT, [("ag", 0, 1, 0.25), ("unc", 1, 1, 0.5)], None),
        (WITHOUT, [("ag", 0, 1, 0.25), ("unc", 0, 1, 0.5)], Leader("unc", 0.5, 20, None, 1)),
        (("ag",), [("ag", 0, 1, 0.25), ("ag", 0, 2, 0.5)], Leader("ag", 0.5, 30, None, 1)),
        (("random",), [("random", 0, 1, 0.25)], None),
        (WITH, [("ag", 0, 1, 0.5), ("unc", 0, 1, 0.25)], None),
        (WITH, [("ag", 0, 1, 0.5), ("random", 0, 1, 0.25)], Leader("ag", 0.5, 20, 0.25, 1)),
        (WITH, [("ag", 0, 1, 0.25), ("random", 0, 1, 0.5)], None),
        (WITH, [("ag", 0, 1, 0.5), ("random", 0, 1, 0.5)], None),
        (WITH, [("ag", 0, 1, 0.5), ("random", 0, 1, 0.25), ("ag", 0, 2, 0.75)], Leader("ag", 0.5, 20, 0.25, 1)),
        (WITH, [("ag", 0, 1, 0.5), ("random", 0, 1, 0.25), ("random", 1, 2, 0.25), ("ag", 0, 2, 0.75)],
         Leader("ag", 0.5, 20, 0.25, 1)),
    ],
)  # fmt: skip
def test_the_leader_beats_random_at_the_last_budget_at_which_they_can_be_compared(
    criteria: tuple[str, ...], told: Sequence[Told], leads: Leader | None
) -> None:
    assert leader(replace(PLAN, criteria=criteria, trials=2), rows(*told)) == leads


def test_criteria_are_compared_on_the_trials_that_all_of_them_have() -> None:
    both = [("ag", 0, 1, 0.5), ("ag", 1, 1, 0.25), ("random", 0, 1, 0.375), ("random", 1, 1, 0.125)]
    plan = replace(PLAN, criteria=WITH, trials=2)
    assert leader(plan, rows(*both)) == Leader("ag", 0.375, 20, 0.125, 2)
    assert leader(plan, rows(*both, ("unc", 0, 1, 0.625))) == Leader("unc", 0.625, 20, 0.25, 1)
    assert leader(plan, rows(*both, ("unc", 0, 1, 0.5), ("unc", 1, 1, 0.5))) == Leader("unc", 0.5, 20, 0.25, 2)


def test_a_criterion_that_shares_no_trial_is_left_out_rather_than_compared() -> None:
    tables = {"ag": {0: 0.5, 1: 0.25}, "unc": {2: 0.75}, "random": {1: 0.125, 0: 0.25}}
    assert shared_means(tables, first="random") == ({"ag": 0.375, "random": 0.1875}, 2)
    assert shared_means({}) == ({}, 0)
