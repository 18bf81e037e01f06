"""A long table looks as Rich would have drawn it."""

import io

import hypothesis.strategies as st
import pytest
from hypothesis import given
from rich.console import Console, RenderableType
from rich.text import Text

from alwsl_tui.cli.text.long_table import LongTable
from alwsl_tui.cli.text.tables import table
from campaigns.core.text import printable

COLUMNS, NUMBERS = ("name", "state", "age"), ("age",)
CELLS = st.text(max_size=12).map(lambda text: printable(text).replace("\n", " ").strip())
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=5)


def drawn(what: RenderableType, width: int) -> str:
    console = Console(width=width, file=io.StringIO(), highlight=False, legacy_windows=False)
    with console.capture() as caught:
        console.print(what)
    return caught.get()


@pytest.mark.slow
@given(rows=ROWS, width=st.sampled_from([20, 40, 200]))
def test_a_listing_is_the_table_of_the_same_cells_at_every_width(rows: list[tuple[str, str, str]], width: int) -> None:
    cells = [(Text(name), Text(state, "bold red"), Text(age)) for name, state, age in rows]
    rich = table(COLUMNS, cells, numbers=NUMBERS)
    listing = LongTable(COLUMNS, cells, NUMBERS, narrow=lambda: rich)
    assert drawn(listing, width) == drawn(rich, width)
