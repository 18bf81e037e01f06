"""The palette can be left while it still searches."""

import pytest
from textual.events import Key

from campaigns.services.workspace import Workspace
from tests.tui.journeys import opened, shows
from tests.tui.waiting import until


@pytest.mark.parametrize("letters", [*(pytest.param(letters, marks=pytest.mark.slow) for letters in ("re", "zq")), "n"])
async def test_letters_and_escape_at_once_leave_the_palette_alone(place: Workspace, letters: str) -> None:
    async with opened(place) as pilot:
        await shows(pilot, "begin the demo")
        for _ in range(6):
            await pilot.press("ctrl+p")
            await until(pilot, lambda: len(pilot.app.screen_stack) == 2)
            for key in (*letters, "escape", "escape"):
                pilot.app.post_message(Key(key, key if len(key) == 1 else None))
            await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
            await pilot.pause(0.05)
        await shows(pilot, "begin the demo")
        assert pilot.app.is_running
