"""A walk past every screen and every tab of the program, and campaigns that a store knows without a station."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.screen import Screen

from alwsl_tui.tui.app import AlwslApp
from alwsl_tui.tui.messages import Compared
from alwsl_tui.tui.polling import Looking
from alwsl_tui.tui.questions import AskOne, AskText, Confirm
from alwsl_tui.tui.screens.campaign import CampaignScreen
from alwsl_tui.tui.screens.compare import CompareScreen
from alwsl_tui.tui.screens.keys import KeysScreen
from alwsl_tui.tui.screens.new import NewScreen
from alwsl_tui.tui.screens.settings import SettingsScreen
from alwsl_tui.tui.tabs import TABS
from campaigns.core.states import AttemptState, JobState
from campaigns.services.workspace import Workspace
from campaigns.station.ingest import new_events
from campaigns.store.attempts import add_attempt, end_attempt, ingest
from campaigns.store.campaigns import move_job
from campaigns.store.rows import CampaignRow
from tests.stage import perform
from tests.store.rows import an_attempt
from tests.tui.waiting import settled as stands_still
from tests.tui.waiting import until

WITHIN = {
    "overview": ("down", "greater_than_sign", "z", "escape", "less_than_sign"),
    "curves": ("a", "d", "b", "x"),
    "agreement": ("right_square_bracket", "m", "enter"),
    "rounds": ("l", "enter"),
    "picks": ("right_square_bracket", "full_stop", "m", "down", "enter"),
    "logs": ("w", "end"),
    "cost": ("o",),
    "recipe": (),
    "report": ("end",),
    "compare": ("c", "a", "tab", "tab"),
}
"""Keys that show more of a place, one after the other."""

OVER: dict[str, dict[str, type[Screen[Any]]]] = {
    "station": {"question_mark": KeysScreen, "comma": SettingsScreen},
    "overview": {"c": AskOne},
    "curves": {"l": AskOne},
    "logs": {"l": AskOne, "slash": AskText, "question_mark": KeysScreen},
}
"""Keys that lay something over a place."""


def record(place: Workspace, row: CampaignRow) -> None:
    """Every job of a campaign in this process, and in the store what a station would have written."""
    perform(place, row)
    for job in row.plan.jobs:
        attempt = an_attempt(row, job.id)
        paths = place.home.campaign(row.id).job(job.id).attempt(1)
        events, offset = new_events(paths.journal, 0)
        with place.store() as store:
            add_attempt(store, attempt)
            move_job(store, row.id, job.id, JobState.RUNNING)
            ingest(store, attempt, events, offset=offset)
            end_attempt(store, attempt, AttemptState.DONE, at=events[-1].at, code=0, last_words="")
            move_job(store, row.id, job.id, JobState.DONE)
        _write_log(paths.log, [f"{one.at:.0f} {one.event}" for one in events])


def _write_log(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


async def settled(pilot: Pilot[Any]) -> None:
    """Wait until everything on top has been read and drawn."""
    screen = pilot.app.screen
    looking = [one for one in screen.walk_children(with_self=True) if isinstance(one, Looking) and one.display]
    await until(pilot, lambda: all(one.content is not None for one in looking))
    await until(pilot, lambda: not any(one.is_running for one in pilot.app.workers if one.node in looking))
    await stands_still(pilot)


async def tour(pilot: Pilot[Any], names: tuple[str, str], *, is_brief: bool = False) -> AsyncIterator[str]:
    """Opens one thing after the other by its keys and says what is shown; begins and ends at the station.

    Compares two campaigns and opens the first one in the list. A brief tour leaves out what keys show within a place.
    """
    app = pilot.app
    assert isinstance(app, AlwslApp)
    await settled(pilot)
    yield "station"
    if not is_brief:
        await pilot.press("w")
        yield "station: queue"
        await pilot.press("w")
    async for what in _over(pilot, {"X": Confirm} | ({} if is_brief else OVER["station"])):
        yield f"station: {what}"
    await pilot.press("n")
    await until(pilot, lambda: isinstance(app.screen, NewScreen))
    await settled(pilot)
    yield "new campaign"
    await pilot.press("escape")
    await until(pilot, lambda: len(app.screen_stack) == 1)
    app.post_message(Compared(names))
    await until(pilot, lambda: isinstance(app.screen, CompareScreen))
    async for what in _keys(pilot, "compare", is_brief=is_brief):
        yield what
    await pilot.press("escape")
    await until(pilot, lambda: len(app.screen_stack) == 1)
    await pilot.press("home", "enter")
    await until(pilot, lambda: isinstance(app.screen, CampaignScreen))
    screen = app.screen
    assert isinstance(screen, CampaignScreen)
    for digit, tab in enumerate(TABS, start=1):
        await pilot.press(str(digit))
        await until(pilot, partial(_is_on_top, screen, tab))
        async for what in _keys(pilot, tab, is_brief=is_brief):
            yield what
    await pilot.press("escape")
    await until(pilot, lambda: len(app.screen_stack) == 1)


def _is_on_top(screen: CampaignScreen, tab: str) -> bool:
    return tab in screen.panes and screen.panes[tab].display


def _is_open(pilot: Pilot[Any], kind: type[Screen[Any]]) -> bool:
    return isinstance(pilot.app.screen, kind)


async def _keys(pilot: Pilot[Any], where: str, *, is_brief: bool) -> AsyncIterator[str]:
    """What is on top, and what its keys show."""
    await settled(pilot)
    yield where
    if is_brief:
        return
    for key in WITHIN[where]:
        await pilot.press(key)
        await settled(pilot)
        yield f"{where}: {key}"
    async for what in _over(pilot, OVER.get(where, {})):
        yield f"{where}: {what}"


async def _over(pilot: Pilot[Any], opened: dict[str, type[Screen[Any]]]) -> AsyncIterator[str]:
    """What lies over a screen after a key, closed with escape."""
    below = pilot.app.screen
    for key, kind in opened.items():
        await pilot.press(key)
        await until(pilot, partial(_is_open, pilot, kind))
        await settled(pilot)
        yield kind.__name__
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is below)
