"""The virtual table: the cursor stays with its row, columns give way, nothing from outside is an order."""

import pytest
from rich.text import Text
from textual.app import App, ComposeResult

from alwsl_tui.tui.widgets.listing import Column, Listing, Row
from tests.tui.waiting import until

COLUMNS = (Column("name", 6, is_wide=True), Column("state", 8), Column("age", 6, is_number=True, rank=1))


class Table(App[None]):
    """A table and what it said."""

    def __init__(self, *rows: Row) -> None:
        super().__init__()
        self.rows, self.said = rows, list[str | None]()

    def compose(self) -> ComposeResult:
        yield Listing(*COLUMNS, empty="nothing\nhere", id="table")

    def on_mount(self) -> None:
        self.table.rows = self.rows
        self.table.focus()

    @property
    def table(self) -> Listing:
        return self.query_one("#table", Listing)

    def on_listing_opened(self, message: Listing.Opened) -> None:
        self.said.append(message.key)

    def seen(self) -> list[str]:
        return [self.table.render_line(y).text.rstrip() for y in range(self.table.size.height)]


def rows(count: int) -> tuple[Row, ...]:
    return tuple(Row(f"k{at}", (f"row {at}", "done", f"{at} s")) for at in range(count))


async def test_only_what_is_seen_is_drawn_and_the_last_row_can_be_reached() -> None:
    app = Table(*rows(10_000))
    async with app.run_test(size=(60, 12)) as pilot:
        await until(pilot, lambda: app.table.has_focus and app.seen()[1].startswith(" row 0"))
        await pilot.press("end")
        await until(pilot, lambda: app.table.key == "k9999" and app.seen()[-1].startswith(" row 9999"))
        await pilot.press("home", "pagedown", "down")
        await until(pilot, lambda: app.table.key == "k11")


async def test_the_cursor_stays_with_its_row_when_rows_come_and_go() -> None:
    app = Table(*rows(9))
    async with app.run_test(size=(60, 12)) as pilot:
        await until(pilot, lambda: app.table.has_focus)
        await pilot.press("down", "down", "down")
        await until(pilot, lambda: app.table.key == "k3")
        app.table.rows = (Row("new", ("new", "new", "")), *rows(9))
        assert app.table.key == "k3"
        app.table.rows = tuple(row for row in rows(9) if row.key != "k3")
        assert app.table.cursor == 4
        app.table.rows = ()
        await until(pilot, lambda: [line.strip() for line in app.seen()[1:4]] == ["", "nothing", "here"])


async def test_a_marked_row_that_is_gone_is_marked_no_longer() -> None:
    app = Table(*rows(4))
    async with app.run_test(size=(60, 12)) as pilot:
        await until(pilot, lambda: app.table.key == "k0")
        app.table.marked = frozenset({"k1", "k3"})
        assert list(app.table.chosen) == ["k1", "k3"]
        app.table.rows = rows(2)
        assert list(app.table.chosen) == ["k1"]


@pytest.mark.parametrize(("width", "shown"), [(60, ["name", "state", "age"]), (20, ["name", "state"])])
async def test_columns_of_a_rank_give_way_where_room_is_short(width: int, shown: list[str]) -> None:
    app = Table(*rows(3))
    async with app.run_test(size=(width, 12)) as pilot:
        await until(pilot, lambda: app.table.size.area and app.seen()[0].split() == shown)
        assert all(len(line) <= width for line in app.seen())


async def test_enter_and_a_double_click_open() -> None:
    app = Table(*rows(5))
    async with app.run_test(size=(60, 12)) as pilot:
        await until(pilot, lambda: app.table.has_focus and app.table.region.area)
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.said == ["k1"])
        await pilot.click("#table", offset=(3, 4), times=2)
        await until(pilot, lambda: app.said == ["k1", "k3"])


async def test_text_is_neither_markup_nor_wider_than_its_column() -> None:
    app = Table(Row("x", ("[bold red]x[/] and much more than fits here", Text("[link=x]", "red"), "日本語日本語")))
    async with app.run_test(size=(40, 6)) as pilot:
        await until(pilot, lambda: app.table.size.area and "[bold red]" in app.seen()[1])
        line = app.seen()[1]
        assert "[bold red]x[/]" in line
        assert "…" in line
        assert "[link=x]" in line
        assert app.table.render_line(1).cell_length == app.table.size.width
