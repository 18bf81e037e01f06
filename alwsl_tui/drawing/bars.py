"""Bars: how often, how good, and how it went on."""

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from rich.text import Text

from alwsl_tui.drawing.legend import cut
from alwsl_tui.drawing.palette import Palette, blend, hue, mark
from campaigns.core.text import printable

EIGHTHS = " ▏▎▍▌▋▊▉█"
LEVELS, ASCII_LEVELS = "▁▂▃▄▅▆▇█", "_.-=+*%#"
LABEL_WIDTH = 16
HIGH = 3
"""Lines of a falling line from which on it is two dots thick."""


def bar(share: float, width: int, *, is_ascii: bool = False) -> str:
    """Return `width` cells, filled from the left by a share in [0, 1], in eighths of a cell; clip what lies outside."""
    eighths = round(min(1.0, max(0.0, share)) * width * 8)
    if share > 0 and eighths == 0:
        eighths = 1  # something is not nothing
    if is_ascii:
        return ("#" * -(-eighths // 8)).ljust(width)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (EIGHTHS[rest] if rest else "")).ljust(width)


def histogram(
    labels: Sequence[str],
    counts: Sequence[int],
    *,
    width: int,
    palette: Palette,
    is_ascii: bool = False,
    lines: int = 1,
) -> Text:
    """Draw so many lines for each label: its bar, its count, its per cent of all; none is wider than `width`, from 30
    on.
    """
    total, most = sum(counts), max(counts, default=0)
    digits = len(str(most))
    names = _names(labels, is_ascii)
    label = max((cell_len(name) for name in names), default=0)
    room = max(1, width - label - digits - 8)
    text = Text(no_wrap=True, end="")
    for at, (name, count) in enumerate(zip(names, counts, strict=True)):
        drawn = bar(count / most if most else 0.0, room, is_ascii=is_ascii)
        for line in range(lines):
            is_middle = line == (lines - 1) // 2
            text.append("\n" if at or line else "")
            text.append(f"{set_cell_size(name if is_middle else '', label)} ", Style(color=palette.muted))
            text.append(drawn, Style(color=palette.accent))
            if is_middle:
                text.append(f" {count:>{digits}}", Style(color=palette.text))
                text.append(f" {100 * count / total if total else 0:>3.0f} %", Style(color=palette.muted))
    return text


def class_bars(
    names: Sequence[str],
    series: Sequence[Sequence[float | None]],
    *,
    width: int,
    palette: Palette,
    is_ascii: bool = False,
) -> Text:
    """Draw a bar of each campaign for each name, from 0 to 1, below each other, with its mark; None is not measured.

    `series` has a sequence for each campaign, as long as `names`. With two campaigns the second bar ends with by how
    many points it is better (+) or worse (−). No line is wider than `width`, from 40 on.
    """
    shown = _names(names, is_ascii)
    label = max((cell_len(name) for name in shown), default=0)
    room = max(1, width - label - (16 if len(series) == 2 else 9))
    text = Text(no_wrap=True, end="")
    for at, name in enumerate(shown):
        values = [campaign[at] for campaign in series]
        for place, value in enumerate(values):
            text.append("\n" if at or place else "")
            text.append(set_cell_size("" if place else name, label), Style(color=palette.text))
            text.append(f" {mark(place, is_ascii=is_ascii)} ", Style(color=hue(place, palette), bold=True))
            _append_value(text, value, room, colour=hue(place, palette), palette=palette, is_ascii=is_ascii)
        if len(values) == 2 and values[0] is not None and values[1] is not None:
            _append_change(text, 100 * (values[1] - values[0]), palette, is_ascii)
    return text


def _append_value(text: Text, value: float | None, room: int, *, colour: str, palette: Palette, is_ascii: bool) -> None:
    if value is None:
        text.append("not measured", Style(color=palette.muted))
        return
    rail = blend(palette.muted, palette.background, 0.15)
    text.append(bar(value, room, is_ascii=is_ascii), Style(color=colour, bgcolor=rail))
    text.append(f" {100 * value:5.1f}", Style(color=palette.text))


def _append_change(text: Text, points: float, palette: Palette, is_ascii: bool) -> None:
    sign = "+" if points >= 0.05 else ("-" if is_ascii else "−") if points <= -0.05 else " "
    colour = palette.good if sign == "+" else palette.muted if sign == " " else palette.bad
    text.append(f"  {sign}{abs(points):.1f}".ljust(7), Style(color=colour))


def sparkline(values: Sequence[float | None], *, is_ascii: bool = False) -> str:
    """Draw a sign for each value, between the least and the greatest of them; a blank for None."""
    levels = ASCII_LEVELS if is_ascii else LEVELS
    known = [value for value in values if value is not None]
    low, span = min(known, default=0.0), max(known, default=0.0) - min(known, default=0.0)
    last = len(levels) - 1
    return "".join(
        " " if value is None else levels[round(last * (value - low) / span) if span else last // 2] for value in values
    )


def falling(values: Sequence[float], planned: int, *, columns: int, rows: int, is_ascii: bool = False) -> list[str]:
    """Draw values as a line from their least to their greatest, in braille dots; the first at the left edge.

    Of `planned` values those to come leave their part of the width blank.
    """
    wide, high = (columns, rows) if is_ascii else (2 * columns, 4 * rows)
    dots: list[set[int]] = [set() for _ in range(wide)]
    low, span = min(values, default=0.0), max(values, default=0.0) - min(values, default=0.0)
    step, thick = (max(planned, len(values)) - 1) / max(1, wide - 1), 1 if is_ascii or rows < HIGH else 2
    before: int | None = None
    for x in range(wide):
        place = x * step
        if not values or place > len(values) - 1:
            break
        left = int(place)
        right = min(left + 1, len(values) - 1)
        value = values[left] + (place - left) * (values[right] - values[left])
        y = round((high - thick) * (1 - (value - low) / span)) if span else high // 2
        first, last = (min(y, before + 1), max(y, before - 1)) if before is not None else (y, y)
        dots[x] = {*range(first, last + thick)}
        before = y
    if is_ascii:
        return ["".join("." if row in column else " " for column in dots) for row in range(rows)]
    return ["".join(_braille(dots[2 * at], dots[2 * at + 1], 4 * row) for at in range(columns)) for row in range(rows)]


def _braille(left: set[int], right: set[int], top: int) -> str:
    """Return the sign whose dots are those of two columns, in the four rows from `top` on; a blank for none."""
    bits = sum(bit for at, bit in enumerate((1, 2, 4, 64)) if top + at in left)
    bits += sum(bit for at, bit in enumerate((8, 16, 32, 128)) if top + at in right)
    return chr(0x2800 + bits) if bits else " "


def _names(labels: Sequence[str], is_ascii: bool) -> list[str]:
    return [cut(printable(label).replace("\n", " "), LABEL_WIDTH, is_ascii=is_ascii) for label in labels]
