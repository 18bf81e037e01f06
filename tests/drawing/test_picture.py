"""Pictures as text, and maps over them."""

import gc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from rich.style import Style

from alwsl_tui.drawing.graphics import Way, way_for
from alwsl_tui.drawing.picture import BOTTOM_LINE, LEAST_BRIGHT, RAMP, cells, extremes, fitted, half_blocks, overlay
from alwsl_tui.options import Images


def plain(width: int, height: int, colour: tuple[int, int, int] = (128, 128, 128)) -> Image.Image:
    return Image.new("RGB", (width, height), colour)


@given(st.integers(1, 3000), st.integers(1, 3000), st.integers(2, 200), st.integers(1, 60))
def test_a_picture_fits_its_room_and_fills_it_one_way(width: int, height: int, columns: int, rows: int) -> None:
    wide, high = fitted(plain(width, height), width=columns, height=2 * rows).size
    assert 1 <= wide <= columns
    assert 2 <= high <= 2 * rows
    assert high % 2 == 0
    assert wide == columns or high >= 2 * rows - 1


def test_a_picture_keeps_its_proportions() -> None:
    assert fitted(plain(400, 200), width=80, height=80).size == (80, 40)
    assert fitted(plain(200, 400), width=80, height=80).size == (40, 80)


def test_a_cell_is_two_pixels_one_above_the_other() -> None:
    image = plain(2, 2, (0, 0, 0))
    image.putpixel((0, 0), (252, 0, 0))
    image.putpixel((0, 1), (0, 0, 252))
    (line,) = cells(image)
    assert [segment.text for segment in line] == ["▀", "▀"]
    style = line[0].style
    assert style is not None
    assert style.color is not None
    assert style.bgcolor is not None
    assert (style.color.triplet, style.bgcolor.triplet) == ((252, 0, 0), (0, 0, 252))


def test_neighbours_of_one_colour_are_one_segment() -> None:
    (line,) = cells(plain(40, 2))
    assert [segment.text for segment in line] == ["▀" * 40]


def test_however_many_pictures_were_drawn_what_is_left_of_them_is_a_screenful_of_styles() -> None:
    rng = np.random.default_rng(0)
    before = styles()
    for _ in range(5):
        cells(Image.fromarray(rng.integers(0, 256, (160, 60, 3), dtype=np.uint8)))
    assert styles() - before <= 4096


def styles() -> int:
    """That are kept somewhere."""
    gc.collect()
    return sum(type(one) is Style for one in gc.get_objects())


def test_in_ascii_brightness_is_a_sign() -> None:
    image = Image.fromarray(np.repeat(np.linspace(0, 255, 10, dtype=np.uint8)[None], 2, axis=0))
    (line,) = cells(image, is_ascii=True)
    assert "".join(segment.text for segment in line) == RAMP


def test_in_ascii_a_dark_picture_is_seen_and_a_plain_one_is_as_bright_as_it_is() -> None:
    dark = Image.fromarray(np.repeat(np.linspace(0, 60, 10, dtype=np.uint8)[None], 2, axis=0))
    (line,) = cells(dark, is_ascii=True)
    assert "".join(segment.text for segment in line)[::9] == RAMP[0] + RAMP[-1]
    drawn = [each.style.color.triplet for each in line if each.text != " " and each.style and each.style.color]
    assert drawn
    assert all(colour is not None and max(colour) >= LEAST_BRIGHT - 4 for colour in drawn)
    (white,), (black,) = (cells(Image.new("RGB", (4, 2), colour), is_ascii=True) for colour in ("white", "black"))
    assert ({each.text for each in white}, {each.text for each in black}) == ({RAMP[-1]}, {RAMP[0]})
    assert half_blocks(plain(30, 30), columns=10, rows=5, is_ascii=True).plain.isascii()


def test_half_blocks_are_lines_of_one_width() -> None:
    lines = half_blocks(plain(40, 30), columns=20, rows=20).plain.split("\n")
    assert {len(line) for line in lines} == {20}
    assert len(lines) == 8  # 15 pixels, made even


def test_a_map_is_brightest_where_the_evidence_is() -> None:
    peak = np.zeros((4, 4), np.float32)
    peak[0, 3] = 5
    drawn = np.asarray(overlay(plain(80, 80), peak)).astype(int).sum(axis=2)
    row, column = np.unravel_index(drawn.argmax(), drawn.shape)
    assert row < 20
    assert column >= 60


def test_a_flat_map_colours_all_alike() -> None:
    drawn = np.asarray(overlay(plain(40, 40), np.full((3, 3), 2.5, np.float32)))
    assert len(np.unique(drawn.reshape(-1, 3), axis=0)) == 1


def test_without_strength_and_lines_a_grey_picture_is_left_as_it_is() -> None:
    image = plain(40, 40, (90, 90, 90))
    assert np.asarray(overlay(image, np.eye(3, dtype=np.float32), strength=0)).tolist() == np.asarray(image).tolist()


def test_lines_run_around_the_regions_and_nowhere_else() -> None:
    values = np.arange(16, dtype=np.float32).reshape(4, 4)
    bare = np.asarray(overlay(plain(80, 80), values))
    lined = np.asarray(overlay(plain(80, 80), values, regions=(2, 0)))
    changed = np.argwhere((bare != lined).any(axis=2))
    assert changed.min(axis=0).tolist() == [60, 40]  # the two last cells of the last row
    assert changed.max(axis=0).tolist() == [79, 79]
    assert not (bare != lined)[65:75, 45:75].any()


def test_the_lowest_regions_are_dotted() -> None:
    values = np.arange(16, dtype=np.float32).reshape(4, 4)
    bare = np.asarray(overlay(plain(80, 80), values)).astype(int)
    dotted = np.asarray(overlay(plain(80, 80), values, regions=(0, 1))).astype(int)
    edge = (bare != dotted).any(axis=2)[0, :20]
    assert edge.tolist() == [at % 2 == 0 for at in range(20)]
    assert dotted[0, 0, 2] > bare[0, 0, 2]
    assert BOTTOM_LINE[2] == 255


@given(st.integers(1, 9), st.integers(1, 9), st.data())
def test_as_many_cells_are_marked_as_were_asked_for(height: int, width: int, data: st.DataObject) -> None:
    top, bottom = (data.draw(st.integers(0, height * width)) for _ in range(2))
    values = np.random.default_rng(0).normal(size=(height, width)).astype(np.float32)
    high, low = extremes(values, top=top, bottom=bottom)
    assert (high.sum(), low.sum()) == (top, bottom)
    if top and not high.all():
        assert values[high].min() >= values[~high].max()


@pytest.mark.parametrize(
    ("environment", "way"),
    [
        ({"TERM": "xterm-256color"}, Way.BLOCKS),
        ({"TERM": "xterm-kitty"}, Way.KITTY),
        ({"KITTY_WINDOW_ID": "1", "TERM": "xterm-256color"}, Way.KITTY),
        ({"TERM_PROGRAM": "ghostty"}, Way.KITTY),
        ({"TERM_PROGRAM": "WezTerm"}, Way.SIXEL),
        ({"TERM_PROGRAM": "iTerm.app"}, Way.SIXEL),
        ({"TERM": "foot-extra"}, Way.SIXEL),
        ({"KITTY_WINDOW_ID": "1", "TMUX": "/tmp/tmux"}, Way.BLOCKS),
        ({"KITTY_WINDOW_ID": "1", "TERM": "screen-256color"}, Way.BLOCKS),
        ({}, Way.BLOCKS),
    ],
)
def test_a_terminal_is_known_by_what_it_calls_itself(environment: dict[str, str], way: Way) -> None:
    assert way_for(Images.AUTO, environment=environment, has_package=True).way is way


def test_an_old_kitty_draws_no_pictures_in_text() -> None:
    kitty = {"KITTY_WINDOW_ID": "1"}
    old = way_for(Images.AUTO, environment=kitty, has_package=True, kitty=(0, 26, 5))
    assert old.way is Way.BLOCKS
    assert old.why == "half-blocks: kitty is 0.26.5 here, pictures in text need 0.28"
    for version in ((0, 28), (0, 28, 1), (1, 0), None):
        assert way_for(Images.AUTO, environment=kitty, has_package=True, kitty=version).way is Way.KITTY
    assert way_for(Images.KITTY, environment=kitty, has_package=True, kitty=(0, 26, 5)).way is Way.KITTY, "as asked"


def test_what_was_asked_for_wins_and_what_is_missing_is_said() -> None:
    kitty = {"KITTY_WINDOW_ID": "1"}
    assert way_for(Images.SIXEL, environment={}, has_package=True).way is Way.SIXEL
    assert way_for(Images.BLOCKS, environment=kitty, has_package=True).way is Way.BLOCKS
    assert way_for(Images.OFF, environment=kitty, has_package=True, is_ascii=True).way is Way.OFF
    assert way_for(Images.AUTO, environment=kitty, has_package=True, is_ascii=True).way is Way.ASCII
    for images in (Images.KITTY, Images.AUTO):
        chosen = way_for(images, environment=kitty, has_package=False)
        assert chosen.way is Way.BLOCKS
        assert "pip install 'alwsl-tui[images]'" in chosen.why
