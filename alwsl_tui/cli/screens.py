"""Opening the screens from a command line, where there is a terminal that can show them."""

import os
import sys
from collections.abc import Callable

import typer

from alwsl_tui.drawing.palette import THEMES
from alwsl_tui.options import Manners
from campaigns.errors import UsageError, none_such


def has_terminal(manners: Manners) -> bool:
    """Return whether somebody can look at the screens: at a terminal, or in a browser."""
    # A browser's view runs this program without a terminal, and says so in the environment.
    is_view = manners.port is not None or "TEXTUAL_DRIVER" in os.environ
    return is_view or (sys.stdin.isatty() and sys.stdout.isatty())


def open_screens(context: typer.Context, manners: Manners) -> int:
    """Show the screens and return the exit code they end with.

    Raises:
        NoSuchName: there is no theme of that name.
        UsageError: there is no terminal that can show them.
    """
    if manners.theme is not None and manners.theme not in THEMES:
        raise none_such("theme", manners.theme, list(THEMES))
    if not has_terminal(manners):
        raise UsageError(
            "the screens need a terminal, and this is not one",
            hint="here: alwsl-tui demo, or alwsl-tui list --json; all commands: alwsl-tui --help",
        )
    if manners.port is None and "TEXTUAL_DRIVER" not in os.environ and os.environ.get("TERM") == "dumb":
        raise UsageError(
            "the screens need a terminal that can place text, and this one says that it cannot (TERM=dumb)",
            hint="here: alwsl-tui demo, or alwsl-tui list; in a terminal that can: export TERM=xterm-256color",
        )
    show: Callable[[Manners], int] = context.find_root().obj
    return show(manners)
