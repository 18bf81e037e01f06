"""Beside the list of campaigns, where there is room: what the one under the cursor does."""

from collections.abc import Iterator

import pytest

from alwsl_tui.tui.parts.preview import Preview
from campaigns.services.campaigns.delete import delete
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.stage import tiny
from tests.tui.journeys import opened, shows
from tests.tui.waiting import seen, until

Finished = tuple[Workspace, CampaignRow]
WIDE = (200, 60)


@pytest.fixture
def two(finished: Finished) -> Iterator[Finished]:
    """A home with a finished campaign and, above it in the list, one that has not begun."""
    tiny(finished[0], name="fresh")
    yield finished
    delete(finished[0], "fresh")


async def test_the_campaign_under_the_cursor_is_previewed(two: Finished) -> None:
    async with opened(two[0], size=WIDE) as pilot:
        await shows(pilot, "curves  fresh: the plan", "Not started. Press S to start.", "now  new")
        await pilot.press("down")
        await shows(pilot, f"curves  {two[1].name}: ", "% of full at", "The campaign is done.", "labelled images")
        await pilot.press("up")
        await shows(pilot, "curves  fresh: the plan")


async def test_without_room_nothing_is_previewed_or_read(two: Finished) -> None:
    async with opened(two[0], size=(150, 40)) as pilot:
        await shows(pilot, "fresh", two[1].name)
        await pilot.press("down", "up")
        await until(pilot, lambda: [preview.about for preview in pilot.app.screen.query(Preview)] == ["fresh"])
        preview = pilot.app.screen.query_one(Preview)
        await pilot.pause(0.5)
        assert preview.content is None
        assert "the plan" not in seen(pilot)
        await pilot.resize_terminal(*WIDE)
        await shows(pilot, "curves  fresh: the plan")
