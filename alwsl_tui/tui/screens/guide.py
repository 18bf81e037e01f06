"""The guide on the screen: its topics, and the page of one of them."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.screen import Screen
from textual.widgets import Markdown, OptionList, Static
from textual.widgets.option_list import Option

from alwsl_tui.guide import SUFFIX, page, topics
from alwsl_tui.tui.closing import Closing
from alwsl_tui.tui.widgets.page import TopicPage


class GuideScreen(Closing, Screen[None]):
    """The topics beside the page of one; above it where the terminal is narrow."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", show=False),
        Binding("q", "close", "Close", show=False),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-stacked"), (80, "-beside")]  # noqa: RUF012
    CSS = """
    GuideScreen #guide-body { layout: horizontal; height: 1fr; }
    GuideScreen OptionList { width: 18; height: 100%; border: none; background: $surface; }
    GuideScreen VerticalScroll { width: 1fr; height: 1fr; scrollbar-size-vertical: 1; }
    GuideScreen TopicPage { max-width: 110; padding: 0 2; background: $background; }
    GuideScreen #guide-hint { height: 1; color: $text-muted; padding: 0 1; }
    GuideScreen.-stacked #guide-body { layout: vertical; }
    GuideScreen.-stacked OptionList { width: 100%; height: 4; }
    """

    def __init__(self, topic: str | None = None) -> None:
        super().__init__()
        self.topics = topics()
        self.topic = topic or self.topics[0]
        """The topic whose page is shown."""

    def compose(self) -> ComposeResult:
        """Build the list of topics, the page and a line of keys."""
        # A list highlights its first option when it is made, and would ask for that page before the one wanted.
        with self.prevent(OptionList.OptionHighlighted):
            options = OptionList(*(Option(topic) for topic in self.topics))
            options.highlighted = self.topics.index(self.topic)
        with Container(id="guide-body"):
            yield options
            with VerticalScroll():
                yield TopicPage(page(self.topic).text, open_links=False)
        yield Static("enter: read  escape: back  q: close", id="guide-hint")

    def on_mount(self) -> None:
        """Start on the list."""
        self.query_one(OptionList).focus()

    def on_resize(self) -> None:
        """Keep the chosen topic visible."""
        self.call_after_refresh(self.query_one(OptionList).scroll_to_highlight)

    async def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the page under the cursor."""
        event.stop()
        topic = self.topics[event.option_index]
        if topic != self.topic:
            self.topic = topic
            await self.query_one(TopicPage).update(page(topic).text)
            self.query_one(VerticalScroll).scroll_home(animate=False)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Let the arrow keys scroll the page."""
        event.stop()
        self.query_one(VerticalScroll).focus()

    def on_markdown_link_clicked(self, event: Markdown.LinkClicked) -> None:
        """Follow a link to another page; hand an address to the browser."""
        event.stop()
        topic = event.href.removesuffix(SUFFIX)
        if topic in self.topics:
            self._highlight(topic)
        elif event.href.startswith("https://"):
            self.app.open_url(event.href)

    def action_back(self) -> None:
        """Return from the page to the topics, and from the topics to where the guide was opened."""
        if self.query_one(OptionList).has_focus:
            self.dismiss(None)
        else:
            self.query_one(OptionList).focus()

    def action_close(self) -> None:
        """Return to where the guide was opened."""
        self.dismiss(None)

    def _highlight(self, topic: str) -> None:
        self.query_one(OptionList).highlighted = self.topics.index(topic)
