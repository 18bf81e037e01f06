"""Pages of the guide: tables are drawn whole, at any width, and their links are links."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Markdown

from alwsl_tui.guide import page, topics
from alwsl_tui.tui.guards import put_right
from alwsl_tui.tui.widgets.page import PageTable, TopicPage, column_widths
from tests.tui.waiting import seen, settled, until

put_right()
TABLE = """
| word | what it means |
|---|---|
| `pool` | photographs without labels, as [data](data.md) says |
| | nothing before it |
"""


class Host(App[None]):
    CSS = "TopicPage { padding: 0; }"

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text, self.followed = text, list[str]()

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield TopicPage(self.text, open_links=False)

    def on_markdown_link_clicked(self, event: Markdown.LinkClicked) -> None:
        self.followed.append(event.href)


@given(st.lists(st.integers(0, 200), min_size=1, max_size=6), st.integers(1, 200))
def test_columns_fill_no_more_than_the_room_and_a_narrow_one_has_what_it_takes(widest: list[int], room: int) -> None:
    widths = column_widths(widest, room)
    assert all(1 <= width <= max(1, wanted) for width, wanted in zip(widths, widest, strict=True))
    assert sum(widths) <= max(room, len(widest))
    if sum(max(1, wanted) for wanted in widest) <= room:
        assert widths == [max(1, wanted) for wanted in widest]
    elif room >= len(widest):
        cut = [width for width, wanted in zip(widths, widest, strict=True) if width < wanted]
        assert max(cut) - min(cut) <= 1
        assert max(widths) == max(cut)


async def test_cells_stand_beside_each_other_and_wrap_where_there_is_no_room() -> None:
    app = Host(TABLE)
    async with app.run_test(size=(60, 12)) as pilot:
        await until(pilot, lambda: "as data says" in seen(pilot))
        await settled(pilot)
        lines = [line.rstrip() for line in seen(pilot).splitlines() if line.strip()]
        assert lines[0].split() == ["word", "what", "it", "means"]
        assert set(lines[1].strip()) == {"─"}
        assert lines[2:4] == ["pool  photographs without labels, as data says", "      nothing before it"]
        await pilot.resize_terminal(30, 12)
        narrow = [
            "word  what it means", "pool  photographs without", "      labels, as data says", "      nothing before it",
        ]  # fmt: skip
        await until(pilot, lambda: [line for line in lines_of(app) if "─" not in line] == narrow)


def lines_of(app: App[None]) -> list[str]:
    table = app.query_one(PageTable)
    return [line.rstrip() for line in str(table.render()).splitlines() if line.strip()]


async def test_a_link_in_a_cell_can_be_clicked() -> None:
    app = Host(TABLE)
    async with app.run_test(size=(60, 12)) as pilot:
        await until(pilot, lambda: "as data says" in seen(pilot))
        await settled(pilot)
        lines = seen(pilot).splitlines()
        y = next(at for at, line in enumerate(lines) if "as data says" in line)
        await pilot.click(offset=(lines[y].index("data says") + 1, y))
        await until(pilot, lambda: app.followed == ["data.md"])


async def test_a_page_that_is_laid_out_while_it_is_made_is_drawn_whole() -> None:
    app = Host(TABLE)
    async with app.run_test(size=(60, 12)) as pilot:
        page_ = app.query_one(TopicPage)
        for _ in range(20):
            update = asyncio.ensure_future(_updated(page_))
            while not update.done():
                app.screen._refresh_layout(app.size)
                await asyncio.sleep(0)
        await until(pilot, lambda: "as data says" in seen(pilot))
        assert app.is_running


async def _updated(page_: TopicPage) -> None:
    await page_.update(TABLE)


async def test_a_page_of_tables_has_no_widget_for_a_cell() -> None:
    cells = {topic: page(topic).text.count(" | ") for topic in topics()}
    longest = max(cells, key=cells.__getitem__)
    app = Host(page(longest).text)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: page(longest).title in seen(pilot))
        assert len(app.query("*")) < cells[longest]
        for width in (1, 2, 13):
            await pilot.resize_terminal(width, 30)
        assert app.is_running
