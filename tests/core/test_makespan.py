"""How a plan spreads over slots."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.core.ids import Job, JobKind
from campaigns.core.makespan import spread
from campaigns.core.plan import Plan
from campaigns.core.schedule import Schedule

SEVEN = ("random", "unc", "ent", "mm", "sepmax", "sepmin", "ag")


def plan(*, trials: int = 3, criteria: tuple[str, ...] = SEVEN, has_full: bool = True, full_epochs: int = 20) -> Plan:
    schedule = Schedule(1000, (500, 500, 1000), (30, 10, 10, 10))
    return Plan(
        schedule, trials, criteria, 5011, 4952, has_full=has_full, full_epochs=full_epochs, reading_points=(1500,),
        classes=("bird", "boat"),
    )  # fmt: skip


def longest(of: Plan) -> float:
    """The longest chain of jobs that wait for each other."""
    return max(of.work(job) + (of.work(job.needs) if job.needs else 0.0) for job in of.jobs)


def total(of: Plan) -> float:
    return sum(of.work(job) for job in of.jobs)


plans = st.builds(
    plan,
    trials=st.integers(1, 5),
    criteria=st.integers(1, 7).map(lambda count: SEVEN[:count]),
    has_full=st.booleans(),
    full_epochs=st.integers(1, 60),
)


@given(some=plans, slots=st.integers(1, 40))
def test_it_is_between_the_bounds_of_list_scheduling(some: Plan, slots: int) -> None:
    least = max(total(some) / slots, longest(some))
    length = total(some) / spread(some, slots).speedup
    assert least <= length * (1 + 1e-9)
    # Graham 1966: no list does worse than all work shared, and the longest chain beside it.
    assert length <= (total(some) / slots + longest(some) * (slots - 1) / slots) * (1 + 1e-9)


@given(some=plans)
def test_one_slot_is_as_fast_as_itself_and_more_than_the_most_gain_nothing(some: Plan) -> None:
    alone = spread(some, 1)
    assert alone.speedup == pytest.approx(1)
    assert alone.share == pytest.approx(1)
    enough = spread(some, alone.most)
    assert enough.speedup == pytest.approx(spread(some, alone.most + 7).speedup)
    assert alone.most == 1 or spread(some, alone.most - 1).speedup < enough.speedup
    assert enough.speedup == pytest.approx(total(some) / longest(some))


def test_arms_wait_for_the_baseline_of_their_trial() -> None:
    some = plan(trials=1, criteria=("ag", "unc"), has_full=False)
    base, arm = some.work(Job(JobKind.BASELINE, 0)), some.work(Job(JobKind.ARM, 0, "ag"))
    assert spread(some, 2).speedup == pytest.approx((base + 2 * arm) / (base + arm))
    assert spread(some, 9).most == 2


def test_no_slot_is_refused() -> None:
    with pytest.raises(ValueError, match="0 slots"):
        spread(plan(), 0)


def test_the_full_model_starts_first_where_it_is_the_longest_job() -> None:
    full = Job(JobKind.FULL)
    for some in (plan(full_epochs=20), plan(full_epochs=1)):
        is_longest = some.work(full) == max(some.work(job) for job in some.jobs)
        assert (some.starts[0] == full) == is_longest == some.is_full_first
        assert [job for job in some.starts if job != full] == [job for job in some.jobs if job != full]
    assert plan(full_epochs=60).is_full_first
    assert not plan(has_full=False).is_full_first
    assert plan(has_full=False).starts == plan(has_full=False).jobs
