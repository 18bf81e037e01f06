"""The guide on the screen."""

import pytest
from textual.app import App
from textual.containers import VerticalScroll
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Markdown, OptionList

from alwsl_tui.guide import page, topics
from alwsl_tui.options import Manners
from alwsl_tui.tui.app import AlwslApp
from alwsl_tui.tui.screens.guide import GuideScreen
from alwsl_tui.tui.screens.keys import KeysScreen
from campaigns.services.workspace import Workspace
from tests.tui.waiting import seen, until


class Host(App[None]):
    """Opens the guide at once."""

    def __init__(self, topic: str | None = None) -> None:
        super().__init__()
        self.guide = GuideScreen(topic)

    def on_mount(self) -> None:
        self.push_screen(self.guide)

    @property
    def shown(self) -> str:
        return "".join(page_.source for page_ in self.guide.query(Markdown))

    @property
    def title_shown(self) -> str:
        return page(self.guide.topic).title

    async def shows(self, pilot: Pilot[None], topic: str) -> None:
        await until(pilot, lambda: self.shown == page(topic).text)


async def test_the_keys_open_the_guide_and_it_leads_back(place: Workspace) -> None:
    app = AlwslApp(place, Manners())
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.focused is not None)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, KeysScreen) and "g guide" in seen(pilot))
        await pilot.press("g")
        texts = (page(topics()[0]).title, *topics())
        await until(pilot, lambda: isinstance(app.screen, GuideScreen) and all(text in seen(pilot) for text in texts))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, KeysScreen))


@pytest.mark.slow
async def test_arrows_choose_a_page_and_enter_scrolls_it() -> None:
    app = Host()
    async with app.run_test(size=(120, 30)) as pilot:
        await app.shows(pilot, topics()[0])
        await until(pilot, lambda: app.guide.query_one(OptionList).has_focus)
        for topic in topics()[1:4]:
            await pilot.press("down")
            await app.shows(pilot, topic)
        scroll = app.guide.query_one(VerticalScroll)
        await pilot.press("home")
        await app.shows(pilot, topics()[0])
        await pilot.press("enter")
        await until(pilot, lambda: scroll.has_focus and app.title_shown in seen(pilot) and scroll.max_scroll_y > 0)
        await pilot.press("pagedown")
        await until(pilot, lambda: scroll.scroll_y > 0)
        await pilot.press("escape")
        await until(pilot, lambda: app.guide.query_one(OptionList).has_focus)


async def test_it_begins_with_the_page_that_was_asked_for_and_draws_no_other_before() -> None:
    app = Host("security")
    async with app.run_test(size=(120, 30)) as pilot:
        await app.shows(pilot, "security")
        for _ in range(5):
            await pilot.pause()
            assert app.shown == page("security").text
        await until(pilot, lambda: app.guide.query_one(OptionList).highlighted == topics().index("security"))


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (200, 60)], ids=lambda size: "x".join(map(str, size)))
async def test_it_fits_and_closes(size: tuple[int, int]) -> None:
    app = Host("security")
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "What is safe to open" in seen(pilot) and "security" in seen(pilot))
        assert app.guide.query_one(Markdown).size.width <= size[0]
        await pilot.press("q")
        await until(pilot, lambda: app.screen is not app.guide)


@pytest.mark.slow
async def test_a_link_leads_to_its_page_and_no_other_file_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Host("commands")
    opened: list[str] = []
    monkeypatch.setattr(app, "open_url", opened.append)  # the browser of whoever runs the tests
    async with app.run_test(size=(120, 30)) as pilot:
        await until(pilot, lambda: app.shown == page("commands").text)
        document = app.guide.query_one(Markdown)
        document.post_message(Markdown.LinkClicked(document, "json.md"))
        await until(pilot, lambda: app.shown == page("json").text)
        document.post_message(Markdown.LinkClicked(document, "https://arxiv.org/abs/2005.12892"))
        await until(pilot, lambda: opened == ["https://arxiv.org/abs/2005.12892"])
        document.post_message(Markdown.LinkClicked(document, "../../etc/passwd"))
        await pilot.pause()
        assert app.shown == page("json").text
        assert len(opened) == 1


@pytest.mark.slow
@pytest.mark.long
async def test_every_page_can_be_drawn() -> None:
    app = Host()
    async with app.run_test(size=(100, 30)) as pilot:
        await app.shows(pilot, topics()[0])
        for topic in topics():
            app.guide.query_one(OptionList).highlighted = topics().index(topic)
            await app.shows(pilot, topic)
            await until(pilot, lambda: app.title_shown in seen(pilot))
    assert isinstance(app.guide, Screen)
