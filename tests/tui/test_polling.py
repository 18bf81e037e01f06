"""Looking again and again: only where somebody sees it, and something may have happened."""

import pytest
from textual.pilot import Pilot
from textual.screen import ModalScreen, Screen

from alwsl_tui.tui.heartbeat import Heartbeat
from alwsl_tui.tui.pane import Pane
from alwsl_tui.tui.polling import Looking
from alwsl_tui.tui.tabs import TABS, Tab
from campaigns.services.monitor.show import CampaignView, watch
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.stage import tiny
from tests.tui.boxes import Box
from tests.tui.waiting import rest, until

GATED = [tab for tab in TABS.values() if "is_due" not in vars(tab.pane)]
"""Tabs that look when the home beats; the others follow what the campaign's screen has seen."""


def test_a_look_that_was_forgotten_never_takes_the_place_of_one_that_counts() -> None:
    old, new = Looking.Found(1, turn=0), Looking.Found(2, turn=1)
    assert old.can_replace(new)
    assert not new.can_replace(old)
    assert new.can_replace(Looking.Found(3, turn=1))


@pytest.mark.parametrize("tab", GATED, ids=str)
async def test_nothing_is_read_before_something_may_have_happened(
    tab: Tab, finished: tuple[Workspace, CampaignRow]
) -> None:
    place, row = finished
    pane = tab.pane(place, row.name)
    heart = pane.heartbeat = Heartbeat(place)
    async with Box(pane, watch(place, row.name)).run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: not pane._is_reading and pane._beats == heart.beats and pane.is_watched())
        for _ in range(5):
            pane._rests_until = 0.0
            pane._look_again()
            assert not pane._is_reading
        heart.beats += 1
        pane._look_again()
        assert pane._is_reading
        await until(pilot, lambda: not pane._is_reading)


class CountingPane(Pane[int]):
    """A tab that has never seen the same twice."""

    PLACE = "counting"
    EVERY = 3600.0  # who tests it looks: a look of its own would be one more
    reads = 0

    def read(self) -> int:
        self.reads += 1
        return self.reads

    def show(self, content: int) -> None:
        pass


async def counting(place: Workspace) -> tuple[CountingPane, CampaignView]:
    row = tiny(place)
    return CountingPane(place, row.name), watch(place, row.name)


async def test_a_terminal_without_the_focus_is_given_one_look_in_four(place: Workspace) -> None:
    pane, view = await counting(place)
    async with Box(pane, view).run_test() as pilot:
        await until(pilot, lambda: pane.content is not None and not pane._is_reading and pane.is_watched())
        pilot.app.app_focus = False
        began = []
        for _ in range(8):
            pane._rests_until = 0.0
            pane._look_again()
            began.append(pane._is_reading)
            await until(pilot, lambda: not pane._is_reading)
        assert began.count(True) == 2


class TickingPane(CountingPane):
    """Counts the moments at which it might have looked."""

    EVERY = 0.02
    ticks = 0

    def is_due(self) -> bool:
        self.ticks += 1
        return False


async def is_at_rest(pane: TickingPane, pilot: Pilot[None]) -> bool:
    """Whether it has not ticked for many ticks."""
    await rest(pilot, 5 * pane.EVERY)  # one is under way
    before = pane.ticks
    await rest(pilot, 20 * pane.EVERY)
    return pane.ticks == before


async def test_what_cannot_be_seen_does_not_tick_and_goes_on_when_it_is_back(place: Workspace) -> None:
    row = tiny(place)
    pane = TickingPane(place, row.name)
    async with Box(pane, watch(place, row.name)).run_test() as pilot:
        app = pilot.app

        async def ticks_again() -> None:
            before = pane.ticks
            await until(pilot, lambda: pane.ticks > before)

        await ticks_again()
        pane.display = False
        assert await is_at_rest(pane, pilot)
        pane.display = True
        await ticks_again()
        await app.push_screen(Screen[None]())
        assert await is_at_rest(pane, pilot)
        app.pop_screen()
        await ticks_again()
        await app.push_screen(ModalScreen[None]())  # a question hides nothing
        await ticks_again()
        await app.push_screen(Screen[None]())
        assert await is_at_rest(pane, pilot)
        app.pop_screen()
        await ticks_again()


async def test_a_look_that_takes_long_is_followed_by_a_long_rest(place: Workspace) -> None:
    pane, view = await counting(place)
    async with Box(pane, view).run_test() as pilot:
        await until(pilot, lambda: pane.content is not None and not pane._is_reading)
        pane._rests_until = float("inf")
        assert not pane.is_due()
        pane.forget()  # what somebody asks for waits for nothing
        assert pane._is_reading


async def test_what_took_long_to_read_is_not_read_again_only_because_time_has_passed(place: Workspace) -> None:
    pane, view = await counting(place)
    heart = pane.heartbeat = Heartbeat(place)
    async with Box(pane, view).run_test() as pilot:
        await until(pilot, lambda: pane.content is not None and not pane._is_reading and pane._beats == heart.beats)
        pane._rests_until, pane._rests_late_until = 0.0, float("inf")
        heart.beats += 1
        heart.late_beats += 1
        assert not pane.is_due(), "nothing tells of it"
        heart.beats += 1
        assert pane.is_due(), "something has happened since"
        pane.look()
        await until(pilot, lambda: not pane._is_reading)
        pane._rests_until, pane._rests_late_until = 0.0, 0.0
        heart.beats += 1
        heart.late_beats += 1
        assert pane.is_due(), "what is read quickly is read again now and then"
