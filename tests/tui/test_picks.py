"""The tab that shows why images were picked, driven by keys."""

import os
import pty
import subprocess
import sys
from dataclasses import replace
from io import StringIO

import numpy as np
import pytest
from msgspec import structs
from PIL import Image
from textual.app import App, ComposeResult
from textual.widgets import Static

from alwsl_tui.drawing.graphics import Way
from alwsl_tui.drawing.palette import THEMES
from alwsl_tui.drawing.picks import folded_away, heading, telling
from alwsl_tui.options import Images
from alwsl_tui.tui.messages import Failed
from alwsl_tui.tui.panes.picks import PicksPane
from alwsl_tui.tui.parts.contact_sheet import ContactSheet
from alwsl_tui.tui.widgets.picture import Painting, Picture
from campaigns.services.results.evidence import evidence, round_evidence
from campaigns.services.results.picks import RoundKey
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.patience import patience
from tests.stage import tiny
from tests.tui.waiting import until

Rich = tuple[Workspace, CampaignRow]


class Host(App[None]):
    """A screen with nothing but the pane."""

    def __init__(self, place: Workspace, name: str, images: Images = Images.BLOCKS) -> None:
        super().__init__()
        self.pane = PicksPane(place, name)
        self.pane.images = images
        self.errors: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.pane

    def on_mount(self) -> None:
        self.call_after_refresh(self.pane.enter)

    def on_failed(self, message: Failed) -> None:
        self.errors.append(str(message.error))

    def said(self, what: str = "picks-why") -> str:
        return str(self.query_one(f"#{what}", Static).visual)

    @property
    def image(self) -> str | None:
        """The image on the card, once its picture is there."""
        card = self.pane.card.card
        return card.evidence.pick.image if card is not None and card.image is not None else None


async def test_the_last_round_comes_first_with_the_picture_of_its_first_pick(rich: Rich) -> None:
    app = Host(rich[0], rich[1].name)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.image and app.pane.card.picture.is_drawn)
        assert app.pane.key == RoundKey("ag", 0, 1)
        assert len(app.pane.listing.rows) == 6
        await until(pilot, lambda: "ag took it from the list of unc (turn 1)" in app.said())
        await until(pilot, lambda: "separation" in app.said("card-text"))
        assert app.errors == []


async def test_keys_turn_criterion_trial_and_round(rich: Rich) -> None:
    app = Host(rich[0], rich[1].name)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.image)
        for key, expected in (("t", "trial"), ("right_square_bracket", "round"), ("c", "criterion")):
            before = getattr(app.pane.key, expected)
            await pilot.press(key)
            await until(pilot, lambda what=expected, old=before: getattr(app.pane.key, what) != old)  # type: ignore[misc]
            await until(pilot, lambda: app.pane.content is not None and app.pane.content.key == app.pane.key)
        assert app.pane.key == RoundKey("vote", 1, 0)
        assert app.pane.facts()["criterion"] == "vote"


async def test_the_card_follows_the_cursor(rich: Rich) -> None:
    app = Host(rich[0], rich[1].name)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.image)
        first = app.image
        await pilot.press("down", "down")
        await until(pilot, lambda: app.image not in {first, None} and app.pane.card.card.evidence.place == 3)  # type: ignore[union-attr]
        assert app.image == app.pane.content.round.picked.picks[2].image  # type: ignore[union-attr]


async def test_classes_turn_and_the_map_goes(rich: Rich) -> None:
    app = Host(rich[0], rich[1].name)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.image)
        card, classes = app.pane.card, rich[1].plan.classes
        first = card.shown_class
        await pilot.press("right", "full_stop", "left")
        await until(pilot, lambda: card.shown_class == (first + 1) % len(classes))
        await until(pilot, lambda: f"map of {classes[card.shown_class]}" in app.said("card-text"))
        painted = card.picture.painting
        await pilot.press("m")
        await until(pilot, lambda: card.picture.painting is not painted)
        assert painted is not None
        assert card.picture.painting is not None
        small = Image.new("RGB", (20, 20), (10, 20, 30))
        assert card.picture.painting.paint(small) is small
        assert painted.paint(small) is not small


async def test_ways_of_drawing_turn_and_off_says_so(rich: Rich) -> None:
    app = Host(rich[0], rich[1].name)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.pane.card.picture.is_drawn)
        picture = app.pane.card.picture
        assert picture.way is Way.BLOCKS
        for way in (Way.ASCII, Way.OFF, Way.BLOCKS):
            await pilot.press("v")
            await until(pilot, lambda way=way: picture.way is way)  # type: ignore[misc]
        await pilot.press("v", "v")
        await until(pilot, lambda: not picture.is_drawn and "Press v to turn them on" in picture.message)


@pytest.mark.slow
async def test_in_a_narrow_terminal_list_and_card_take_turns(rich: Rich) -> None:
    app = Host(rich[0], rich[1].name)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.pane.listing.rows)
        assert not app.pane.card.display or not app.pane.card.region.area
        await pilot.press("down", "enter")
        card = app.pane.card
        await until(pilot, lambda: card.card is not None and card.card.evidence.place == 2 and card.picture.is_drawn)
        await until(pilot, lambda: not app.pane.listing.region.area)
        await pilot.press("j")
        await until(pilot, lambda: card.card is not None and card.card.evidence.place == 3)
        await pilot.press("escape")
        await until(pilot, lambda: app.pane.listing.region.area and app.focused is app.pane.listing)


async def test_a_round_that_has_not_picked_says_why(place: Workspace) -> None:
    app = Host(place, tiny(place).name)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "the campaign has not started. Press S to start it." in app.said())
        assert app.errors == []


async def test_another_tab_can_send_here(rich: Rich) -> None:
    app = Host(rich[0], rich[1].name)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.pane.content)
        app.pane.point_at({"criterion": "random", "trial": "1", "round": "0"})
        await until(pilot, lambda: "drawn at random" in app.said())
        assert app.pane.facts() | {"images": ""} == {
            "name": "tiny", "criterion": "random", "trial": "1", "round": "0", "images": "",
        }  # fmt: skip


class Frame(App[None]):
    """A picture and nothing else."""

    def __init__(self, way: Way) -> None:
        super().__init__()
        self.picture = Picture(way=way)

    def compose(self) -> ComposeResult:
        yield self.picture


@pytest.mark.parametrize("way", [Way.KITTY, Way.SIXEL])
async def test_terminals_that_draw_pixels_get_an_image_of_the_size_it_is_shown_in(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = StringIO()
    monkeypatch.setattr(sys, "__stdout__", terminal)
    app = Frame(way)
    async with app.run_test(size=(40, 20)) as pilot:
        app.picture.painting = Painting(Image.new("RGB", (400, 400), "red"))
        await until(pilot, lambda: [tuple(part.region.size) for part in app.picture.children] == [(40, 20)])
        app.picture.painting = None
        await until(pilot, lambda: not app.picture.children)


def test_preparing_pixels_asks_the_terminal_nothing() -> None:
    ours, theirs = pty.openpty()
    code = "from alwsl_tui.tui.widgets.graphics import prepare; print(prepare() == prepare() == (10, 20))"
    child = subprocess.Popen([sys.executable, "-c", code], stdin=theirs, stdout=theirs, stderr=theirs)
    assert child.wait(timeout=patience()) == 0
    assert os.read(ours, 4096).decode().strip() == "True"


def test_picks_of_a_model_that_had_collapsed_say_so(rich: Rich) -> None:
    place, row = rich
    found = round_evidence(place, row.name, RoundKey("unc", 0, 1))
    assert "collapsed" not in heading(found.key, row.plan, found, THEMES["dark"]).plain
    said = heading(
        found.key, row.plan, replace(found, picked=structs.replace(found.picked, is_collapsed=True)), THEMES["dark"]
    ).plain
    assert said.endswith("the model had collapsed, so their order is noise: lower training.lr, or train for longer")


async def test_the_picture_gets_the_whole_screen_and_gives_it_back(rich: Rich) -> None:
    app = Host(rich[0], rich[1].name)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.pane.card.picture.is_drawn)
        await until(pilot, lambda: app.pane.card.picture.region.area > 0.4 * 120 * 40)
        await pilot.press("z")
        await until(pilot, lambda: app.pane.card.picture.region.area == 120 * 40)
        first = app.image
        await pilot.press("j")
        await until(pilot, lambda: app.image not in {None, first} and app.pane.card.picture.is_settled)
        await pilot.press("escape")
        await until(pilot, lambda: app.pane.listing.region.area)
        assert app.pane.listing.cursor == 1


@pytest.mark.slow
async def test_a_sheet_shows_the_round_and_enter_goes_to_the_pick_under_its_cursor(rich: Rich) -> None:
    app = Host(rich[0], rich[1].name)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.image)
        await pilot.press("down", "g")
        sheet = app.pane.query_one(ContactSheet)
        await until(pilot, lambda: sheet.has_focus and all(cell.picture.is_drawn for cell in sheet.cells[:6]))
        assert sheet.cursor == 1
        assert not any(cell.display for cell in sheet.cells[6:])
        await pilot.press("end")
        await until(pilot, lambda: sheet.cursor == 5)
        await pilot.press("left", "enter")
        await until(pilot, lambda: app.pane.listing.has_focus and app.pane.listing.cursor == 4)
        await until(pilot, lambda: app.image == app.pane.content.round.picked.picks[4].image)  # type: ignore[union-attr]
        await pilot.press("g")
        await until(pilot, lambda: sheet.has_focus)
        await pilot.press("escape")
        await until(pilot, lambda: app.pane.listing.has_focus)


def captions(sheet: ContactSheet) -> list[str]:
    return [cell.caption for cell in sheet.cells if cell.display and cell.caption]


@pytest.mark.slow
@pytest.mark.parametrize("size", [(40, 12), (80, 24), (160, 50)], ids=str)
async def test_a_sheet_turns_its_pages_and_shows_every_pick_once(rich: Rich, size: tuple[int, int]) -> None:
    app = Host(rich[0], rich[1].name)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.pane.listing.rows)
        await pilot.press("g")
        sheet = app.pane.query_one(ContactSheet)
        await until(pilot, lambda: sheet.has_focus and sheet.size.area)
        seen: list[str] = []
        while len(seen) < 6:  # a page at a time, each of them another one
            await until(pilot, lambda before={*seen}: {*captions(sheet)} - before)  # type: ignore[misc]
            cells = [cell for cell in sheet.cells if cell.display and cell.caption]
            await until(pilot, lambda cells=cells: all(cell.picture.is_drawn for cell in cells))  # type: ignore[misc]
            seen += [cell.caption for cell in cells if cell.caption not in seen]
            await pilot.press("pagedown")
        assert len(seen) == 6
        assert [caption.split()[0] for caption in seen] == [str(at) for at in range(1, 7)]


async def test_pictures_are_read_and_drawn_ahead_of_the_cursor(rich: Rich) -> None:
    app = Host(rich[0], rich[1].name)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.image)
        round_ = app.pane.content.round  # type: ignore[union-attr]
        assert round_ is not None
        await until(pilot, lambda: app.pane.shelf.card(round_, 2) and app.pane.shelf.card(round_, 3))
        shelf, picks = app.pane.shelf, app.pane.card
        await until(pilot, lambda: (two := shelf.card(round_, 2)) and picks.picture._drawn_ahead(picks._painting(two)))
        app.pane.listing.cursor = 1
        card = app.pane.card
        await until(pilot, lambda: card.card is not None and card.card.evidence.place == 2)
        # At once: nothing is read, and nothing is drawn.
        assert app.image == round_.picked.picks[1].image
        assert app.pane.card.picture.is_settled


def test_what_has_something_to_say_comes_first_and_the_rest_is_counted(rich: Rich) -> None:
    known = evidence(round_evidence(rich[0], rich[1].name, RoundKey("ag", 0, 1)), 1)
    shares = known.pick.probabilities
    order = sorted(range(len(shares)), key=lambda at: -shares[at])
    least, present = order[-1], order[-2]
    truth = tuple(1 if at == present else -1 for at in range(len(shares)))
    shown = telling(known, truth, least)
    assert {least, present, *order[:2]} <= set(shown)
    assert int(np.argmax(known.separation)) in shown  # type: ignore[arg-type]  # none of them is None: maps are kept
    assert [shares[at] for at in shown] == sorted((shares[at] for at in shown), reverse=True)
    rest = set(range(len(shares))) - set(shown)
    assert folded_away(known, shown) == f"{len(rest)} others, at most {max(shares[at] for at in rest):.2f}"
    assert folded_away(known, tuple(range(len(shares)))) == ""
