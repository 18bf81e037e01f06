"""The claims table on campaigns whose truth is known: what holds, what does not, and what nobody can tell."""

from collections import Counter

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from campaigns.reporting.claims import MOST_DELTA_AG, RoundVotes, budget_of, claims
from campaigns.reporting.paper import Exhibit, Topic, exhibits
from campaigns.reporting.verdicts import Verdict, ahead, beside, level
from tests.reporting.synthetic import PAPER_CRITERIA, VOTES, a_curve, a_plan, a_result, drawn, found

HOLDS, FAILS, UNKNOWN = Verdict
NOTHING = dict.fromkeys(PAPER_CRITERIA, 0.0)
AS_PRINTED = NOTHING | {"ag": 0.03, "sepmin": 0.015}
"""Above the others, in mean average precision: AG first, a separation second, VOTE and ADV below AG."""
KEYS = ["full-10", "full-20", "first-100", "first-200", "separation", "votes", "vote", "adv", "delta-ag"]


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def votes(*counts: int, trials: int = 10) -> list[RoundVotes]:
    return [RoundVotes(trial, round_, counts) for trial in range(trials) for round_ in range(5)]


def test_every_claim_holds_on_a_campaign_that_went_as_the_paper_says() -> None:
    table = found(drawn(rng(), AS_PRINTED, level=0.8, noise=0.004))
    assert list(table) == KEYS
    assert {key: one.verdict for key, one in table.items()} == dict.fromkeys(KEYS, HOLDS)
    assert {one.trials for key, one in table.items() if key != "delta-ag"} == {10}
    assert all(one.measured and one.reason and one.source for one in table.values())
    assert ") of full at 100 images, 10.00 % of all" in table["full-10"].measured
    assert table["first-100"].measured.endswith("ag is first of 8 in the mean")


def test_no_claim_holds_on_a_campaign_that_went_the_other_way() -> None:
    gains = NOTHING | {"unc": 0.05, "vote": 0.05, "adv": 0.05}
    table = found(drawn(rng(), gains, noise=0.004), delta_ag_percent=12.0, votes=votes(20, 60, 20))
    assert {key: one.verdict for key, one in table.items()} == dict.fromkeys(KEYS, FAILS)
    assert "unc is ahead of ag by" in table["first-200"].reason


def test_of_criteria_that_do_not_differ_nothing_is_said() -> None:
    table = found(drawn(rng(3), NOTHING))
    assert {table[key].verdict for key in ("first-100", "first-200", "separation", "vote", "adv")} == {UNKNOWN}
    assert "not told apart; about" in table["vote"].reason


@pytest.mark.slow
def test_where_nothing_differs_hardly_more_than_a_twentieth_of_all_tables_say_that_something_does() -> None:
    source, campaigns = rng(13), 400
    told: Counter[str] = Counter()
    for _ in range(campaigns):
        curves = {curve.criterion: curve for curve in drawn(source, NOTHING).curves}
        singles = [name for name in curves if name not in {"ag", "vote", "adv"}]
        seps = ["sepsum", "sepmax", "sepmin"]
        others = [name for name in singles if name not in seps]
        told["vote"] += ahead(curves, ["ag"], ["vote"], budget=200).verdict is not UNKNOWN
        told["first"] += ahead(curves, ["ag"], singles, budget=200).verdict is not UNKNOWN
        told["separation"] += ahead(curves, seps, others, budget=100).verdict is not UNKNOWN
        relative = [value + 96 for value in source.normal(size=10)]
        told["full"] += level(relative, 96.0, unit="of full").verdict is not UNKNOWN
    bound = 0.05 * campaigns + 3 * (campaigns * 0.05 * 0.95) ** 0.5
    assert all(count <= bound for count in told.values()), told
    nominal = 0.05 * campaigns - 3 * (campaigns * 0.05 * 0.95) ** 0.5
    assert min(told["vote"], told["full"]) >= nominal, told  # a rule that never says anything is no rule


def test_a_difference_of_one_spread_is_found_four_times_out_of_five_and_never_the_wrong_way_round() -> None:
    source, campaigns = rng(17), 300
    told: Counter[Verdict] = Counter()
    for _ in range(campaigns):
        result = drawn(source, {"ag": 0.0141, "vote": 0.0}, noise=0.01)  # the spread of a difference is 0.01 × √2
        told[ahead({curve.criterion: curve for curve in result.curves}, ["ag"], ["vote"], budget=200).verdict] += 1
    assert told[FAILS] == 0
    assert told[HOLDS] / campaigns == pytest.approx(0.8, abs=0.08)


def test_three_trials_say_nothing_of_an_order_however_clear_but_may_of_a_level() -> None:
    table = found(drawn(rng(), AS_PRINTED, trials=3, level=0.5, noise=0.001))
    assert {table[key].verdict for key in ("first-100", "first-200", "vote", "adv")} == {UNKNOWN}
    assert table["adv"].reason == "3 trials cannot show anything (smallest possible p is 0.25); you need at least 6"
    assert (
        table["separation"].reason == "3 trials cannot show anything (smallest possible p is 0.25); you need at least 7"
    )
    assert table["full-10"].verdict is FAILS


def test_a_rival_that_is_ahead_in_six_trials_of_six_is_not_enough_among_seven() -> None:
    gains = NOTHING | {"ag": -0.01, "unc": 0.02}
    table = found(drawn(rng(), gains, trials=6, noise=0.0001))
    assert table["first-100"].verdict is UNKNOWN
    assert table["first-100"].reason.startswith("unc is ahead of ag by 3.0")
    assert "p = 0.031 × 7, for it is one of 7: not told apart; about 9 trials" in table["first-100"].reason


@given(st.lists(st.lists(st.integers(0, 3), min_size=7, max_size=7), min_size=3, max_size=5), st.integers(1, 2))
def test_what_holds_of_one_side_fails_of_the_other(rows: list[list[int]], cut: int) -> None:
    curves = {f"c{at}": a_curve(f"c{at}", {100: dict(enumerate(row))}) for at, row in enumerate(rows)}
    names = list(curves)
    there = ahead(curves, names[:cut], names[cut:], budget=100).verdict
    back = ahead(curves, names[cut:], names[:cut], budget=100).verdict
    assert {HOLDS: FAILS, FAILS: HOLDS, UNKNOWN: UNKNOWN}[there] is back


@given(st.lists(st.integers(80, 110), min_size=1, max_size=8))
def test_a_level_that_holds_above_a_border_fails_below_it(values: list[int]) -> None:
    mirrored = [192.0 - value for value in values]
    there = level(values, 96.0, unit="of full").verdict
    back = level(mirrored, 96.0, unit="of full", is_more=True).verdict
    assert {HOLDS: FAILS, FAILS: HOLDS, UNKNOWN: UNKNOWN}[there] is back


def test_a_mean_above_the_border_is_not_enough() -> None:
    one = level([95.0, 97.5, 96.5], 96.0, unit="of full")
    assert one.verdict is UNKNOWN
    assert one.measured == "96.33 % (93.21 to 99.46) of full"
    assert one.reason.startswith("96 % lies within the 95 % interval; about ")


def test_what_is_just_below_a_border_is_printed_as_below_it() -> None:
    assert beside(95.96, 96.0) == "95.96"
    assert beside(95.9996, 96.0) == "95.9996"
    assert beside(96.0, 96.0) == "96.00"
    assert level([95.9999] * 6, 96.0, unit="of full").verdict is FAILS


def test_half_is_not_more_than_half() -> None:
    result = drawn(rng(), AS_PRINTED)
    assert found(result, votes=votes(50, 50))["votes"].verdict is FAILS
    assert found(result, votes=votes(51, 49))["votes"].verdict is HOLDS
    assert found(result, votes=votes(*VOTES, trials=1))["votes"].verdict is UNKNOWN
    assert found(result, votes=[])["votes"].reason == "no trial measured yet"


def test_the_rounds_of_a_trial_are_one_trial() -> None:
    mixed = [*votes(90, 10, trials=1), *(RoundVotes(1, round_, (45, 55)) for round_ in range(5))]
    one = found(drawn(rng(), AS_PRINTED), votes=mixed)["votes"]
    assert (one.verdict, one.trials) == (UNKNOWN, 2)
    assert "in 5 of 10 rounds more than half" in one.reason


def test_trials_that_have_not_come_as_far_as_others_do_not_count() -> None:
    late = [RoundVotes(trial, 0, (5, 95)) for trial in range(10, 20)]
    one = found(drawn(rng(), AS_PRINTED), votes=[*votes(*VOTES), *late])["votes"]
    assert (one.verdict, one.trials) == (HOLDS, 10)
    assert "in 50 of 50 rounds" in one.reason


@pytest.mark.parametrize(
    ("percent", "is_bound", "verdict"),
    [
        (None, False, UNKNOWN),
        (2.8, False, HOLDS),
        (MOST_DELTA_AG, True, HOLDS),
        (5.26, False, FAILS),
        (5.26, True, UNKNOWN),
    ],
)
def test_the_cost_of_ag_is_held_against_the_largest_that_is_printed(
    percent: float | None, is_bound: bool, verdict: Verdict
) -> None:
    (*_, one) = claims(a_plan(), drawn(rng(), NOTHING), votes=[], delta_ag_percent=percent, is_ag_bound=is_bound)
    assert one.verdict is verdict


def test_nothing_is_listed_whose_criteria_were_not_run() -> None:
    gains = {name: gain for name, gain in AS_PRINTED.items() if name not in {"vote", "adv", "mm"}}
    table = found(drawn(rng(), gains, noise=0.002))
    assert list(table) == ["full-10", "full-20", "votes", "delta-ag"], "ahead of all that were run, but not of all"
    assert list(found(drawn(rng(), {"random": 0.0, "unc": 0.1}))) == ["votes"]


def test_a_rival_that_is_ahead_refutes_even_where_others_were_not_run() -> None:
    assert found(drawn(rng(), {"random": 0.0, "ag": -0.1}))["first-200"].verdict is FAILS


def test_without_a_full_model_or_a_budget_of_that_size_there_is_nothing_to_compare_with() -> None:
    result = a_result({"ag": [[0.5] * 6]}, full=None)
    assert "full-10" not in found(result), "this campaign has no full model, and never will"
    plan = a_plan(("ag",))
    assert (budget_of(plan, 10), budget_of(plan, 20), budget_of(plan, 15)) == (100, 200, None)
    (first, *_) = claims(a_plan(("ag",)), result, votes=[], delta_ag_percent=None)
    assert first.reason == "the full model is not measured yet"


def test_nothing_measured_is_nothing_claimed() -> None:
    table = found(a_result({name: [] for name in PAPER_CRITERIA}), delta_ag_percent=None, votes=[])
    assert list(table) == KEYS
    assert {one.verdict for one in table.values()} == {UNKNOWN}
    assert {one.trials for one in table.values()} == {0}
    assert all(one.reason for one in table.values())


def figures(dataset: str, model: str) -> list[Exhibit]:
    return [exhibit for exhibit in exhibits(dataset, model) if exhibit.topic is Topic.READING]


@pytest.mark.parametrize(
    ("dataset", "model", "keys"),
    [
        ("voc2007", "weldon", ["best-100", "worst-200", "order", "lead"]),
        ("voc2007", "wildcat", ["best-200", "order", "lead"]),
        ("voc2012", "weldon", ["best-100", "order", "lead"]),
        ("voc2012", "wildcat", ["best-100", "order", "lead"]),
        ("coco", "weldon", ["best-100", "best-200", "separation-200", "order"]),
        ("coco", "wildcat", ["best-100", "best-200", "separation-200", "order"]),
    ],
)
def test_what_the_paper_says_of_one_figure_is_asked_of_the_campaign_that_answers_to_it(
    dataset: str, model: str, keys: list[str]
) -> None:
    table = found(drawn(rng(), AS_PRINTED), figures=figures(dataset, model))
    assert [key for key in table if key not in KEYS] == keys
    section = {"voc2007": "5.1", "voc2012": "5.2", "coco": "5.3"}[dataset]
    assert all(table[key].source.startswith(f"section {section}") for key in keys)


def test_named_claims_hold_and_fail_with_what_is_named() -> None:
    shown = figures("voc2007", "weldon")
    as_told = found(drawn(rng(), AS_PRINTED | {"unc": -0.04}, noise=0.003), figures=shown)
    assert as_told["best-100"].text == "sepmin is the best single criterion at 100 images"
    assert as_told["best-100"].source == "section 5.1, Figure 2"
    assert as_told["worst-200"].verdict is HOLDS
    assert as_told["worst-200"].measured.endswith("unc is last of 8 in the mean")
    assert "unc is behind" in as_told["worst-200"].reason
    assert as_told["best-100"].verdict is HOLDS
    other = found(drawn(rng(), AS_PRINTED | {"unc": 0.05, "sepmin": -0.05}, noise=0.003), figures=shown)
    assert (other["best-100"].verdict, other["worst-200"].verdict) == (FAILS, FAILS)
    assert "sepmin is behind unc" in other["worst-200"].reason


def test_of_criteria_that_do_not_differ_no_named_claim_is_told() -> None:
    table = found(drawn(rng(3), NOTHING), figures=figures("voc2007", "weldon"))
    assert {table[key].verdict for key in ("best-100", "worst-200", "lead")} == {UNKNOWN}


def test_named_claims_whose_criteria_were_not_run_are_not_listed() -> None:
    gains = {name: gain for name, gain in AS_PRINTED.items() if name not in {"sepmin", "mm"}}
    table = found(drawn(rng(), gains), figures=figures("voc2007", "weldon"))
    assert not {"best-100", "worst-200", "order", "lead"} & table.keys()


def test_nothing_measured_leaves_named_claims_open() -> None:
    empty = a_result({name: [] for name in PAPER_CRITERIA})
    table = found(empty, delta_ag_percent=None, votes=[], figures=figures("voc2007", "weldon"))
    assert {table[key].verdict for key in ("best-100", "worst-200", "order", "lead")} == {UNKNOWN}
