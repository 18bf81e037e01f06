"""Tables, charts and news: pure functions of what services return."""

import re
from dataclasses import replace

import pytest

from alwsl_tui.cli.live import news
from alwsl_tui.cli.text.campaigns import (
    head_line,
    jobs_table,
    plan_text,
    result_caption,
    result_table,
    trial_grid,
    waiting_line,
)
from alwsl_tui.cli.text.tables import table
from alwsl_tui.drawing.curves import curves_text
from alwsl_tui.drawing.units import age
from campaigns.core.states import AttemptState, CampaignState, JobState
from campaigns.core.text import printable
from campaigns.reporting.series import Curve, Point, Result
from campaigns.services.monitor.show import CampaignView
from tests.cli.calling import ESCAPES
from tests.cli.drawn import PLAN, RESULT, ROW, a_campaign, a_round, a_view, an_attempt, arm, baseline, seen

J = JobState
AT_WORK = a_view(
    arm(0, "ag"), J.RUNNING, an_attempt(arm(0, "ag"), round=1, epoch=2, epochs=3, loss=0.25),
    a_round(arm(0, "ag"), 0, 10, 0.5),
)  # fmt: skip


def test_a_result_as_numbers() -> None:
    assert seen(result_table(RESULT)) == (
        " criterion                    10                    20                  40\n"
        " ─────────────────────────────────────────────────────────────────────────\n"
        " ag          45.0 ± 7.1 (56.2 %)   60.0 ± 7.1 (75.0 %)   70.0 (87.5 %) n 1\n"
        " random      45.0 ± 7.1 (56.2 %)   50.0 ± 0.0 (62.5 %)"
    )


def test_a_result_without_a_full_model_has_no_per_cent() -> None:
    assert "%" not in seen(result_table(replace(RESULT, full=None)))


def test_a_caption_says_how_to_read_the_numbers() -> None:
    assert result_caption(RESULT, ROW) == (
        "mAP in per cent ± standard deviation over 2 trials, by labelled images; in brackets per cent of the full "
        "model's 80.0 (100 images). n: trials, where they are not all. Mean over 2 of 2 classes. No positives in the "
        "test set: newt."
    )
    alone = replace(RESULT, curves=(Curve("ag", (Point(10, (0.4,)),)),))
    assert result_caption(alone, ROW).startswith("mAP in per cent over 1 trial, by labelled images; ")
    assert "full model" not in result_caption(replace(RESULT, full=None, left_out=()), ROW)


def test_a_plan_as_text() -> None:
    assert plan_text(ROW) == (
        "mine: weldon tiny on photos\n"
        "  100 training images to choose from, 40 to test on\n"
        "  2 trials × 2 criteria (ag random)\n"
        "  labelled: 10 → 20 → 40 images, 3/3/3 epochs\n"
        "  7 jobs, 11 models to train, and the full model on 100"
    )


def test_the_grid_has_a_row_a_criterion_and_a_column_a_trial() -> None:
    done = a_view(baseline(0), J.DONE, None, a_round(baseline(0), 0, 10, 0.4))
    failed = a_view(arm(1, "random"), J.FAILED, an_attempt(arm(1, "random"), last_words="out of luck"))
    starting = a_view(baseline(1), J.RUNNING, an_attempt(baseline(1), activity="starting"))
    lines = seen(trial_grid(a_campaign(AT_WORK, done, failed, starting), RESULT)).splitlines()
    cells = [re.split(r"\s{2,}", line.strip()) for line in lines]
    assert cells[0] == ["trial 0", "trial 1", "mean"]
    assert cells[2:] == [
        ["full", "·"],
        ["baseline", "✔ 40.0", "▶ starting"],
        ["ag", "▶ r1 2/3 50.0", "·", "70.0 (87.5 %) n 1"],
        ["random", "·", "✖", "50.0 ± 0.0 (62.5 %)"],
    ]


def test_a_campaign_as_a_table_says_what_each_job_is_at() -> None:
    text = seen(
        jobs_table(
            a_campaign(
                AT_WORK,
                a_view(baseline(0), J.WAITING, reason="no free core"),
                a_view(baseline(1), J.FAILED, an_attempt(baseline(1), last_words="first line\nsecond line")),
                replace(a_view(arm(0, "random"), J.RUNNING), is_stranded=True),
                a_view(arm(1, "random"), J.RUNNING, an_attempt(arm(1, "random"), activity="scoring")),
            )
        )
    )
    assert "▶ arm-t0-ag" in text
    assert "round 1, epoch 2/3, loss 0.2500 on cpu" in text
    assert "waits: no free core" in text
    assert "first line" in text
    assert "second line" not in text
    assert "stranded" in text
    assert "scoring on cpu" in text


def test_the_head_has_state_progress_and_time_left() -> None:
    assert head_line(a_campaign()).plain == "mine  waiting  25 %  about 2 min left"
    assert head_line(replace(a_campaign(), seconds_left=None)).plain == "mine  waiting  25 %"
    assert head_line(a_campaign(AT_WORK)).plain.startswith("mine  running"), "one of its jobs is at work"


def test_what_waits_says_why() -> None:
    one = a_view(arm(0, "ag"), J.WAITING, reason="waits for baseline-t0")
    assert waiting_line(a_campaign()) == ""
    assert waiting_line(a_campaign(one)) == "arm-t0-ag waits: waits for baseline-t0"
    both = a_campaign(one, a_view(arm(1, "ag"), J.WAITING, reason="later"))
    assert waiting_line(both) == "arm-t0-ag, and 1 more wait: waits for baseline-t0"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-3, "0 s"), (0, "0 s"), (0.4, "0 s"), (59, "59 s"), (60, "1 min"), (119, "2 min"),
        (3540, "59 min"), (3600, "1 h 00"), (12_000, "3 h 20"), (86_399, "23 h 59"), (86_400, "1 d"), (432_000, "5 d"),
    ],
)  # fmt: skip
def test_a_length_of_time_is_said_as_people_say_it(seconds: float, text: str) -> None:
    assert age(seconds) == text


def some_curves(*lengths: int) -> Result:
    names = ("ag", "unc", "ent", "mm", "sepmin", "sepmax", "sepsum", "random", "vote", "adv", "mine", "yours")
    curves = [
        Curve(name, tuple(Point(10 * (n + 1), (0.1 * n + 0.02 * at,)) for n in range(length)))
        for at, (name, length) in enumerate(zip(names, lengths, strict=False))
    ]
    return Result(("cat",), (), 0.9, tuple(curves))


@pytest.mark.parametrize("lengths", [(3, 3), (1,), (1, 1), (2, 0), (4,) * 12], ids=str)
def test_a_chart_names_every_criterion_that_has_a_point(lengths: tuple[int, ...]) -> None:
    found = some_curves(*lengths)
    text = curves_text(found, width=80, height=24, is_coloured=False)
    assert not ESCAPES.search(text)
    ends = {line.split()[-2]: line.split()[-1] for line in text.splitlines() if len(line.split()) > 2}
    named = [curve for curve in found.curves if f" {curve.criterion} " in text]
    assert named == list(found.curves)
    assert all(ends[curve.criterion] == "-" for curve in found.curves if not curve.points)
    assert "labelled images" in text
    assert max(len(line) for line in text.splitlines()) <= 80


def test_a_chart_without_a_point_is_drawn_too() -> None:
    assert not ESCAPES.search(curves_text(some_curves(), width=60, height=12, is_coloured=False))
    assert not ESCAPES.search(curves_text(some_curves(0), width=60, height=12, is_coloured=False))


def test_colours_add_nothing_but_colours() -> None:
    plain = curves_text(RESULT, width=80, height=20, is_coloured=False)
    coloured = curves_text(RESULT, width=80, height=20, is_coloured=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_a_chart_is_relative_to_the_full_model_where_there_is_one() -> None:
    assert "% of the full model" in curves_text(RESULT, width=80, height=20, is_coloured=False)
    assert "mAP, %" in curves_text(replace(RESULT, full=None), width=80, height=20, is_coloured=False)


def test_a_second_chart_knows_nothing_of_the_first() -> None:
    curves_text(some_curves(3, 3, 3), width=80, height=24, is_coloured=False)
    assert " unc " not in curves_text(some_curves(3), width=80, height=24, is_coloured=False)


def changes(before: CampaignView | None, after: CampaignView) -> list[str]:
    return [line for _, line in news(before, after)]


def test_news_are_what_has_changed() -> None:
    new = a_campaign()
    assert changes(None, new) == ["mine is waiting"]
    assert changes(new, new) == []
    at_work = a_campaign(AT_WORK)
    assert changes(new, at_work) == [
        "arm-t0-ag round 0: mAP 50.0 on 10 images (2 s of training)",
        "arm-t0-ag running",
    ]
    assert changes(at_work, at_work) == []
    measured = replace(AT_WORK, rounds=(*AT_WORK.rounds, a_round(arm(0, "ag"), 1, 20, 0.625)))
    finished = replace(measured, row=replace(measured.row, state=J.DONE))
    assert changes(at_work, a_campaign(finished, state=CampaignState.DONE)) == [
        "arm-t0-ag round 1: mAP 62.5 on 20 images (2 s of training)",
        "arm-t0-ag done",
        "mine is done",
    ]


def test_arms_that_take_turns_are_no_news_but_for_their_rounds() -> None:
    begun = replace(AT_WORK, rounds=(a_round(arm(0, "ag"), 1, 20, 0.625),))
    waits = replace(begun, row=replace(begun.row, state=J.WAITING))
    assert changes(a_campaign(begun), a_campaign(waits)) == []
    assert changes(a_campaign(waits), a_campaign(begun)) == []
    rests = a_campaign(waits, state=CampaignState.PAUSED)
    assert changes(a_campaign(begun), rests) == ["arm-t0-ag waiting", "mine is paused"], "somebody asked for that"
    assert changes(rests, a_campaign(begun)) == ["arm-t0-ag running", "mine is running"]


def test_what_happened_before_one_looked_is_dated_when_it_happened() -> None:
    over = a_view(arm(0, "ag"), J.DONE, an_attempt(arm(0, "ag"), ended=500.0), a_round(arm(0, "ag"), 1, 20, 0.625))
    dates = [at for at, _ in news(None, a_campaign(over, state=CampaignState.DONE))]
    assert None not in dates
    assert max(at or 0 for at in dates) == 500.0


def test_a_round_is_no_news_before_it_is_measured() -> None:
    training = a_view(arm(0, "ag"), J.WAITING, None, a_round(arm(0, "ag"), 1, 20, None))
    assert changes(a_campaign(), a_campaign(training)) == []


EVIL = "[red]\x1b[31m\x9b2J\x07\u202eevil[/red]"


@pytest.mark.parametrize("text", ["plain", "Grüße 写真\u3000👩\u200d🔬", "two\nlines", "\u00a0"])
def test_what_a_terminal_shows_as_it_is_stays_as_it_is(text: str) -> None:
    assert printable(text) == text


def test_what_a_terminal_obeys_is_spelt_out() -> None:
    assert printable(EVIL) == "[red]\\x1b[31m\\x9b2J\\x07\\u202eevil[/red]"
    assert printable("a\tb\rc\udcff") == "a\\tb\\rc\\udcff"


def test_no_cell_and_no_head_of_a_table_is_taken_as_markup_or_obeyed() -> None:
    text = seen(table((EVIL, "[b]"), [(EVIL, "[/b] [link=x]")]))
    assert text.count("[red]\\x1b[31m") == 2
    assert "[b]" in text
    assert "[/b] [link=x]" in text
    assert not ESCAPES.search(text)


def test_last_words_and_class_names_are_not_obeyed_either() -> None:
    lost = an_attempt(arm(0, "ag"), state=AttemptState.LOST, last_words=EVIL)
    text = seen(jobs_table(a_campaign(a_view(arm(0, "ag"), J.FAILED, lost))))
    assert "[red]" in text
    assert not ESCAPES.search(text)
    assert PLAN.criteria == ("ag", "random")
