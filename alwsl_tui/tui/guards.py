"""What Textual's own widgets lack, put right once for all of them."""

from textual._widget_navigation import Direction
from textual.widgets import OptionList

_move_page = OptionList._move_page


def _page(options: OptionList, direction: Direction) -> None:
    # A list without a size, in a window of two columns or before it is first drawn, has no lines to page by: Textual's
    # own looks one up all the same, and the program ends.
    if options._index_to_line:
        _move_page(options, direction)


def put_right() -> None:
    """Let a list of options that has no size stay as it is when a page of it is asked for."""
    OptionList._move_page = _page  # type: ignore[assignment, method-assign]  # of Select, of the palette and of our own alike
