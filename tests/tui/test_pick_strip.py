"""Thumbnails on the wall: as many as can be told apart, in a pane of any size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alwsl_tui.tui.parts.pick_strip import LEAST, LOW, MOST, thumbnails


@pytest.mark.parametrize(
    ("size", "known", "wanted"),
    [((20, 4), 60, (1, 1)), ((78, 8), 60, (5, 5)), ((58, 16), 60, (3, 6)), ((48, 17), 60, (3, 6)),
     ((198, 55), 60, (4, 12)), ((78, 8), 3, (3, 3)), ((58, 16), 1, (1, 1))],
    ids=str,
)  # fmt: skip
def test_as_many_are_shown_as_can_be_told_apart(size: tuple[int, int], known: int, wanted: tuple[int, int]) -> None:
    assert thumbnails(*size, known) == wanted


@given(width=st.integers(1, 260), height=st.integers(1, 80), known=st.integers(1, 100))
def test_all_of_them_have_room(width: int, height: int, known: int) -> None:
    columns, count = thumbnails(width, height, known)
    rows = -(-count // columns)
    assert 1 <= columns <= count <= min(known, MOST)
    assert columns == 1 or (width + 1) // columns - 1 >= LEAST
    assert rows == 1 or height // rows >= LOW
