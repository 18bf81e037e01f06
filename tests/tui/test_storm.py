"""Keys and sizes at random over a campaign that lives: the program still stands, and still answers."""

import os
import random
import string

import pytest
from textual.events import Key, Resize
from textual.geometry import Size
from textual.keys import _character_to_key
from textual.pilot import Pilot

from alwsl_tui.tui.screens.station import StationScreen
from alwsl_tui.tui.typing_order import InOrder
from campaigns.services.campaigns.start import start
from campaigns.services.workspace import Workspace
from tests.stage import tiny
from tests.tui.journeys import ONE, opened, shows
from tests.tui.waiting import seen, until

NAMED = (
    "enter", "escape", "tab", "shift+tab", "up", "down", "left", "right", "pageup", "pagedown", "home", "end", "space",
    "backspace", "delete", "ctrl+p", "ctrl+u", "ctrl+k", "ctrl+w", "ctrl+t", "ctrl+y", "f1",
)  # fmt: skip
LETTERS = [letter for letter in string.printable[:95] if letter not in "qQ"]
"""With q a storm soon leaves the program."""
SIZES = ((80, 24), (40, 12), (120, 40), (200, 60), (2, 1), (1, 1), (61, 19))
BURST = 25
"""Keys that come before anybody has answered."""


def key_of(draw: random.Random) -> Key:
    """Draw a key: as often one with a name as a letter, a digit or a sign."""
    if draw.random() < 0.5:
        name = draw.choice(NAMED)
        return Key(name, " " if name == "space" else None)
    letter = draw.choice(LETTERS)
    return Key(_character_to_key(letter), letter)


async def rage(pilot: Pilot[None], draw: random.Random, keys: int) -> list[str]:
    """Send keys in bursts and another size between two of them; the last keys."""
    sent: list[str] = []
    while len(sent) < keys:
        for _ in range(draw.randint(1, BURST)):
            key = key_of(draw)
            sent.append(key.key)
            pilot.app.post_message(key)
        if draw.random() < 0.2:
            size = Size(*draw.choice(SIZES))
            pilot.app.post_message(Resize(size, size))
        await pilot.pause(0.01)
        assert pilot.app.is_running, f"ended after {sent[-60:]}"
    return sent[-60:]


async def answers(pilot: Pilot[None]) -> None:
    """Come back to the list by the keys that everybody knows, and see it."""
    app = pilot.app
    app.post_message(Resize(Size(120, 40), Size(120, 40)))
    assert isinstance(app, InOrder)
    # What was typed before this may still wait for its turn.
    await until(pilot, lambda: not app._typed and (app._is_stuck or not app._is_under_way))

    async def back() -> bool:
        if type(pilot.app.screen) is StationScreen:
            return True
        await pilot.press("escape")
        await pilot.pause(0.05)
        if type(pilot.app.screen).__name__ == "Confirm":
            await pilot.press("y")
        return type(pilot.app.screen) is StationScreen

    for _ in range(60):
        if await back():
            break
    await until(pilot, lambda: type(pilot.app.screen) is StationScreen)
    await pilot.press("question_mark")
    await shows(pilot, "/ filter")
    await pilot.press("escape")
    assert "Traceback" not in seen(pilot)


async def storm(place: Workspace, seed: int, keys: int) -> None:
    print(f"seed {seed}")  # noqa: T201
    for name in ("tiny", "other"):
        tiny(place, *ONE, name=name)
    start(place, "tiny")
    draw = random.Random(seed)
    async with opened(place) as pilot:
        await shows(pilot, "tiny")
        try:
            await rage(pilot, draw, keys)
            await answers(pilot)
        except BaseException as error:
            error.add_note(f"seed {seed}")
            raise


@pytest.mark.slow
async def test_a_short_storm_of_keys_is_survived(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place.home.folder)
    await storm(place, int(os.environ.get("ALWSL_STORM_SEED", "1")), 200)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(7200)  # half an hour on two cores that are free
@pytest.mark.parametrize("seed", range(5))
async def test_a_storm_of_keys_is_survived(place: Workspace, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place.home.folder)
    await storm(place, seed, 10_000)
