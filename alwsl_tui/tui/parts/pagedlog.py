"""A log on the screen, a page at a time: only what is seen is read, and never on the screen's thread."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import ClassVar

from rich.segment import Segment
from rich.text import Text
from textual import events, work
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.timer import Timer

from alwsl_tui.tui.parts.pager import FAR, Frame, LogPage, Move, Pager, ScreenRow, Tone
from alwsl_tui.tui.polling import Waking, is_in_sight
from campaigns.core.text import printable
from campaigns.services.logs.file import LogFile
from campaigns.services.logs.filters import Sieve

POLL, CALM, APART = 0.1, 0.5, 2.0
"""Seconds between two looks at whether the log has grown; after a while without anything new; after a longer one,
without the focus, or where its writer has ended."""
LIVELY, AWAKE = 20, 80
"""Looks without anything new after which they may be rarer, and rarer still."""
GUTTER = 2
"""Cells before each line, which say without colour what it is."""
SIDEWAYS = 8
"""Cells of one step to the side."""
SIGNS = {Tone.ERROR: "E", Tone.WARNING: "!"}
HIT = ">"


class PagedLog(Waking, can_focus=True):
    """Shows the log at `path`. Give it another path to see another log, None for none."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("left", "sideways(-1)", "Left", show=False),
        Binding("right", "sideways(1)", "Right", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown,space", "page(1)", "Page down", show=False),
        Binding("home,g", "first", "First line", show=False),
        Binding("end,G", "last", "Last line, and follow", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "log--plain", "log--error", "log--warning", "log--round", "log--match", "log--hit", "log--gutter",
    }  # fmt: skip
    DEFAULT_CSS = """
    PagedLog { height: 1fr; border: round $border-blurred; background: $background; }
    PagedLog:focus { border: round $border; }
    PagedLog > .log--error { color: $text-error; }
    PagedLog > .log--warning { color: $text-warning; }
    PagedLog > .log--round { text-style: bold; }
    PagedLog > .log--match { text-style: reverse; }
    PagedLog > .log--hit { text-style: bold underline; }
    PagedLog > .log--gutter { color: $text-muted; text-style: bold; }
    """

    path: reactive[Path | None] = reactive(None, init=False)
    is_following: reactive[bool] = reactive(True, init=False)
    """The end of the log stays in sight while it grows."""
    is_wrapping: reactive[bool] = reactive(False, init=False)
    sieve: reactive[Sieve] = reactive(Sieve(), init=False)
    """Only lines that it lets through are shown."""
    marks: reactive[Sieve | None] = reactive(None, init=False)
    """What is marked in the lines that are shown: matches of its first pattern."""
    hit: reactive[int | None] = reactive(None, init=False)
    """Where the line begins that a search has found; None once it is out of sight."""
    page: reactive[LogPage] = reactive(LogPage(), init=False)
    """What is seen."""
    is_over: reactive[bool] = reactive(False, init=False)
    """Whoever wrote the log has ended: hardly anything will come."""
    status: reactive[str] = reactive("", init=False)
    """In the border, after what is always there."""

    @dataclass
    class Turned(Message, bubble=False):
        """A page was read."""

        pager: Pager
        page: LogPage

        def can_replace(self, message: Message) -> bool:
            """Let only the last page of a log be drawn. One of another log or filter may come late and must not win."""
            return isinstance(message, PagedLog.Turned) and message.pager is self.pager

    def __init__(self, path: Path | None = None, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.set_reactive(PagedLog.path, path)
        self._pager: Pager | None = None
        self._asked: Move | None = None
        self._is_reading = False
        self._is_urgent = Event()
        self._left = self._quiet = 0
        self._polls: Timer | None = None
        """None while nobody can see it."""

    def on_mount(self) -> None:
        """Look for growth from now on."""
        self._open(Move(FAR))
        self._polls = self.set_timer(POLL, self._poll)

    def wake(self) -> None:
        """Look for growth again."""
        if self._polls is None:
            self._poll()

    def render_line(self, y: int) -> Strip:
        """Draw one row; the gutter says without colour what colours say."""
        width, base = self.size.width, self.rich_style
        if y >= len(self.page.rows):
            text = f"cannot be read: {self.page.problem}" if self.page.problem and y == 0 else ""
            return Strip([Segment(text, base)]).adjust_cell_length(width, base)
        row = self.page.rows[y]
        style = self.get_component_rich_style(f"log--{row.tone}")
        sign = SIGNS.get(row.tone, "")
        if row.offset == self.hit:
            sign, style = HIT, style + self.get_component_rich_style("log--hit", partial=True)
        marked = style + self.get_component_rich_style("log--match", partial=True)
        gutter = Segment((sign if row.is_first else "").ljust(GUTTER), self.get_component_rich_style("log--gutter"))
        segments = [gutter, *(Segment(text, marked if is_match else style) for text, is_match in _parts(row))]
        return Strip(segments).adjust_cell_length(width, base)

    def watch_path(self) -> None:
        """Another log is shown whole, and from its end."""
        self.page, self.hit, self.status, self._left = LogPage(), None, "", 0
        self.set_reactive(PagedLog.sieve, Sieve())
        self.set_reactive(PagedLog.is_following, True)
        self._open(Move(FAR))

    def watch_sieve(self) -> None:
        """Stay at the end, at the match or at the position when filters change."""
        if self.is_following:
            self._open(Move(FAR))
        elif self.hit is not None:
            self._open(self.around(self.hit))
        else:
            self._open(Move(self.page.place.offset))

    def watch_is_following(self, is_following: bool) -> None:
        """Whoever follows is at the end."""
        if is_following:
            self.ask(Move(FAR))
        self._tell()

    def watch_is_wrapping(self) -> None:
        """Reset the left edge: wrapped lines have none."""
        self._left = 0
        self.ask(self._stay)

    def watch_marks(self) -> None:
        """Look for matches where lines are read."""
        self.ask(self._stay)

    def watch_page(self) -> None:
        """Let the border say where in the log that is."""
        self._quiet = 0
        self._tell()

    def watch_status(self) -> None:
        """Let the border say it."""
        self._tell()

    def around(self, offset: int) -> Move:
        """To a line, with some of what is before it above."""
        return Move(offset, -(self.size.height // 3))

    def ask(self, move: Move) -> None:
        """Read the page after a move; what is asked while one is being read is done after it, all in one."""
        self._asked = move if self._asked is None else self._asked.then(move)
        self._is_urgent.set()
        if self._pager is None or self._is_reading or not self.size.area:
            return
        asked, self._asked, self._is_reading = self._asked, None, True
        self._is_urgent.clear()
        mark = self.marks.wanted[0] if self.marks else None
        frame = Frame(max(1, self.size.width - GUTTER), self.size.height, self._left, self.is_wrapping, mark)
        self._read(self._pager, asked, frame)

    def on_resize(self) -> None:
        """There is another room for the page."""
        self.ask(self._stay)

    def on_paged_log_turned(self, message: Turned) -> None:
        """Draw the page, unless it is of a log or filter of before, and go on with what was asked meanwhile."""
        if message.pager is not self._pager:
            return
        self._is_reading = False
        self.page = message.page
        if self._asked is not None or self.page.is_sifting:
            self.ask(self._stay if self._asked is None else Move())
        elif all(row.offset != self.hit for row in self.page.rows):
            self.hit = None

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Three lines up."""
        event.stop()
        self.action_move(-3)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Three lines down."""
        event.stop()
        self.action_move(3)

    def action_move(self, rows: int) -> None:
        """Go some rows down or, when negative, up; whoever goes up no longer follows."""
        if rows < 0:
            self.is_following = False
        if not self.is_following:
            self.ask(Move(rows=rows))

    def action_page(self, pages: int) -> None:
        """Go screenfuls down or up; one row stays in sight."""
        self.action_move(pages * max(1, self.size.height - 1))

    def action_sideways(self, steps: int) -> None:
        """To the side, where lines are cut."""
        if not self.is_wrapping:
            self._left = max(0, self._left + steps * SIDEWAYS)
            self.ask(self._stay)

    def action_first(self) -> None:
        """Go to the beginning of the log."""
        self.is_following = False
        self.ask(Move(0))

    def action_last(self) -> None:
        """Go to the end of the log, wherever it will be."""
        self.is_following = True

    @property
    def _stay(self) -> Move:
        return Move(FAR) if self.is_following else Move()

    def _open(self, move: Move) -> None:
        self._pager = None if self.path is None else Pager(LogFile(self.path), self.sieve)
        self._is_reading, self._asked = False, None
        self.ask(move)

    def _poll(self) -> None:
        self._polls = None
        if not is_in_sight(self):
            return
        self._quiet += 1
        if not self._is_reading and self.region.area:
            self.ask(self._stay)
        # A timer for each look: one that runs ten times a second is most of what a log costs in which nothing happens.
        is_apart = self.is_over or not self.app.app_focus or self._quiet > AWAKE
        self._polls = self.set_timer(APART if is_apart else CALM if self._quiet > LIVELY else POLL, self._poll)

    @work(thread=True, group="read")
    def _read(self, pager: Pager, move: Move, frame: Frame) -> None:
        page = pager.turn(move, frame, should_hurry=self._is_urgent.is_set)
        self.post_message(self.Turned(pager, page))

    def _tell(self) -> None:
        page, sieve = self.page, self.sieve
        words = [page.date, f"{page.share:.0%}", "following" if self.is_following else "", self.status]
        words += [f"only {pattern.pattern}" for pattern in sieve.wanted]
        words += [f"without {pattern.pattern}" for pattern in sieve.unwanted]
        if page.matches is not None:
            words.append(f"{page.matches} lines")
        if page.is_sifting:
            words.append(f"sifting {page.scanned / max(1, page.look.size):.0%}")
        text = Text(printable(" · ".join(word for word in words if word)))
        self.border_subtitle = text if self.path is not None else None


def _parts(row: ScreenRow) -> Iterator[tuple[str, bool]]:
    """Yield the row's text in pieces, and whether each is a match."""
    at = 0
    for start, end in row.spans:
        yield row.text[at:start], False
        yield row.text[start:end], True
        at = end
    yield row.text[at:], False
