"""What the marks of a chart stand for, and their values at one budget."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from rich.text import Text

from alwsl_tui.drawing.palette import Palette, hue, mark
from alwsl_tui.drawing.traces import Spot, Trace

NAME_WIDTH = 14


def cut(text: str, width: int, *, is_ascii: bool) -> str:
    """Cut text to at most `width` cells; what is cut off is marked."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(0, width - 1)).rstrip() + ("~" if is_ascii else "…")


Piece = tuple[str, str, bool]
"""Text, its colour, and whether it is bold."""


@dataclass(frozen=True, slots=True)
class EndForm:
    """What stands at the end of a line, and how many cells each part of it has; 0 leaves a part out."""

    name: int
    mean: int
    sd: int
    trials: int

    @property
    def width(self) -> int:
        """Cells of a whole label, its mark included."""
        parts = ((self.mean, 1), (self.sd, 3), (self.trials, 2))
        return 2 + self.name + sum(cells + gap for cells, gap in parts if cells)


def end_forms(drawn: Sequence[Trace]) -> tuple[EndForm, ...]:
    """Return the forms that labels of these traces may have, the widest first: with spread, with a mean, a name alone.

    Each is wide enough for every budget, so that a cursor moves nothing. Trials are counted where budgets differ in
    them: `n 2` beside others of three.
    """
    spots = [spot for trace in drawn for spot in trace.spots]
    name = min(NAME_WIDTH, max((cell_len(trace.name) for trace in drawn), default=0))
    counts = {len(spot.trials) for spot in spots}
    trials = len(f"n {max(counts)}") if len(counts) > 1 else 0
    mean = max((len(f"{spot.y:.1f}") for spot in spots), default=1)
    sd = max((len(f"{spot.sd:.1f}") for spot in spots if spot.sd is not None), default=0)
    return EndForm(name, mean, sd, trials), EndForm(name, mean, 0, 0), EndForm(name, 0, 0, 0)


def label(
    trace: Trace, form: EndForm, *, palette: Palette, labelled: int | None, focus: str | None, is_ascii: bool
) -> tuple[Piece, ...]:
    """Return a trace's mark, its name, and its values at a budget, or at the last one that is measured."""
    sign, colour = _sign(trace, palette, is_ascii)
    spot, is_focus = None if trace.is_hidden else _at(trace, labelled), trace.name == focus
    name = set_cell_size(cut(trace.name, form.name, is_ascii=is_ascii), form.name)
    mean = "-" if spot is None else f"{spot.y:.1f}"
    sd = "" if spot is None or spot.sd is None else f"{'+' if is_ascii else '±'} {spot.sd:>{form.sd}.1f}"
    count = "" if spot is None else f"n {len(spot.trials)}"
    values = f" {mean:>{form.mean}}" if form.mean else ""
    values += f" {sd:<{form.sd + 2}}" if form.sd else ""
    return (
        (f"{sign} ", colour, not trace.is_hidden),
        (name, palette.muted if trace.is_hidden else colour, is_focus),
        (values, palette.text if is_focus or focus is None else palette.muted, is_focus),
        (f"  {count:<{form.trials}}" if form.trials else "", palette.muted, False),
    )


def line_legend(
    drawn: Sequence[Trace],
    *,
    palette: Palette,
    width: int,
    labelled: int | None = None,
    is_ascii: bool = False,
    has_values: bool = True,
) -> list[Text]:
    """Draw marks, names and means, the highest first, in as many lines of `width` as it takes; no hidden ones."""
    lines, room = [Text(no_wrap=True, end="")], width
    visible = [(trace, _at(trace, labelled)) for trace in drawn if not trace.is_hidden]
    for trace, spot in sorted(visible, key=lambda pair: 0.0 if pair[1] is None else -pair[1].y):
        if spot is None:
            continue
        sign, colour = _sign(trace, palette, is_ascii)
        entry = Text(end="").append(f"{sign} ", Style(color=colour, bold=True))
        entry.append(cut(trace.name, NAME_WIDTH, is_ascii=is_ascii), Style(color=palette.text))
        entry.append(f" {spot.y:.1f}  " if has_values else "  ", Style(color=palette.muted))
        if entry.cell_len - 2 > room and room < width:
            lines.append(Text(no_wrap=True, end=""))
            room = width
        lines[-1].append_text(entry)
        room -= entry.cell_len
    return [line for line in lines if line]


def _at(trace: Trace, labelled: int | None) -> Spot | None:
    if labelled is not None:
        return trace.spot(labelled)
    return trace.spots[-1] if trace.spots else None


def _sign(trace: Trace, palette: Palette, is_ascii: bool) -> tuple[str, str]:
    if trace.is_hidden:
        return "-" if is_ascii else "·", palette.muted
    return mark(trace.at, is_ascii=is_ascii), hue(trace.at, palette)
