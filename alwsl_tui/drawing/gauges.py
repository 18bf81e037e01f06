"""Bars that fill."""

from rich.text import Text

from alwsl_tui.drawing.palette import Palette

EIGHTHS = " ▏▎▍▌▋▊▉█"


def gauge(share: float, width: int, palette: Palette, *, colour: str | None = None, is_ascii: bool = False) -> Text:
    """Draw a bar `width` cells long, `share` of it in [0, 1] filled."""
    share = min(1.0, max(0.0, share))
    if is_ascii:
        full = round(share * width)
        return Text("#" * full, colour or palette.accent) + Text("." * (width - full), palette.muted)
    eighths = round(share * width * 8)
    bar = "█" * (eighths // 8) + (EIGHTHS[eighths % 8] if eighths % 8 else "")
    return Text(bar.ljust(width), f"{colour or palette.accent} on {palette.surface}")


def progress(share: float, width: int, palette: Palette, *, colour: str | None = None, is_ascii: bool = False) -> Text:
    """Draw a bar with its per cent behind it, `width` cells in all. Only what is complete says 100 %."""
    percent = min(99, int(100 * share)) if share < 1 else 100
    return Text.assemble(gauge(share, width - 6, palette, colour=colour, is_ascii=is_ascii), f" {percent:>3} %")
