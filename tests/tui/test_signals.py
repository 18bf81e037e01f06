"""Somebody who looks elsewhere is called once when a campaign stops by itself."""

from pathlib import Path

import pytest

from alwsl_tui.options import Signal
from alwsl_tui.tui.signals import WORTH, Listener, sequence
from campaigns.core.states import AttemptState, CampaignState, Intent, JobState
from campaigns.home.preferences import ScreenSettings
from campaigns.services.settings import load_settings, save_settings
from campaigns.services.workspace import Workspace
from campaigns.store.attempts import add_attempt, end_attempt
from campaigns.store.campaigns import move_job, set_intent
from tests.stage import tiny, wait_for
from tests.store.rows import an_attempt
from tests.tui.journeys import ONE, opened, shows
from tests.tui.terminal import terminals
from tests.tui.waiting import until

C = CampaignState


def test_what_stops_by_itself_is_told_once_and_what_was_so_from_the_beginning_is_not() -> None:
    listener = Listener()
    assert listener.news({"a": C.RUNNING, "b": C.DONE}) == []
    assert listener.news({"a": C.DONE, "b": C.DONE}) == ["a is done"]
    assert listener.news({"a": C.DONE}) == []
    assert listener.news({"b": C.RUNNING}) == []
    assert listener.news({"b": C.FAILED, "c": C.LABELLING}) == ["b cannot go on: a job has failed"]


@pytest.mark.parametrize("state", [state for state in CampaignState if state not in WORTH])
def test_nobody_is_called_for_what_somebody_asked_for(state: CampaignState) -> None:
    listener = Listener()
    listener.news({"a": C.PAUSING if state is not C.PAUSING else C.RUNNING})
    assert listener.news({"a": state}) == []


def test_a_name_can_end_no_sequence_and_begin_another() -> None:
    for signal in (Signal.OSC9, Signal.OSC777):
        written = sequence(signal, "a\x1b\\\x1b]52;c;x\x07b;c\nd")
        assert written.startswith("\x1b]")
        assert written.count("\x1b") == 2
        assert "\a" not in written
        assert "52;c" not in written
    assert sequence(Signal.BELL, "a") == "\a"
    assert sequence(Signal.OFF, "a") == ""


@pytest.mark.slow
async def test_how_somebody_is_called_is_chosen_and_kept(place: Workspace) -> None:
    async with opened(place, size=(200, 60)) as pilot:
        await shows(pilot, "begin the demo")
        await pilot.press("comma")
        await shows(pilot, "rings when a campaign is done")
        await pilot.press("end", "up", "enter")
        await shows(pilot, "osc777")
        await until(pilot, lambda: load_settings(place).signal == "osc777")


@pytest.mark.slow
def test_a_terminal_is_told_when_a_campaign_is_done(place: Workspace, tmp_path: Path) -> None:
    row = tiny(place, *ONE)
    save_settings(place, ScreenSettings(signal="osc777"))
    record = tmp_path / "written"
    with terminals(place, tmp_path) as opens, place.store() as store:
        terminal = opens((80, 24))
        terminal.record(record)
        terminal.open()
        terminal.shows("1 campaign", "new")
        set_intent(store, row.id, Intent.RUN)
        for job in row.plan.jobs:
            attempt = an_attempt(row, job.id)
            add_attempt(store, attempt)
            move_job(store, row.id, job.id, JobState.RUNNING)
            end_attempt(store, attempt, AttemptState.DONE, at=3.0, code=0, last_words="")
            move_job(store, row.id, job.id, JobState.DONE)
        notice = f"\x1b]777;notify;alwsl-tui;{row.name} is done\x1b\\".encode()
        wait_for(lambda: notice in record.read_bytes(), on_failure=terminal.screen)
        terminal.press("Enter")
        terminal.shows("1 Overview")
        terminal.press("q")
        terminal.shows("1 campaign")
        assert record.read_bytes().count(notice) == 1
