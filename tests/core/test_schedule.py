"""Budgets and epochs; the paper's own numbers."""

import pytest
from hypothesis import given

from campaigns.core.schedule import Schedule
from tests.core.draws import some_schedules

VOC07 = Schedule(100, (100, 100, 100, 100, 500), (35, 35, 35, 35, 25, 25))
VOC12 = Schedule(95, (95, 95, 95, 95, 95, 570), (35, 35, 35, 35, 35, 25, 25))
COCO = Schedule(1640, (1640, 1640, 1640, 1640, 8200), (35, 35, 35, 35, 25, 25))


@pytest.mark.parametrize(
    ("schedule", "budgets"),
    [
        (VOC07, [100, 200, 300, 400, 500, 1000]),
        (VOC12, [95, 190, 285, 380, 475, 570, 1140]),
        (COCO, [1640, 3280, 4920, 6560, 8200, 16400]),
    ],
)
def test_the_papers_budgets_add_up(schedule: Schedule, budgets: list[int]) -> None:
    assert [schedule.labelled(r) for r in schedule.rounds] == budgets
    assert schedule.budget == budgets[-1]
    assert schedule.last == len(budgets) - 1


def test_the_work_of_a_round_is_its_images_times_its_epochs() -> None:
    assert [VOC07.passes(r) for r in VOC07.rounds] == [3500, 7000, 10500, 14000, 12500, 25000]


@given(schedule=some_schedules())
def test_a_round_trains_on_what_was_there_and_what_was_picked(schedule: Schedule) -> None:
    assert schedule.labelled(0) == schedule.initial
    for r in schedule.rounds[1:]:
        assert schedule.labelled(r) == schedule.labelled(r - 1) + schedule.picks(r - 1)


@given(schedule=some_schedules())
def test_the_last_round_picks_nothing_and_ends_at_the_budget(schedule: Schedule) -> None:
    assert schedule.picks(schedule.last) == 0
    assert schedule.labelled(schedule.last) == schedule.budget
    assert all(schedule.picks(r) for r in schedule.rounds[:-1])
