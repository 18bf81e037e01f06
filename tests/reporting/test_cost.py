"""What choosing costs, against numbers worked out by hand."""

from dataclasses import replace

import pytest

from campaigns.core.ids import JobId
from campaigns.reporting.cost import CostOf, cost
from campaigns.selection.criteria import PAPER
from tests.reporting.rows import BASE, FULL, JOBS, PLAN, ROW, arm, ran, took

RANKED = {f"rank {name}": float(at) for at, name in enumerate(PAPER)}
ROUNDS = [
    took(BASE[0], 0, 10.0, 1.0, 90.0, 16.0),
    took(arm(0, "ag"), 1, 20.0, 1.0, 110.0, 20.0),
    took(arm(0, "ag"), 2, 30.0, 1.0, None, None),
    took(FULL, 0, 100.0, 1.0, None, None),
]
STEPS: dict[tuple[JobId, int], dict[str, float]] = {
    (BASE[0].id, 0): RANKED | {"select": 16.0},
    (arm(0, "ag").id, 0): RANKED | {"select": 18.0},
    (arm(0, "ag").id, 1): RANKED | {"select": 20.0},
}


def found(*, steps: dict[tuple[JobId, int], dict[str, float]] = STEPS, slot: str = "cpu", rounds: int = 4) -> CostOf:
    return cost(ROW, JOBS, ROUNDS[:rounds], attempts=[ran(row.job, slot) for row in JOBS], steps=steps)


def test_one_criterion_costs_a_pass_and_its_own_ranking() -> None:
    seen = found()
    assert seen.score_pass == 100
    assert [one.criterion for one in seen.criteria] == list(PAPER)
    assert [one.seconds for one in seen.criteria] == [100 + at for at in range(6)]
    assert seen.one == 102.5
    pool = ((100 - 10) + (100 - 15)) / 2
    assert seen.criteria[1].per_image == pytest.approx(101 / pool)


def test_ag_is_what_was_timed_of_it() -> None:
    timed = {key: said | ({"rank ag": 16.0} if "arm" in key[0] else {}) for key, said in STEPS.items()}
    seen = found(steps=timed)
    assert (seen.ag, seen.is_ag_bound) == (116, False)
    assert seen.delta_ag_percent == pytest.approx(100 * (116 - 102.5) / 102.5)


def test_the_first_round_is_read_by_itself_as_the_paper_times_it() -> None:
    timed = {
        key: said | ({"rank ag": 12.0 if key[1] == 0 else 99.0} if "arm" in key[0] else {})
        for key, said in STEPS.items()
    }
    seen = found(steps=timed)
    alone = {key: said for key, said in timed.items() if key[1] == 0}
    first = found(steps=alone, rounds=1)
    assert seen.first_delta_ag_percent == first.delta_ag_percent
    assert seen.delta_ag_percent != seen.first_delta_ag_percent
    assert (seen.is_first_bound, found().is_first_bound) == (False, True)


def test_where_ag_was_not_timed_by_itself_all_that_its_rounds_do_is_a_bound() -> None:
    seen = found()
    assert (seen.ag, seen.is_ag_bound) == (100 + (18 + 20) / 2, True)


def test_a_campaign_without_ag_has_no_figure_for_it() -> None:
    seen = found(steps={key: said for key, said in STEPS.items() if "arm" not in key[0]}, rounds=1)
    assert (seen.one, seen.ag, seen.delta_ag_percent, seen.is_ag_bound) == (92.5, None, None, False)


def test_getting_the_images_ready_is_in_the_first_round_of_each_job() -> None:
    ready = {BASE[0].id: (100.0, 7.0), arm(0, "ag").id: (3.0,)}
    tried = [
        replace(ran(row.job, "cpu", at), prepare_seconds=seconds)
        for row in JOBS
        for at, seconds in enumerate(ready.get(row.job.id, ()), start=1)
    ]
    seen = cost(ROW, JOBS, ROUNDS, attempts=tried, steps=STEPS)
    assert {(row.job, row.round): row.prepare for row in seen.rounds if row.prepare is not None} == {
        (BASE[0].id, 0): 107.0, (arm(0, "ag").id, 0): 3.0,
    }  # fmt: skip
    assert seen.seconds == found().seconds + 110
    assert (seen.one, seen.ag) == (found().one, found().ag)


def test_before_a_round_has_ranked_its_pool_nothing_is_said_of_choosing() -> None:
    seen = found(steps={}, rounds=1)
    assert (seen.criteria, seen.one, seen.ag) == ((), None, None)
    assert seen.seconds == 117
    empty = found(steps={}, rounds=0)
    assert (empty.rounds, empty.seconds, empty.score_pass) == ((), 0, None)


def test_every_round_counts_also_the_picks_of_round_0_that_the_store_does_not_know() -> None:
    seen = found()
    assert [(row.job, row.round) for row in seen.rounds] == [
        ("baseline-t0", 0), ("full", 0), ("arm-t0-ag", 0), ("arm-t0-ag", 1), ("arm-t0-ag", 2),
    ]  # fmt: skip
    picking = seen.rounds[2]
    assert (picking.labelled, picking.train, picking.select, picking.seconds) == (10, None, 18, 18)
    assert seen.seconds == 117 + 151 + 31 + 101 + 18


def test_gpu_hours_are_those_of_jobs_on_a_gpu() -> None:
    assert found().gpu_hours == 0
    assert found(slot="cuda:0").gpu_hours == pytest.approx(418 / 3600)
    assert {row.slot for row in found(slot="cuda:3").rounds} == {"cuda:3"}


def test_a_round_of_a_job_that_no_plan_has_is_not_counted() -> None:
    assert found(steps=STEPS | {(JobId("arm-t9-ag"), 0): {"select": 1e6}}).seconds == found().seconds
    assert PLAN.trials == 2
