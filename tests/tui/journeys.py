"""Steps that journeys have in common: the program on a home, keys, and what is then on the screen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from textual.events import Key
from textual.keys import _character_to_key
from textual.pilot import Pilot

from alwsl_tui.options import Manners
from alwsl_tui.tui.app import AlwslApp
from alwsl_tui.tui.screens.campaign import CampaignScreen
from campaigns.services.workspace import Workspace
from tests.stage import said
from tests.tui.waiting import seen, until

SIZE = (120, 40)
ONE = ("protocol.full=false", 'criteria.names=["random"]')
"""Overrides of a tiny campaign that leave a baseline and one arm after it."""
LONG = (*ONE, "protocol.epochs=[50000, 2, 2]")
"""Overrides of a tiny campaign that goes on until somebody stops it."""


@asynccontextmanager
async def opened(
    place: Workspace, manners: Manners | None = None, *, size: tuple[int, int] = SIZE
) -> AsyncIterator[Pilot[None]]:
    """The program as somebody opens it on a home, with its notifications."""
    async with AlwslApp(place, manners or Manners()).run_test(size=size, notifications=True) as pilot:
        yield pilot


async def shows(pilot: Pilot[Any], *texts: str, but: str | None = None) -> str:
    """Wait until all of it is on the screen at once, and one thing is not; the screen then.

    A notification goes after a while, and so does what a running campaign shows: what comes at another moment is
    another wait, and what may have gone by before one looks is none.
    """

    def is_so() -> bool:
        screen = seen(pilot)
        return all(text in screen for text in texts) and (but is None or but not in screen) and takes_keys(pilot)

    try:
        await until(pilot, is_so)
    except AssertionError as error:
        error.add_note(f"wanted: {texts}, but not {but!r}")
        if isinstance(pilot.app, AlwslApp):
            error.add_note(said(pilot.app.workspace))
        raise
    return seen(pilot)


def takes_keys(pilot: Pilot[Any]) -> bool:
    """Whether the tab on top has got the keys: it is drawn a moment before that, and a key between is nobody's."""
    return not isinstance(pilot.app.screen, CampaignScreen) or pilot.app.focused is not None


async def write(pilot: Pilot[Any], text: str) -> None:
    """Type it as fast as a terminal sends what is pasted: a pilot waits for silence after each of its keys."""
    for letter in text:
        pilot.app.post_message(Key(_character_to_key(letter), letter))
    await pilot.pause()


async def walk(pilot: Pilot[Any], selector: str, key: str) -> None:
    """Press a key until what the selector names has the focus."""
    for _ in range(60):
        focused = pilot.app.focused
        if focused is not None and focused in pilot.app.screen.query(selector):
            return
        await pilot.press(key)
    raise AssertionError(f"{key} never comes to {selector}\n{seen(pilot)}")


def line_of(pilot: Pilot[Any], text: str) -> str:
    """The first line of the screen that says so; empty when none does."""
    return next((line for line in seen(pilot).splitlines() if text in line), "")


async def marks(pilot: Pilot[Any], text: str) -> None:
    """Wait until the line of a log that was gone to says so."""
    await until(pilot, lambda: text in line_of(pilot, "│> "))
