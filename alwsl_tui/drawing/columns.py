"""Text laid out in columns that fold where room is short."""

from collections.abc import Sequence

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.text import Text

from alwsl_tui.drawing.legend import cut
from alwsl_tui.drawing.palette import Palette
from campaigns.core.text import printable
from campaigns.services.campaigns.recipe import RecipeDifference

GAP = 2
"""Cells between two columns."""
LEAST = 16
"""Cells under which values stand below each other instead of side by side."""
ABSENT = "–"
"""What stands for a key that a recipe does not have."""


def folded(text: str, width: int) -> list[str]:
    """Fold words into lines of at most `width` cells (at least 1), breaking longer words; never empty."""
    lines = [""]
    for word in " ".join(text.split("\n")).split(" "):
        for at, part in enumerate(chop_cells(word, max(1, width)) or [""]):
            joined = f"{lines[-1]} {part}" if lines[-1] and not at else part
            if at or cell_len(joined) > width:
                lines.append(part)
            else:
                lines[-1] = joined
    return [line for line in lines if line] or [""]


def side_by_side(cells: Sequence[tuple[str, str]], widths: Sequence[int]) -> Text:
    """Draw one row of a table: (text, style) each, folded within its width; lines end in line ends."""
    columns = [folded(printable(text), width) for (text, _), width in zip(cells, widths, strict=True)]
    row = Text(no_wrap=True, end="")
    for at in range(max(map(len, columns))):
        for lines, (_, style), width in zip(columns, cells, widths, strict=True):
            row.append(set_cell_size(lines[at] if at < len(lines) else "", width) + " " * GAP, style)
        row.right_crop(GAP)
        row.append("\n")
    return row


def differences(rows: Sequence[RecipeDifference], names: Sequence[str], *, width: int, palette: Palette) -> Text:
    """Draw the keys in which recipes differ with the value of each campaign, side by side where `width` allows it."""
    if not rows:
        return Text("The recipes are identical.", palette.muted)
    names = [printable(name) for name in names]
    key = min(max(cell_len(difference.key) for difference in rows), max(LEAST, width // 4))
    room = (width - key) // max(1, len(names)) - GAP
    if room < LEAST:
        return _below_each_other(rows, names, width=width, palette=palette)
    widths = [key] + [room] * len(names)
    heads = [("", ""), *((name, f"bold {palette.text}") for name in names)]
    text = side_by_side(heads, widths)
    for difference in rows:
        values = [(value or ABSENT, palette.text if value else palette.muted) for value in difference.values]
        text += side_by_side([(difference.key, palette.accent), *values], widths)
    text.rstrip()
    return text


def _below_each_other(rows: Sequence[RecipeDifference], names: Sequence[str], *, width: int, palette: Palette) -> Text:
    first = min(max(map(cell_len, names)), max(8, width // 3))
    text = Text(no_wrap=True, end="")
    for difference in rows:
        text.append(f"{printable(difference.key)}\n", palette.accent)
        for name, value in zip(names, difference.values, strict=True):
            cells = [("", ""), (cut(name, first, is_ascii=False), palette.muted), (value or ABSENT, palette.text)]
            text += side_by_side(cells, [0, first, max(1, width - first - 2 * GAP)])
    text.rstrip()
    return text
