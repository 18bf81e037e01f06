"""What the marks of a chart stand for, and their values at one budget."""

from collections.abc import Sequence

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


def values(spot: Spot | None, *, is_ascii: bool) -> str:
    """Format a spot: `87.5 ± 1.2`, `87.5` for one trial, nothing where nothing is measured."""
    if spot is None:
        return ""
    return f"{spot.y:.1f}" + ("" if spot.sd is None else f" {'+-' if is_ascii else '±'} {spot.sd:.1f}")


def side_legend(
    drawn: Sequence[Trace],
    *,
    palette: Palette,
    labelled: int | None = None,
    focus: str | None = None,
    is_ascii: bool = False,
) -> Text:
    """Draw a line for each trace: mark, name (marked if in focus), mean ± sd and trials at a budget, or at its last
    one.
    """
    width = min(NAME_WIDTH, max((cell_len(trace.name) for trace in drawn), default=0))
    entries = [(trace, values(_at(trace, labelled), is_ascii=is_ascii)) for trace in drawn]
    column = max((len(text) for _, text in entries), default=0)
    text = Text(no_wrap=True, end="")
    for trace, value in entries:
        name = set_cell_size(cut(trace.name, width, is_ascii=is_ascii), width)
        sign, colour = _sign(trace, palette, is_ascii)
        spot = _at(trace, labelled)
        is_focus = trace.name == focus
        text.append(f"{sign} ", Style(color=colour, bold=not trace.is_hidden))
        tone = colour if is_focus else palette.muted if trace.is_hidden or not spot else palette.text
        text.append(name.rstrip(), Style(color=tone, bold=is_focus, underline=is_focus))
        text.append(" " * (len(name) - len(name.rstrip()) + 2))
        if trace.is_hidden:
            text.append("hidden", Style(color=palette.muted))
        elif spot:
            text.append(value.ljust(column), Style(color=palette.text))
            text.append(f"  n {len(spot.trials)}", Style(color=palette.muted))
        else:
            text.append("not yet", Style(color=palette.muted))
        text.append("\n")
    return text


def line_legend(
    drawn: Sequence[Trace], *, palette: Palette, width: int, labelled: int | None = None, is_ascii: bool = False
) -> list[Text]:
    """Draw marks, names and means one after the other, in as many lines of `width` as it takes; no hidden ones."""
    lines, room = [Text(no_wrap=True, end="")], width
    for trace in drawn:
        spot = _at(trace, labelled)
        if trace.is_hidden or spot is None:
            continue
        sign, colour = _sign(trace, palette, is_ascii)
        entry = Text(end="").append(f"{sign} ", Style(color=colour, bold=True))
        entry.append(cut(trace.name, NAME_WIDTH, is_ascii=is_ascii), Style(color=palette.text))
        entry.append(f" {spot.y:.1f}  ", Style(color=palette.muted))
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
