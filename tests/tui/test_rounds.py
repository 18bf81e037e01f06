from dataclasses import replace
from typing import Any

from textual.pilot import Pilot

from alwsl_tui.tui.panes.rounds import RoundsPane
from campaigns.core.percent import percent
from campaigns.core.schedule import Schedule
from campaigns.core.states import AttemptState, JobState
from campaigns.services.monitor.show import CampaignView, JobView, watch
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow, RoundRow
from tests.tui.boxes import Box
from tests.tui.waiting import seen as shown
from tests.tui.waiting import until

Finished = tuple[Workspace, CampaignRow]
WORDS = "Traceback (most recent call last):\n  File x\nRuntimeError: no [bold]memory[/bold] \x1b[31mleft"


def opened(place: Workspace, seen: CampaignView) -> tuple[Box, RoundsPane]:
    pane = RoundsPane(place, seen.row.name)
    return Box(pane, seen), pane


def with_job(seen: CampaignView, name: str, changed: JobView) -> CampaignView:
    return replace(seen, jobs=tuple(changed if one.row.job.id == name else one for one in seen.jobs))


def broken(seen: CampaignView, name: str) -> CampaignView:
    """The same campaign with one job that failed in its last round."""
    job = next(one for one in seen.jobs if one.row.job.id == name)
    assert job.attempt is not None
    attempt = replace(job.attempt, state=AttemptState.FAILED, exit_code=1, last_words=WORDS, round=2)
    failed = replace(job, row=replace(job.row, state=JobState.FAILED), attempt=attempt, rounds=job.rounds[:1])
    return with_job(seen, name, failed)


async def drawn(pilot: Pilot[Any], pane: RoundsPane) -> None:
    await until(pilot, lambda: pane.content is not None and pane.here is not None and "round" in shown(pilot))


async def test_every_job_has_a_row_and_every_round_its_map(finished: Finished) -> None:
    place, row = finished
    seen = watch(place, row.name)
    box, pane = opened(place, seen)
    async with box.run_test(size=(100, 40)) as pilot:
        await drawn(pilot, pane)
        texts = [f"✔ {percent(round_.value)}" for job in seen.jobs for round_ in job.rounds]
        texts.append(f"{seen.row.plan.models} of {seen.row.plan.models} models done")
        await until(pilot, lambda: all(text in shown(pilot) for text in texts))


async def test_enter_opens_losses_classes_and_attempts_and_escape_closes_them(finished: Finished) -> None:
    place, row = finished
    box, pane = opened(place, watch(place, row.name))
    async with box.run_test(size=(80, 24)) as pilot:
        await drawn(pilot, pane)
        await until(pilot, lambda: "in 2 epochs" in shown(pilot))
        assert "attempt 1" not in shown(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "best classes" in shown(pilot))
        await pilot.press("end")
        await until(pilot, lambda: "attempt 1" in shown(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: "attempt 1" not in shown(pilot) and pane.grid.has_focus)


async def test_the_cursor_finds_trouble_and_its_last_words_are_read_whole(finished: Finished) -> None:
    place, row = finished
    name = next(job.id for job in row.plan.jobs if job.criterion)
    seen = broken(watch(place, row.name), name)
    box, pane = opened(place, seen)
    async with box.run_test(size=(100, 40)) as pilot:
        await drawn(pilot, pane)
        assert pane.facts()["job"] == name
        assert pane.facts()["round"] == "2"
        texts = (f"{name} is failed", r"RuntimeError: no [bold]memory[/bold] \x1b[31mleft")
        await until(pilot, lambda: all(text in shown(pilot) for text in texts))
        await until(pilot, lambda: shown(pilot).count("✖ failed") >= 3)


async def test_a_stranded_job_says_what_to_do(finished: Finished) -> None:
    place, row = finished
    seen = watch(place, row.name)
    job = next(one for one in seen.jobs if one.row.job.criterion)
    stranded = replace(job, row=replace(job.row, state=JobState.RUNNING), is_stranded=True, rounds=job.rounds[:1])
    box, pane = opened(place, with_job(seen, job.row.job.id, stranded))
    async with box.run_test(size=(80, 24)) as pilot:
        await drawn(pilot, pane)
        assert pane.facts()["job"] == job.row.job.id
        await until(pilot, lambda: "! stranded" in shown(pilot) and "Worker died." in shown(pilot))


async def test_a_round_under_way_shows_its_epochs(finished: Finished) -> None:
    place, row = finished
    seen = watch(place, row.name)
    job = next(one for one in seen.jobs if one.row.job.criterion)
    assert job.attempt is not None
    attempt = replace(job.attempt, state=AttemptState.RUNNING, activity="training", round=2, epoch=1, epochs=2)
    running = replace(job, row=replace(job.row, state=JobState.RUNNING), attempt=attempt, rounds=job.rounds[:1])
    box, pane = opened(place, with_job(seen, job.row.job.id, running))
    async with box.run_test(size=(80, 24)) as pilot:
        await drawn(pilot, pane)
        await until(pilot, lambda: "▶ 1/2" in shown(pilot))
        pane.campaign = seen
        await until(pilot, lambda: "▶" not in shown(pilot))


async def test_keys_lead_to_picks_and_to_the_log(finished: Finished) -> None:
    place, row = finished
    box, pane = opened(place, watch(place, row.name))
    async with box.run_test(size=(80, 24)) as pilot:
        await drawn(pilot, pane)
        criterion = row.plan.criteria[0]
        pane.point_at({"criterion": criterion, "trial": "0", "round": "1"})
        await pilot.press("i", "g")
        await until(pilot, lambda: len(box.wanted) == 2)
        picks, log = box.wanted
        job = f"arm-t0-{criterion}"
        assert (picks.tab, log.tab) == ("picks", "logs")
        assert dict(picks.facts) == {"criterion": criterion, "trial": "0", "round": "1", "job": job}
        assert dict(log.facts) == {"job": job}
        await pilot.press("end", "i")
        await until(pilot, lambda: box.failed)
        assert "picks nothing" in box.failed[0]
        assert len(box.wanted) == 2


async def test_another_tab_may_point_before_there_is_anything_to_see(finished: Finished) -> None:
    place, row = finished
    seen = watch(place, row.name)
    pane = RoundsPane(place, row.name)
    box = Box(pane)
    async with box.run_test(size=(80, 24)) as pilot:
        pane.point_at({"job": "baseline-t0"})
        pane.campaign = seen
        await until(pilot, lambda: pane.facts().get("job") == "baseline-t0")
        assert pane.facts()["round"] == "0"


async def test_ten_thousand_rounds_cost_no_more_than_what_is_seen(finished: Finished) -> None:
    place, row = finished
    seen = watch(place, row.name)
    count = 10_000
    schedule = Schedule(12, (1,) * count, (2,) * (count + 1))
    long = replace(seen.row, plan=replace(seen.row.plan, schedule=schedule))
    name = next(job.id for job in row.plan.jobs if job.criterion)
    rounds = tuple(
        RoundRow(row.id, name, at, 12 + at, "map", 0.5, (), 0.1, 0.1, 0.1, 0.1, done=1.0) for at in range(1, count + 1)
    )
    jobs = tuple(replace(one, rounds=rounds) if one.row.job.criterion else one for one in seen.jobs)
    box, pane = opened(place, replace(seen, row=long, jobs=jobs))
    async with box.run_test(size=(120, 40)) as pilot:
        await drawn(pilot, pane)
        pane.point_at({"job": name, "round": "1"})
        await pilot.press("end")
        await until(pilot, lambda: f" {count}" in shown(pilot) and pane.grid.cursor[1] == count)
