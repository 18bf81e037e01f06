from dataclasses import replace

import pytest
from rich.cells import cell_len

from alwsl_tui.drawing.palette import DARK
from alwsl_tui.drawing.rounds import DrawingArea, RoundStanding, classes, in_rows, line, spent, training
from campaigns.core.ids import CampaignId, Job, JobId, JobKind
from campaigns.core.states import AttemptState, JobState
from campaigns.store.rows import RoundRow
from tests.cli.drawn import PLAN, a_campaign, a_round, a_view, an_attempt, arm

ROUND = RoundRow(
    CampaignId("c"),
    JobId("arm-t0-ag"),
    1,
    38,
    "map",
    0.5,
    (0.9, None, 0.1, 0.5, 0.7),
    12.0,
    0.25,
    1.5,
    None,
    1.0,
    "c/b/0",
)
NAMES = ("cat", "sofa", "\x1b[2Jcow", "a very long name of a class indeed", "dog")


def test_the_best_classes_stand_beside_the_worst_and_none_is_there_twice() -> None:
    drawn = classes(ROUND, NAMES, DARK, room=DrawingArea(70)).plain
    assert [drawn.count(value) for value in ("90.0", "70.0", "50.0", "10.0")] == [1, 1, 1, 1]
    assert "sofa" not in drawn
    first = drawn.splitlines()[1]
    assert first.index("cat") < first.index("cow")


@pytest.mark.parametrize("columns", [40, 60, 120])
@pytest.mark.parametrize("is_ascii", [True, False])
def test_no_line_is_wider_than_its_place(columns: int, is_ascii: bool) -> None:
    room = DrawingArea(columns, is_ascii=is_ascii)
    drawn = classes(ROUND, NAMES, DARK, room=room).plain
    assert max(cell_len(line) for line in drawn.splitlines()) <= columns
    assert "\x1b" not in drawn


def test_a_training_tells_its_losses_its_time_and_where_its_model_came_from() -> None:
    drawn = training((0.69, 0.3, 0.1), ROUND, DARK, room=DrawingArea(80)).plain
    assert "0.6900 → 0.1000 in 3 epochs" in drawn
    assert "train 12 s, test 250 ms, score 1.5 s" in drawn
    assert "pick" not in drawn
    assert "from c/b/0" in drawn
    assert training((), None, DARK, room=DrawingArea(80)).plain == ""


def test_jobs_that_score_for_others_have_no_row() -> None:
    planned = a_campaign().jobs
    scoring = a_view(Job(JobKind.SCORE, 0, "ag", 1, 0), JobState.RUNNING)
    assert in_rows((*planned, scoring), PLAN.criteria) == in_rows(planned, PLAN.criteria)
    assert len(in_rows(planned, PLAN.criteria)) == len(planned)


def test_short_times_keep_their_digits() -> None:
    assert [spent(seconds) for seconds in (0.002, 1.25, 42.0, 600.0)] == ["2 ms", "1.2 s", "42 s", "10 min"]


def test_an_arm_that_makes_room_between_two_rounds_has_broken_nothing_off() -> None:
    job = arm(0, "ag")
    whole, half = replace(a_round(job, 1, 20, 0.5), done=9.0), a_round(job, 2, 40, None)
    between = a_view(job, JobState.WAITING, an_attempt(job, state=AttemptState.STOPPED, round=1), whole)
    assert [line(between, PLAN).standing(round_) for round_ in (1, 2)] == [RoundStanding.DONE, RoundStanding.AHEAD]
    amid = a_view(job, JobState.WAITING, an_attempt(job, state=AttemptState.STOPPED, round=2), whole, half)
    assert line(amid, PLAN).standing(2) is RoundStanding.STOPPED
