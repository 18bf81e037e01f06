"""What a campaign has cost: in all, to choose once, and round by round."""

from collections.abc import Iterator
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Resize
from textual.widgets import Static

from alwsl_tui.drawing.cost import STEPS, Gathered, Order, choosing, counted, gathered, kind, totals, work
from alwsl_tui.drawing.palette import Palette
from alwsl_tui.tui.actions import Action, bindings
from alwsl_tui.tui.pane import Pane
from alwsl_tui.tui.tabs import Tab
from alwsl_tui.tui.theme import is_ascii, palette_of
from alwsl_tui.tui.widgets.listing import Column, Listing, Row
from campaigns.core.text import printable
from campaigns.reporting.cost import CostOf, RoundCost
from campaigns.services.results.cost import load_cost
from campaigns.services.workspace import Workspace

_COLUMNS = (
    Column("by criterion", 12),
    Column("trial", 5, is_number=True),
    Column("round", 5, is_number=True),
    Column("images", 7, is_number=True, rank=2),
    *(Column(f"{step} s", max(8, len(step) + 2), is_number=True, rank=4 * (step == "prepare")) for step in STEPS),
    Column("all s", 8, is_number=True),
    Column("on", 7, rank=3),
)
EMPTY = "Nothing measured yet. The first figures appear when a baseline is done."
SPACIOUS = 16
"""Rows of the whole tab from which on the caption under the figures has room."""

ACTIONS = (
    Action("cost", "rank", "o", "By round, or by criterion", "alwsl-tui cost {name}", short="order"),
)  # fmt: skip


class CostPane(Pane[CostOf]):
    """Where the time went, what choosing takes, and every round."""

    PLACE = "cost"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]
    EVERY = 2.0
    DEFAULT_CSS = """
    CostPane { height: 1fr; layout: vertical; padding: 0 1; }
    CostPane Static { height: auto; margin: 0 0 1 0; }
    CostPane #cost-totals, CostPane #cost-choosing { margin: 0; }
    CostPane Listing { height: 1fr; min-height: 4; }
    CostPane.-none #cost-work, CostPane.-none #cost-choosing, CostPane.-none #cost-counted { display: none; }
    """

    def __init__(self, workspace: Workspace, name: str) -> None:
        super().__init__(workspace, name)
        self.order = Order.CRITERION

    def compose(self) -> ComposeResult:
        """Compose totals, the bar, what choosing takes with what is counted, and every round."""
        yield Static(id="cost-totals")
        yield Static(id="cost-work")
        yield Static(id="cost-choosing")
        yield Static(id="cost-counted", markup=False)
        yield Listing(*_COLUMNS, empty=EMPTY)

    def enter(self) -> None:
        """Let keys move through the rounds."""
        self.query_one(Listing).focus()
        self.look()

    def facts(self) -> dict[str, str]:
        """Return the campaign."""
        return {"name": self.name_}

    def read(self) -> CostOf:
        """Read the seconds of every round so far."""
        return load_cost(self.workspace, self.name_)

    def show(self, content: CostOf) -> None:
        """Draw it."""
        self._draw()

    def on_resize(self, event: Resize) -> None:
        """Draw as wide as there is room."""
        self._draw()

    def action_rank(self) -> None:
        """Sort by round, or by criterion."""
        self.order = Order.ROUND if self.order is Order.CRITERION else Order.CRITERION
        self._draw()

    def _draw(self) -> None:
        cost, width = self.content, self.size.width - 2
        if cost is None or width <= 0:
            return
        palette = palette_of(self)
        self.set_class(not cost.rounds, "-none")
        self.query_one("#cost-totals", Static).update(totals(cost, palette))
        bar = work(cost, width=width, palette=palette, is_ascii=is_ascii(self))
        self.query_one("#cost-work", Static).update(bar)
        self.query_one("#cost-choosing", Static).update(choosing(cost, width=width, palette=palette))
        caption = self.query_one("#cost-counted", Static)
        caption.display = self.size.height >= SPACIOUS
        caption.update(Text(counted(cost, width=width), palette.muted))
        listing = self.query_one(Listing)
        listing.columns = (Column(f"by {self.order}", _COLUMNS[0].width), *_COLUMNS[1:])
        listing.rows = tuple(_rows(gathered(cost.rounds, self.order), self.order, palette))


def _rows(groups: tuple[Gathered, ...], order: Order, palette: Palette) -> Iterator[Row]:
    """Yield a line of sums for each group, and its rounds below."""
    for group in groups:
        sums = [group.seconds(step) for step in STEPS]
        style = f"bold {palette.text}"
        title = Text().append(group.title, style).append(f" ({len(group.rows)})", palette.muted)
        cells = ("", "", "", *map(_shown, sums), _shown(sum(row.seconds for row in group.rows)), "")
        yield Row(f"group {group.title}", (title, *(Text(cell, style) for cell in cells)))
        for row in group.rows:
            yield Row(f"{row.job} {row.round}", _cells(row, order, palette))


def _cells(row: RoundCost, order: Order, palette: Palette) -> tuple[Text, ...]:
    who = kind(row) if order is Order.ROUND else ""
    # A model that was taken over cost nothing here: that is worth a word, for 0.00 looks like a mistake.
    known = {step: _shown(seconds(row)) for step, seconds in STEPS.items()}
    steps = (known | ({"train": "reused"} if row.train == 0 else {})).values()
    trial = "" if row.trial is None else str(row.trial)
    cells = (f"  {who}", trial, str(row.round), str(row.labelled), *steps, _shown(row.seconds), printable(row.slot))
    return tuple(Text(cell, palette.muted) for cell in cells)


def _shown(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.2f}"


ENTRIES = (Tab("cost", CostPane, ACTIONS),)
