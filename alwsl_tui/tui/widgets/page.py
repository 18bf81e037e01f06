"""A page of the guide, whose tables are one widget each."""

from collections.abc import Callable, Sequence
from functools import lru_cache

from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Markdown
from textual.widgets._markdown import MarkdownTable

GAP = "  "
"""Between two columns."""


def column_widths(widest: Sequence[int], room: int) -> list[int]:
    """Return a width for each column: what its widest cell takes, or an equal share of what narrow ones leave.

    Every one is at least 1, and where `room` has as many cells as there are columns, their sum is `room` at the most.
    """
    widths = [0] * len(widest)
    for done, at in enumerate(sorted(range(len(widest)), key=widest.__getitem__)):
        widths[at] = max(1, min(widest[at], (room - sum(widths)) // (len(widest) - done)))
    return widths


class PageTable(MarkdownTable):
    """A table that is drawn: Textual's own has a widget for each cell, and styles hundreds when a window is resized."""

    DEFAULT_CSS = """
    PageTable { height: auto; }
    PageTable > .head { color: $primary; text-style: bold; }
    PageTable > .rule { color: $foreground 20%; }
    """
    COMPONENT_CLASSES = {"head", "rule"}  # noqa: RUF012

    lines: Callable[[int], list[Content]] | None = None
    """Its lines at a width; None before it is composed: it may be laid out before that."""

    def compose(self) -> ComposeResult:
        """Take over what the cells say, and mount none."""
        self._headers, self._rows = self._get_headers_and_rows()
        self._blocks.clear()
        self.lines = lru_cache(4)(self._lines)
        self.refresh(layout=True)
        yield from ()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines it takes at that width."""
        return len(self.lines(width)) if self.lines is not None else 0

    def render(self) -> Content:
        """Draw its lines."""
        return Content("\n").join(self.lines(self.content_size.width) if self.lines is not None else ())

    def _lines(self, width: int) -> list[Content]:
        heads = [head.stylize(".head") for head in self._headers]
        rows = [heads, *self._rows]
        room = width - len(GAP) * (len(heads) - 1)
        widths = column_widths([max(row[at].cell_length for row in rows) for at in range(len(heads))], room)
        drawn = [_row(row, widths) for row in rows]
        rule = Content.styled("─" * width, ".rule")
        is_wrapped = any(len(row) > 1 for row in drawn[1:])
        lines = [*drawn[0], rule]
        for at, row in enumerate(drawn[1:]):
            lines += [rule, *row] if is_wrapped and at else row
        return lines


def _row(cells: Sequence[Content], widths: Sequence[int]) -> list[Content]:
    columns = [cell.wrap(width) if cell else [cell] for cell, width in zip(cells, widths, strict=True)]
    lines = []
    for at in range(max(map(len, columns))):
        parts = [column[at] if at < len(column) else Content() for column in columns]
        padded = [part.pad_right(max(0, width - part.cell_length)) for part, width in zip(parts, widths, strict=True)]
        lines.append(Content(GAP).join(padded))
    return lines


class TopicPage(Markdown):
    """Markdown as Textual draws it, but for tables."""

    BLOCKS = {**Markdown.BLOCKS, "table_open": PageTable}  # noqa: RUF012
