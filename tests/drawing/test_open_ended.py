"""Where models train until their loss has converged, epochs and times are drawn as the upper limits they are."""

from dataclasses import replace

from alwsl_tui.cli.text.campaigns import head_line, plan_text, trial_grid
from alwsl_tui.drawing import new, station_lines
from alwsl_tui.drawing.palette import DARK
from alwsl_tui.drawing.rounds import JobLine, cell
from alwsl_tui.tui.screens.station_rows import row_of
from campaigns.core.convergence import MOST_EPOCHS
from campaigns.core.schedule import Schedule
from campaigns.core.states import CampaignState, JobState
from campaigns.services.campaigns.draft import Draft
from campaigns.services.campaigns.estimate import Estimate
from campaigns.services.monitor.show import CampaignView, JobView
from campaigns.services.station.list import CampaignLine
from tests.cli.drawn import PLAN, RESULT, ROW, a_campaign, a_view, an_attempt, arm, seen

FIXED = replace(PLAN, schedule=Schedule(10, (10, 20), (MOST_EPOCHS,) * 3), full_epochs=MOST_EPOCHS)
OPEN = replace(FIXED, until="converged")
ARM = arm(0, "ag")


def at_work(*, is_open_ended: bool) -> JobView:
    tried = an_attempt(ARM, round=1, epoch=34, epochs=MOST_EPOCHS)
    return replace(a_view(ARM, JobState.RUNNING, tried), is_open_ended=is_open_ended)


def watched(*, is_open_ended: bool) -> CampaignView:
    row = replace(ROW, plan=OPEN if is_open_ended else FIXED)
    return replace(a_campaign(at_work(is_open_ended=is_open_ended)), row=row)


def drafted(*, is_open_ended: bool) -> Draft:
    estimate = Estimate(600.0, "past", None, "", is_open_ended)
    plan = OPEN if is_open_ended else FIXED
    return Draft(plan, "mine", "weldon tiny", "photos", None, "depth", (), "", (), estimate, "")


def test_the_epochs_of_a_job_at_work() -> None:
    assert station_lines.doing(at_work(is_open_ended=False)) == "round 1, epoch 34/200 on cpu"
    assert station_lines.doing(at_work(is_open_ended=True)) == "round 1, epoch 34 of at most 200 on cpu"


def test_the_epochs_in_a_cell() -> None:
    for plan, text in ((FIXED, "34/200"), (OPEN, "34 ep")):
        line = JobLine(at_work(is_open_ended=plan.is_open_ended), plan, {}, 1)
        assert cell(line, 1, DARK).plain.endswith(text)
    assert "34/200" in seen(trial_grid(watched(is_open_ended=False), RESULT))
    drawn = seen(trial_grid(watched(is_open_ended=True), RESULT))
    assert "34 ep" in drawn
    assert "200" not in drawn


def test_the_time_left() -> None:
    assert "about 2 min left" in head_line(watched(is_open_ended=False)).plain
    assert "at most 2 min left" in head_line(watched(is_open_ended=True)).plain
    for plan, text in ((FIXED, "2 min"), (OPEN, "<2 min")):
        line = CampaignLine(replace(ROW, plan=plan), CampaignState.RUNNING, 0, 0, 1, 0.1, 90.0, None, 0.0)
        assert text in row_of(line, DARK, old="", is_ascii=False).cells


def test_a_plan() -> None:
    assert "until the loss has converged, at most 200 epochs" in plan_text(replace(ROW, plan=OPEN))
    assert "200/200/200 epochs" in plan_text(replace(ROW, plan=FIXED))
    fixed, open_ended = (new.plan(drafted(is_open_ended=is_open_ended)).plain for is_open_ended in (False, True))
    assert (fixed.count("200 epochs"), fixed.count("at most")) == (4, 0)
    assert (open_ended.count("at most 200 epochs")) == 4


def test_an_estimate() -> None:
    assert "about 10 min" in new.estimate(drafted(is_open_ended=False).estimate).plain
    assert "at most 10 min" in new.estimate(drafted(is_open_ended=True).estimate).plain
