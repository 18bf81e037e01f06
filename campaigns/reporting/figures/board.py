"""Paper and pens: how every figure looks, and how it becomes SVG or PNG."""

import io
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from campaigns.core.text import printable
from campaigns.reporting.colours import LIGHT

MARKS = ("o", "^", "s", "D", "o", "^", "s", "v", "P", "X", "*", "<", ">", "h", "d", "p")
"""As Matplotlib names them; the first ten are the screens' marks."""
HOLLOW = frozenset({4, 5, 6})
"""Places of criteria whose mark is an outline."""
WIDTH, NARROW = 8.0, 3.4
"""Inches of a figure across the page, and across that of a telephone."""
LETTER = 0.08
"""Inches of a digit."""
DOTS = 200
"""Pixels to an inch of a PNG."""
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "alwsl-tui",  # ids are the same every time
    "text.parse_math": False,  # a class may be called $5
    "font.family": "DejaVu Sans",  # comes with Matplotlib, so a figure is the same everywhere
    "font.size": 9.0,
    "axes.titlesize": 9.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlecolor": LIGHT.text,
    "axes.labelsize": 9.0,
    "axes.labelcolor": LIGHT.muted,
    "axes.edgecolor": LIGHT.muted,
    "axes.facecolor": LIGHT.paper,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": LIGHT.rule,
    "grid.linewidth": 0.8,
    "xtick.color": LIGHT.muted,
    "ytick.color": LIGHT.muted,
    "xtick.major.size": 3.0,
    "ytick.major.size": 3.0,
    "text.color": LIGHT.text,
    "figure.facecolor": LIGHT.paper,
    "legend.frameon": False,
    "legend.fontsize": 9.0,
    "lines.linewidth": 1.6,
    "lines.markersize": 5.4,
}


@dataclass(frozen=True, slots=True)
class Mark:
    """Something in a figure that says more when one points at it."""

    id: str
    """Of its group in the SVG; ours alone, whatever anything is called."""
    text: str
    series: int | None = None
    """Place of its criterion; None when it belongs to none."""
    kind: str = "point"
    """`point`; or `line` and `band`, which say nothing and only come and go with their series."""


@dataclass(frozen=True, slots=True)
class Plot:
    """One figure, ready to be saved."""

    key: str
    """For file names and ids: lower-case letters, digits, dashes."""
    title: str
    caption: str
    """What is shown, of how many trials, and what the spread is."""
    figure: Figure
    marks: tuple[Mark, ...] = ()
    legend: tuple[tuple[int, str], ...] = ()
    """Place and name of every criterion that can be switched off; empty where there is nothing to switch."""
    is_wide: bool = True
    """It takes the width of the page; two that do not stand side by side."""


@dataclass(slots=True)
class Pen:
    """Draws on a figure and remembers what it has drawn."""

    key: str
    figure: Figure
    marks: list[Mark] = field(default_factory=list)

    def note(self, artist: Artist, text: str = "", *, series: int | None = None, kind: str = "point") -> None:
        """Remember something that was drawn."""
        id_ = f"{self.key}-{len(self.marks)}"
        artist.set_gid(id_)
        self.marks.append(Mark(id_, printable(text).replace("\n", " "), series, kind))


_is_narrow: ContextVar[bool] = ContextVar("is_narrow", default=False)


@contextmanager
def narrow() -> Iterator[None]:
    """Let everything that is drawn inside be as wide as a telephone, with panels below each other."""
    token = _is_narrow.set(True)
    try:
        yield
    finally:
        _is_narrow.reset(token)


def pen(key: str, *, width: float = WIDTH, height: float = 3.6) -> Pen:
    """Return an empty figure, in inches; where it is narrow, no wider than that, and with a key of its own."""
    if _is_narrow.get():
        return Pen(f"{key}-narrow", Figure(figsize=(min(width, NARROW), height), layout="constrained"))
    return Pen(key, Figure(figsize=(width, height), layout="constrained"))


def abreast(panels: int) -> int:
    """Return how many panels stand side by side: one where it is narrow."""
    return 1 if _is_narrow.get() else panels


def ticks_at(axes: Axes, budgets: Iterable[int], *, first: Iterable[int] = (), panels: int = 1) -> None:
    """Put the ticks of x at budgets: at all that have room for their number, those of `first` before the others.

    `panels` share the width of the figure.
    """
    every = sorted(set(budgets))
    if not every:
        return
    width = (NARROW if _is_narrow.get() else WIDTH) / abreast(panels) - 0.9
    per_image = width / max(1, every[-1] - every[0])
    wanted = [*(budget for budget in first if budget in every), every[-1], every[0], *every]
    kept: dict[int, float] = {}
    for budget in dict.fromkeys(wanted):
        reach = LETTER * (len(str(budget)) + 1) / 2
        if all(abs(budget - other) * per_image >= reach + theirs for other, theirs in kept.items()):
            kept[budget] = reach
    axes.set_xticks(sorted(kept), [str(budget) for budget in sorted(kept)])


@contextmanager
def style() -> Iterator[None]:
    """Let everything that is drawn or saved inside look like us, whatever `matplotlibrc` says."""
    with mpl.rc_context(), warnings.catch_warnings():
        mpl.rcdefaults()
        mpl.rcParams.update(STYLE)
        # A name may have letters that the font lacks: a box stands for them in a PNG, an SVG keeps them.
        warnings.filterwarnings("ignore", message=".*[Gg]lyph", category=UserWarning)
        yield


def svg(plot: Plot) -> str:
    """Return the figure as SVG, without a date."""
    out, figure, layout = io.StringIO(), plot.figure, plot.figure.get_layout_engine()
    with style():
        # `savefig` would draw all of it once more, for the layout alone: a quarter of the time, for the same bytes.
        FigureCanvasSVG(figure)
        if layout is not None:
            layout.execute(figure)
        figure.set_layout_engine(None)
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    figure.set_layout_engine(layout)
    return out.getvalue()


def png(plot: Plot) -> bytes:
    """Return the figure as PNG."""
    out = io.BytesIO()
    with style():
        plot.figure.savefig(out, format="png", dpi=DOTS, metadata={"Software": None})
    return out.getvalue()


def colour(place: int) -> str:
    """Return the colour of the criterion at a position, counted from 0."""
    return LIGHT.series[place % len(LIGHT.series)]


def dot(place: int) -> dict[str, Any]:
    """Return how the mark of the criterion at a position is drawn, as `Axes.plot` takes it."""
    fill = LIGHT.paper if place in HOLLOW else colour(place)
    return {
        "marker": MARKS[place % len(MARKS)], "color": colour(place), "markerfacecolor": fill,
        "markeredgecolor": colour(place), "markeredgewidth": 1.3 if place in HOLLOW else 0.0,
    }  # fmt: skip


def dashes(place: int) -> Literal["-", "--"]:
    """Return how the line of the criterion at a position is drawn: colours repeat after ten, dashes tell them apart."""
    return "-" if place < len(LIGHT.series) else "--"


def key_of(figure: Figure, entries: Sequence[tuple[int, str]]) -> None:
    """Draw a legend below the figure, for paper; a page has one of its own."""
    handles = [Line2D([], [], linestyle=dashes(place), label=printable(name), **dot(place)) for place, name in entries]
    figure.legend(handles=handles, loc="outside lower center", ncols=_columns(len(handles)), columnspacing=1.2)


def _columns(entries: int) -> int:
    """Return the columns of a key: one line of ten at most, else two that are equally long."""
    return entries if entries <= len(LIGHT.series) else -(-entries // 2)


def entitle(figure: Figure, title: str, more: str) -> None:
    """Write what a figure is above it."""
    text = f"{title}\n{more}" if more else title
    figure.suptitle(text, x=0.01, ha="left", fontsize=10.5, fontweight="bold")


def plain_axes(axes: Axes, *, x: str = "", y: str = "", title: str = "") -> None:
    """Name the axes, and the panel."""
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    if title:
        axes.set_title(title)


def signed(value: float, *, digits: int = 1) -> str:
    """Format a number with its sign, a true minus; 0 has none."""
    magnitude = f"{abs(value):.{digits}f}"
    return magnitude if not float(magnitude) else f"{'+' if value > 0 else '−'}{magnitude}"


def answers(of_paper: str) -> str:
    """Return the beginning of a caption that names a figure of the paper; empty where there is none."""
    return f"Answers to {of_paper}. " if of_paper else ""


def count(number: int, word: str) -> str:
    """`1 trial`, `2 trials`."""
    return f"{number} {word}{'' if number == 1 else 's'}"
