"""Who runs, who waits, and why."""

import itertools
from collections.abc import Sequence

import hypothesis.strategies as st
import pytest
from hypothesis import given

from campaigns.core.execution import Busy, Capacity, Slot, Wish
from campaigns.core.ids import CampaignId, Job, JobId, JobKind
from campaigns.core.states import JobState
from campaigns.station import machine
from campaigns.station.executors.local import LocalExecutor
from campaigns.station.queue import Limits, Turn, turns
from campaigns.store.rows import JobRow

C = CampaignId("c")
J = JobState
CPU = Wish("cpu", threads=1, workers_per_gpu=1)
HERE = LocalExecutor()
FAR = "is as far as it was asked to go"
ARM, BASE, FULL = Job(JobKind.ARM, 0, "ag"), Job(JobKind.BASELINE, 0), Job(JobKind.FULL)


@pytest.fixture(autouse=True)
def four_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine is the seam: these tests say what it has."""
    has(monkeypatch, cores=4, gpus=())


def has(monkeypatch: pytest.MonkeyPatch, *, cores: int, gpus: tuple[int, ...]) -> None:
    monkeypatch.setattr(machine, "cores", lambda: cores)
    monkeypatch.setattr(machine, "gpus", lambda: gpus)


def rows(states: dict[Job, JobState], campaign: CampaignId = C) -> list[JobRow]:
    return [JobRow(campaign, job, at, state, 0) for at, (job, state) in enumerate(states.items())]


def limits(wish: Wish = CPU, *, until_round: int | None = None, reached: int | None = None) -> dict[CampaignId, Limits]:
    return {C: Limits(wish, until_round, {} if reached is None else {ARM.id: reached})}


@pytest.mark.parametrize(
    ("states", "busy", "limit", "reason"),
    [
        ({BASE: J.WAITING, ARM: J.WAITING}, [], limits(), "baseline-t0 is not done"),
        ({BASE: J.RUNNING, ARM: J.WAITING}, [], limits(), "baseline-t0 is not done"),
        ({BASE: J.FAILED, ARM: J.WAITING}, [], limits(), "baseline-t0 has failed"),
        ({BASE: J.DONE, ARM: J.WAITING}, [], limits(), ""),
        ({BASE: J.DONE, ARM: J.WAITING}, [Busy("cpu", 4)], limits(), "needs 1 core, 0 of 4 free"),
        ({BASE: J.DONE, ARM: J.WAITING}, [Busy("cpu", 3)], limits(), ""),
        ({BASE: J.DONE, ARM: J.WAITING}, [Busy("cuda:0", 9)], limits(), ""),
        ({BASE: J.DONE, ARM: J.WAITING}, [], limits(until_round=2, reached=2), f"round 2 {FAR}"),
        ({BASE: J.DONE, ARM: J.WAITING}, [], limits(until_round=2, reached=1), ""),
        ({BASE: J.DONE, ARM: J.WAITING}, [], limits(until_round=0), f"round 0 {FAR}"),
        ({BASE: J.DONE, ARM: J.WAITING}, [], limits(Wish("cuda", 1, 1)), "this machine has no GPU"),
        ({BASE: J.DONE, ARM: J.WAITING}, [], limits(Wish("auto", 1, 1)), ""),
    ],
)  # fmt: skip
def test_an_arm_runs_or_says_why_it_waits(
    states: dict[Job, JobState], busy: list[Busy], limit: dict[CampaignId, Limits], reason: str
) -> None:
    last = turns(rows(states), busy, limit, HERE)[-1]
    assert last.job.job == ARM
    assert last.reason == reason
    assert (last.slot == Slot("cpu")) == (reason == "")


def test_a_campaign_until_some_round_still_trains_what_belongs_to_no_arm() -> None:
    found = turns(rows({BASE: J.WAITING, FULL: J.WAITING}), [], limits(until_round=0), HERE)
    assert [turn.reason for turn in found] == ["", ""]


def test_what_runs_is_done_or_has_failed_has_no_turn() -> None:
    states = {BASE: J.RUNNING, FULL: J.DONE, ARM: J.FAILED}
    assert turns(rows(states), [], limits(), HERE) == []


def test_a_slot_that_is_given_away_is_not_free_for_the_next() -> None:
    states = dict.fromkeys([Job(JobKind.BASELINE, trial) for trial in range(5)], J.WAITING)
    reasons = [turn.reason for turn in turns(rows(states), [Busy("cpu", 1)], limits(), HERE)]
    assert reasons == ["", "", "", *["needs 1 core, 0 of 4 free"] * 2]


def test_the_first_worker_runs_even_when_it_wants_more_than_there_is() -> None:
    states = dict.fromkeys([BASE, FULL], J.WAITING)
    found = turns(rows(states), [], limits(Wish("cpu", 16, 1)), HERE)
    assert [turn.slot for turn in found] == [Slot("cpu"), None]


@given(wishes=st.lists(st.integers(1, 6), min_size=1, max_size=8), running=st.lists(st.integers(1, 3), max_size=3))
def test_workers_never_have_more_threads_than_there_are_cores_but_for_a_single_one(
    wishes: list[int], running: list[int]
) -> None:
    busy = [Busy("cpu", threads) for threads in running]
    jobs, limit = [], {}
    for n, threads in enumerate(wishes):
        campaign = CampaignId(f"c{n}")
        jobs += rows({BASE: J.WAITING}, campaign)
        limit[campaign] = Limits(Wish("cpu", threads, 1), None, {})
    started = [limit[turn.job.campaign].wish.threads for turn in turns(jobs, busy, limit, HERE) if turn.slot]
    if started:
        threads = sum(started) + sum(running)
        assert threads <= 4 or len(started) + len(running) == 1
    if not running:
        assert started, "an idle machine is not left idle"


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_gpus_are_filled_evenly_up_to_their_workers(monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
    has(monkeypatch, cores=1, gpus=(0, 2))
    states = dict.fromkeys([Job(JobKind.BASELINE, trial) for trial in range(2 * workers + 1)], J.WAITING)
    found = turns(rows(states), [], limits(Wish("auto", 8, workers)), HERE)
    slots = [str(turn.slot) for turn in found[:-1]]
    assert slots == ["cuda:0", "cuda:2"] * workers
    assert found[-1].slot is None
    assert found[-1].reason == f"needs a GPU, all have {workers} worker{'s' if workers > 1 else ''}"


def test_a_busy_gpu_is_left_for_an_idle_one_and_the_cpu_stays_free(monkeypatch: pytest.MonkeyPatch) -> None:
    has(monkeypatch, cores=1, gpus=(0, 1))
    assert HERE.free(Wish("auto", 1, 2), [Busy("cuda:0", 1)]) == Slot("cuda", 1)
    assert HERE.free(Wish("cpu", 1, 2), [Busy("cuda:0", 4)]) == Slot("cpu")


def test_the_full_model_comes_first_where_it_is_the_longest_job() -> None:
    states = dict.fromkeys([BASE, Job(JobKind.BASELINE, 1), FULL], J.WAITING)
    for is_full_first, order in ((False, [BASE.id, "baseline-t1", FULL.id]), (True, [FULL.id, BASE.id, "baseline-t1"])):
        limit = {C: Limits(CPU, None, {}, is_full_first=is_full_first)}
        waiting = turns(rows(states), [Busy("cpu", 3)], limit, HERE)
        assert [turn.job.job.id for turn in waiting] == order
        assert [turn.slot is not None for turn in waiting] == [True, False, False]


def test_a_turn_without_a_slot_has_a_reason() -> None:
    found = turns(rows({BASE: J.WAITING, ARM: J.WAITING}), [Busy("cpu", 4)], limits(), HERE)
    assert all(isinstance(turn, Turn) and (turn.slot is None) == bool(turn.reason) for turn in found)
    assert JobId("baseline-t0") == found[0].job.job.id


@pytest.mark.parametrize(
    ("wish", "gpus", "capacity"),
    [
        (Wish("cpu", 1, 9), (0, 1), Capacity("cpu", 4)),
        (Wish("cpu", 3, 9), (), Capacity("cpu", 1)),
        (Wish("cpu", 16, 1), (), Capacity("cpu", 1)),
        (Wish("auto", 2, 3), (0, 1), Capacity("cuda", 6)),
        (Wish("auto", 2, 3), (), Capacity("cpu", 2)),
    ],
)
def test_an_idle_machine_runs_as_many_workers_as_it_says(
    monkeypatch: pytest.MonkeyPatch, wish: Wish, gpus: tuple[int, ...], capacity: Capacity
) -> None:
    has(monkeypatch, cores=4, gpus=gpus)
    assert HERE.capacity(wish) == capacity
    busy: list[Busy] = []
    while isinstance(slot := HERE.free(wish, busy), Slot):
        busy.append(Busy(str(slot), wish.threads))
    assert (len(busy), slot == "this machine has no GPU") == (capacity.workers, False)


def test_an_executor_is_not_asked_for_each_of_many_jobs_that_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []

    def cores() -> int:
        looks.append(1)
        return 4

    monkeypatch.setattr(machine, "cores", cores)
    arms = [JobRow(C, Job(JobKind.ARM, trial, "ag"), trial, J.WAITING, 0) for trial in range(1000)]
    bases = [JobRow(C, Job(JobKind.BASELINE, trial), trial, J.DONE, 0) for trial in range(1000)]
    waiting = turns([*bases, *arms], [Busy("cpu", 1)], limits(), HERE)
    assert sum(turn.slot is not None for turn in waiting) == 3
    assert {turn.reason for turn in waiting[3:]} == {"needs 1 core, 0 of 4 free"}
    assert len(looks) == 4


ARMS = [Job(JobKind.ARM, 0, name) for name in ("ag", "unc", "sepmin", "random")]
LATER = [Job(JobKind.ARM, 1, name) for name in ("ag", "unc")]


def in_turn(reached: dict[Job, int], *, busy: int, running: Sequence[Job] = ()) -> list[tuple[str, bool, int | None]]:
    """Whose turn it is in a campaign whose arms take turns: the job, whether it may run, and its last round then."""
    states = {BASE: J.DONE, Job(JobKind.BASELINE, 1): J.DONE, FULL: J.WAITING}
    states |= {job: J.RUNNING if job in running else J.WAITING for job in (*ARMS, *LATER)}
    limit = {C: Limits(CPU, None, {job.id: last for job, last in reached.items()}, is_breadth=True)}
    found = turns(rows(states), [Busy("cpu", busy)], limit, HERE)
    return [(turn.job.job.id, turn.slot is not None, turn.ends) for turn in found]


def test_arms_that_take_turns_make_room_for_those_that_wait_behind_them() -> None:
    assert in_turn({}, busy=2) == [
        ("arm-t0-ag", True, 1),
        ("arm-t0-unc", True, 1),
        ("arm-t0-sepmin", False, None),
        ("arm-t0-random", False, None),
        ("full", False, None),
        ("arm-t1-ag", False, None),
        ("arm-t1-unc", False, None),
    ]


def test_the_arm_with_the_fewest_rounds_comes_first() -> None:
    ag, unc, sepmin, random = ARMS
    assert in_turn({ag: 1, unc: 2}, busy=3, running=[random])[:3] == [
        ("arm-t0-sepmin", True, 2),  # ag waits with one round: sepmin need not make room before it has two
        ("arm-t0-ag", False, None),
        ("arm-t0-unc", False, None),
    ]
    assert in_turn({ag: 1, unc: 1, sepmin: 1}, busy=2, running=[sepmin])[:2] == [
        ("arm-t0-random", True, 2),
        ("arm-t0-ag", True, 2),
    ]


def test_an_arm_for_which_nobody_waits_goes_to_its_end() -> None:
    ag, unc, sepmin, random = ARMS
    found = in_turn({ag: 1, unc: 1, sepmin: 1, random: 1}, busy=0, running=[ag, unc])
    assert [turn for turn in found if turn[1]] == [
        ("arm-t0-sepmin", True, None),
        ("arm-t0-random", True, None),
        ("full", True, None),
        ("arm-t1-ag", True, 1),
    ]


@given(cores=st.integers(1, 5), rounds=st.integers(1, 5), lasts=st.lists(st.integers(1, 9), min_size=40, max_size=40))
def test_no_arm_begins_a_round_while_one_of_its_trial_waits_with_fewer(
    cores: int, rounds: int, lasts: list[int]
) -> None:
    # A small station: a job runs the rounds of its turn, which take as long as `lasts` says, and waits again.
    reached, ends, steps = dict.fromkeys(ARMS, 0), dict[Job, int](), dict[Job, int]()
    clock = itertools.cycle(lasts)
    for _ in range(40 * len(ARMS) * rounds):
        states = {job: J.RUNNING if job in ends else J.WAITING for job in ARMS if reached[job] < rounds}
        limit = {C: Limits(CPU, None, {job.id: last for job, last in reached.items()}, is_breadth=True)}
        taken = [Busy("cpu", 1)] * (len(ends) + max(0, 4 - cores))
        for turn in turns(rows({BASE: J.DONE, **states}), taken, limit, HERE) if len(taken) < 4 else []:
            if turn.slot is not None:
                ends[turn.job.job], steps[turn.job.job] = turn.ends or rounds, next(clock)
        waiting = [reached[job] for job in states if job not in ends]
        for job in [job for job in ends if steps[job] == 0]:
            if reached[job] < min(ends[job], rounds):
                assert min(waiting, default=rounds) >= reached[job], (job, reached)
                reached[job], steps[job] = reached[job] + 1, next(clock)
            if reached[job] >= min(ends[job], rounds):
                del ends[job]
        steps = {job: left - 1 for job, left in steps.items() if job in ends}
    assert set(reached.values()) == {rounds}
