"""The picks of one round as a list: a column for what its criterion knows of them, a row for each."""

from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType

from alwsl_tui.drawing.picks import number
from alwsl_tui.tui.widgets.listing import Column, Listing, Row
from campaigns.core.text import printable
from campaigns.services.results.evidence import RoundEvidence


class ImageListing(Listing, inherit_bindings=False):
    """A list of images, in which `g` is not the first one: it opens the sheet of them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        replace(binding, key="home") if isinstance(binding, Binding) and binding.key == "home,g" else binding
        for binding in Listing.BINDINGS
    ]

    def follow_cursor(self) -> None:
        """Turn a page where the cursor leaves what is seen: to scroll draws all the screen again, pictures too."""
        room, top = max(1, self.size.height - 1), self.scroll_offset.y
        if self.cursor >= top + room:
            self.scroll_to(y=self.cursor, animate=False)
        elif self.cursor < top:
            self.scroll_to(y=max(0, self.cursor - room + 1), animate=False)


def columns(round_: RoundEvidence) -> tuple[Column, ...]:
    """Return a column for values where the criterion gives one, for list and turn where it took images from lists."""
    columns = [Column("pick", 5, is_number=True), Column("image", 10, is_wide=True)]
    if any(pick.value is not None for pick in round_.picked.picks):
        columns.append(Column("value", 8, is_number=True))
    if any(pick.list is not None for pick in round_.picked.picks):
        columns += [Column("list", 7), Column("turn", 5, is_number=True, rank=1)]
    return (*columns, Column("votes", 5, is_number=True))


def rows(round_: RoundEvidence) -> tuple[Row, ...]:
    """Return a row for each pick, in the order it was picked."""
    titles = {column.title for column in columns(round_)}

    def cells(at: int) -> tuple[str, ...]:
        pick = round_.picked.picks[at]
        shown = [str(at + 1), printable(pick.image)]
        if "value" in titles:
            shown.append(number(pick.value))
        if "list" in titles:
            shown += [printable(pick.list or ""), str(pick.turn or "")]
        return (*shown, str(pick.votes))

    return tuple(Row(pick.image, cells(at)) for at, pick in enumerate(round_.picked.picks))
