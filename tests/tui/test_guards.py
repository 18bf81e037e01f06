"""What Textual's own widgets lack, in windows of any size."""

import asyncio
from asyncio import Event

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.content import Content
from textual.css.styles import RulesMap
from textual.events import Resize
from textual.geometry import Size
from textual.message import Message
from textual.messages import Update
from textual.screen import Screen
from textual.style import Style
from textual.visual import RenderOptions
from textual.widget import Widget
from textual.widgets import Static

from alwsl_tui.tui.command_palette import ActionPalette
from alwsl_tui.tui.guards import put_right
from campaigns.services.workspace import Workspace
from tests.patience import patience
from tests.tui.journeys import opened, shows
from tests.tui.waiting import until

put_right()


@pytest.mark.parametrize("pad", [0, 1])
@pytest.mark.parametrize("wrap", ["wrap", "nowrap"])
@pytest.mark.parametrize("text", ["two words", "日本語 x", "a\tb", "", "a\n\nb"])
def test_a_text_has_a_height_however_little_room_there_is(text: str, wrap: str, pad: int) -> None:
    for overflow in ("fold", "clip", "ellipsis"):
        rules: RulesMap = {"text_wrap": wrap, "text_overflow": overflow, "line_pad": pad}  # type: ignore[typeddict-item]
        for width in range(5):
            height = Content(text).get_height(rules, width)
            strips = Content(text).render_strips(width, height, Style(), RenderOptions(lambda _: Style(), rules))
            assert height >= 1
            assert len(strips) <= height


def test_where_there_is_room_a_text_is_wrapped_as_before() -> None:
    strips = Content("two words").render_strips(5, 9, Style(), RenderOptions(lambda _: Style(), {}))
    assert [strip.text.rstrip() for strip in strips] == ["two", "words"]
    assert all(cell_len(strip.text) <= 5 for strip in strips)


async def test_a_palette_that_is_closed_as_soon_as_it_is_asked_for_is_gone(place: Workspace) -> None:
    async with opened(place) as pilot:
        await shows(pilot, "begin the demo")
        for _ in range(6):
            palette = ActionPalette()
            pilot.app.push_screen(palette)
            palette.dismiss()
            await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
            await pilot.pause(0.02)
        await shows(pilot, "begin the demo")
        assert pilot.app.is_running


async def test_nothing_is_called_for_a_part_that_has_gone_before_the_screen_was_drawn() -> None:
    app, called = App[None](), list[str]()
    async with app.run_test() as pilot:
        stays, goes = Static(), Static()
        await app.screen.mount(stays, goes)
        for name, part in (("goes", goes), ("stays", stays)):
            part.call_after_refresh(called.append, name)
        removed = goes.remove()
        await until(pilot, lambda: called)
        await removed
        await pilot.pause()
        assert called == ["stays"]


class News(Message):
    pass


class Telling(Widget):
    """Has a part, and asks for it whenever something arrives."""

    def __init__(self) -> None:
        super().__init__()
        self.handled = list[str]()

    def compose(self) -> ComposeResult:
        yield Static("part")

    def on_mount(self) -> None:
        self.handled.append("mount")

    def on_news(self) -> None:
        self.handled.append(str(self.query_one(Static).content))

    def on_resize(self) -> None:
        self.on_news()

    def on_unmount(self) -> None:
        self.handled.append("unmount")


async def test_what_arrives_at_a_widget_that_goes_is_nobodys() -> None:
    app = App[None]()
    async with app.run_test() as pilot:
        widget = Telling()
        await app.screen.mount(widget)
        widget.post_message(News())
        await until(pilot, lambda: "part" in widget.handled)
        widget.handled.clear()
        removed = widget.remove()
        widget.post_message(News())
        widget.post_message(Resize(Size(3, 3), Size(3, 3)))
        widget.call_later(widget.on_news)
        await removed
        assert widget.handled == ["unmount"]
        assert app.is_running


class Resizing(Screen[None]):
    """Does something once it is drawn in another size."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes = list[Size]()

    def compose(self) -> ComposeResult:
        yield Static("text")

    def on_resize(self, event: Resize) -> None:
        self.sizes.append(event.size)
        self.call_after_refresh(self.sizes.__len__)


async def test_a_screen_over_another_settles_however_soon_sizes_follow_each_other() -> None:
    app, below, above = App[None](), Resizing(), Resizing()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(below)
        await app.push_screen(above)
        await pilot.pause()
        last = Size(61, 19)
        for size in (Size(1, 1), Size(120, 40), last):
            app.post_message(Resize(size, size))
            for screen in (above, below):
                screen.post_message(Resize(size, size))
                screen.call_later(above.sizes.__len__)
        await until(pilot, lambda: above.size == below.size == last)
        count = len(above.sizes)
        await pilot.pause(0.3)
        assert len(above.sizes) <= count + 1
        assert set(above.sizes[count:]) <= {last}


class Busy(Static):
    """Tells its screen of nothing for as long as it is held."""

    class Hold(Message):
        pass

    def __init__(self) -> None:
        super().__init__("part")
        self.held, self.free = Event(), Event()

    async def on_busy_hold(self) -> None:
        self.held.set()
        await self.free.wait()


@pytest.mark.parametrize("is_painted", [True, False], ids=["another part is painted", "nothing is painted"])
async def test_what_is_called_after_a_refresh_finds_laid_out_what_was_shown_before(*, is_painted: bool) -> None:
    app, sizes = App[None](), list[Size]()
    async with app.run_test() as pilot:
        other, part = Static("other"), Busy()
        part.display = False
        await app.screen.mount(other, part)
        part.post_message(Busy.Hold())
        await asyncio.wait_for(part.held.wait(), patience())
        part.styles.height = 3
        part.display = True
        if is_painted:
            app.screen.post_message(Update(other))
        app.screen.call_after_refresh(lambda: sizes.append(part.size))
        for _ in range(5):  # the pilot's own pause waits for every part
            app.screen.call_later(other.refresh)
            await asyncio.sleep(0.02)
        part.free.set()
        await until(pilot, lambda: sizes)
        assert [size.height for size in sizes] == [3]


@pytest.mark.parametrize("delay", [-0.5, 0.0, 0.01])
async def test_a_timer_that_is_late_before_it_begins_ends_at_once(delay: float) -> None:
    app, called = App[None](), list[str]()
    async with app.run_test() as pilot:
        app.screen.set_timer(delay, lambda: called.append("screen"))
        app.set_timer(delay, lambda: called.append("app"))
        await until(pilot, lambda: len(called) == 2)
