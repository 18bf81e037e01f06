"""The tabs that show what a campaign has cost, and the recipe it was frozen with."""

from typing import Any, ClassVar

import pytest
from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from alwsl_tui.drawing.columns import differences, folded
from alwsl_tui.drawing.cost import Order, choosing, counted, gathered, shares, work
from alwsl_tui.drawing.palette import DARK, THEMES
from alwsl_tui.drawing.recipe import coloured
from alwsl_tui.tui.messages import Failed, Told
from alwsl_tui.tui.pane import Pane
from alwsl_tui.tui.panes.cost import CostPane
from alwsl_tui.tui.panes.recipe import RecipePane
from alwsl_tui.tui.questions import AskOne
from alwsl_tui.tui.widgets.listing import Listing
from campaigns.services.campaigns.recipe import RecipeDifference, recipe_text
from campaigns.services.results.cost import load_cost
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.stage import tiny
from tests.tui.waiting import seen, until

Finished = tuple[Workspace, CampaignRow]


class Host(App[None]):
    """A screen with nothing but a pane."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "out")]

    def __init__(self, pane: Pane[Any]) -> None:
        super().__init__()
        self.pane = pane
        self.said: list[str] = []
        self.has_left = False

    def compose(self) -> ComposeResult:
        yield self.pane

    def on_mount(self) -> None:
        self.call_after_refresh(self.pane.enter)

    def on_failed(self, message: Failed) -> None:
        self.said.append(str(message.error))

    def on_told(self, message: Told) -> None:
        self.said.append(message.command)

    def action_leave(self) -> None:
        self.has_left = True


async def test_time_is_told_in_all_to_choose_once_and_round_by_round(finished: Finished) -> None:
    place, row = finished
    app = Host(CostPane(place, row.name))
    async with app.run_test(size=(120, 40)) as pilot:
        found = load_cost(place, row.name)
        words = [f"of work in {len(found.rounds)} rounds", "all on the CPU"]
        words += ["train", "test", "score", "pick", "ΔAG", "sepmin", "mean"]
        await until(pilot, lambda: app.query_one(Listing).rows and all(word in seen(pilot) for word in words))
        said = " ".join(str(app.query_one("#cost-counted", Static).visual).split())
        assert "% more than one criterion (paper: 2.8 to 5.3 %)" in said
        assert "the paper's Tables 1 and 2" in said
        assert len(app.query_one(Listing).rows) == len(found.rounds) + len(gathered(found.rounds, Order.CRITERION))


async def test_a_key_gathers_rounds_by_number_instead_of_by_criterion(finished: Finished) -> None:
    app = Host(CostPane(finished[0], finished[1].name))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.query_one(Listing).rows)
        first = app.query_one(Listing).rows[0]
        assert "baseline" in str(first.cells[0])
        await pilot.press("o")
        await until(pilot, lambda: "round 0" in str(app.query_one(Listing).rows[0].cells[0]))
        # The sum of a round is to be seen on the smallest screen.
        await until(pilot, lambda: "by round" in seen(pilot) and "all s" in seen(pilot))


async def test_a_campaign_without_rounds_says_when_the_first_figures_come(place: Workspace) -> None:
    app = Host(CostPane(place, tiny(place).name))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Nothing measured yet" in seen(pilot))
        assert "ΔAG" not in seen(pilot)


@pytest.mark.parametrize("width", [30, 76, 116, 196])
def test_no_line_of_what_choosing_takes_is_wider_than_its_place(finished: Finished, width: int) -> None:
    found = load_cost(finished[0], finished[1].name)
    for text in (choosing(found, width=width, palette=DARK), Text(counted(found, width=width))):
        assert max(line.cell_len for line in text.split("\n")) <= width


def test_the_bar_of_where_time_went_fills_its_width_and_needs_no_colour(finished: Finished) -> None:
    found = load_cost(finished[0], finished[1].name)
    bar = work(found, width=60, palette=DARK, is_ascii=True).plain.split("\n")[0]
    assert len(bar) == 60
    assert bar.isascii()
    assert len(set(bar)) >= 3


def test_shares_add_up_to_the_width() -> None:
    assert shares([1, 1, 1], 10) == [3, 4, 3]
    assert shares([0, 0], 10) == [0, 0]
    assert sum(shares([0.1, 7, 0.4, 2.5], 77)) == 77


async def test_the_recipe_is_shown_and_copied_as_it_was_frozen(finished: Finished) -> None:
    place, row = finished
    app = Host(RecipePane(place, row.name))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "as it was frozen" in seen(pilot) and "[data]" in seen(pilot))
        await pilot.press("y")
        await until(pilot, lambda: app.said == [f"alwsl-tui recipe {row.name}"])
        assert app.clipboard == recipe_text(place, row.name)
        await pilot.press("escape")
        await until(pilot, lambda: app.has_left)  # escape is the screen's while the recipe is shown


async def test_against_another_campaign_only_what_differs_is_shown(place: Workspace) -> None:
    tiny(place)
    tiny(place, "training.lr=0.25", name="other")
    app = Host(RecipePane(place, "tiny"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "as it was frozen" in seen(pilot))
        for way_back in ("escape", "d"):
            await pilot.press("d")
            await until(pilot, lambda: isinstance(app.screen, AskOne) and app.focused is not None)
            await pilot.press("enter")
            texts = ("1 key differs", "training.lr", "0.25")
            await until(pilot, lambda texts=texts: all(text in seen(pilot) for text in texts))  # type: ignore[misc]
            assert app.pane.facts()["other"] == "other"
            await pilot.press(way_back)
            await until(pilot, lambda: "as it was frozen" in seen(pilot))
        assert not app.has_left


async def test_where_there_is_no_other_campaign_one_is_told_so(place: Workspace) -> None:
    tiny(place)
    app = Host(RecipePane(place, "tiny"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.focused is not None)
        await pilot.press("d")
        await until(pilot, lambda: app.said == ["This home has no other campaign."])


def test_colours_change_no_letter_of_a_recipe_and_a_hash_in_a_string_is_no_comment() -> None:
    text = 'about = "a # b [x]"  # why\n[data]\nadd = [\n    6,\n    1e-3,\n]\non = true\n'
    found = coloured(text, DARK)
    assert found.plain == text

    def style(part: str) -> str:
        at = text.index(part)
        return str([span.style for span in found.spans if span.start <= at < span.end][-1])

    assert style('"a # b') == style("# b") == DARK.good
    assert DARK.muted in style("# why")
    assert DARK.accent in style("[data]")
    assert style("6,") == style("1e-3") == style("true") == DARK.warning


def test_a_recipe_cannot_give_orders_to_the_terminal() -> None:
    assert "\x1b" not in coloured('about = "\x1b[2J"', DARK).plain
    found = differences([RecipeDifference("about", ("\x1b[2J", "[red]b[/]"))], ("a", "b"), width=80, palette=DARK)
    assert "\x1b" not in found.plain
    assert "[red]b[/]" in found.plain


@pytest.mark.parametrize("width", [24, 40, 80, 160])
@pytest.mark.parametrize("campaigns", [2, 3, 6])
def test_differences_fold_where_room_is_short(width: int, campaigns: int) -> None:
    names = [f"campaign-{at}" for at in range(campaigns)]
    values = tuple(f"words that go on for quite a while {at}" for at in range(campaigns))
    found = differences([RecipeDifference("model.kind", values)], names, width=width, palette=THEMES["light"])
    assert max(line.cell_len for line in found.split("\n")) <= width
    assert all(word in found.plain for word in ("model.kind", "while"))


def test_words_fold_within_a_width_and_long_ones_are_broken() -> None:
    assert folded("one two three", 7) == ["one two", "three"]
    assert folded("abcdefgh", 3) == ["abc", "def", "gh"]
    assert folded("", 5) == [""]
