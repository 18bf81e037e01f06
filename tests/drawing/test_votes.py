"""Votes on the wall: they fill their place, and rounds stand beside each other where there is room."""

import re
from dataclasses import replace

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from alwsl_tui.drawing.agreement import extremes
from alwsl_tui.drawing.palette import DARK, THEMES, contrast
from alwsl_tui.drawing.votes import votes_and_rounds
from campaigns.selection.agreement import Agreement
from campaigns.services.results.agreement import AgreementOf
from tests.drawing.test_agreement import ONE
from tests.tui.still import agreed


def rounds(count: int) -> tuple[AgreementOf, ...]:
    """As a campaign of six criteria has them."""
    return tuple(AgreementOf(0, 100 * at, msgspec.structs.replace(agreed(at % 3), round=at)) for at in range(count))


@given(count=st.integers(1, 60), width=st.integers(30, 200), height=st.integers(7, 60), is_ascii=st.booleans())
def test_votes_stay_within_their_place(count: int, width: int, height: int, is_ascii: bool) -> None:
    text = votes_and_rounds(rounds(count), width=width, height=height, palette=DARK, is_ascii=is_ascii)
    lines = text.split("\n")
    assert len(lines) <= height
    assert max(line.cell_len for line in lines) <= width
    assert text.plain.isascii() or not is_ascii


@pytest.mark.parametrize("height", range(16, 57))
def test_they_take_nearly_all_lines_there_are(height: int) -> None:
    text = votes_and_rounds(rounds(7), width=48, height=height, palette=DARK, is_ascii=False)
    lines = text.plain.split("\n")
    assert len(lines) > height - 4
    assert lines.count("") <= 4  # between bars and table; lines of either have signs or shades


def test_the_newest_rounds_stand_beside_each_other_the_last_one_at_the_edge() -> None:
    text = votes_and_rounds(rounds(40), width=50, height=20, palette=DARK, is_ascii=False).plain
    head = next(line for line in text.split("\n") if line.startswith("round, %"))
    assert head.split()[2:] == [str(at) for at in range(32, 40)]
    newest = rounds(40)[-1].tables.votes
    for at, count in enumerate(newest):
        row = [line for line in text.split("\n") if re.match(rf"{at + 1} votes? ", line)][1]
        assert row.split()[-1] == f"{100 * count / newest.sum():.0f}"


def test_in_few_lines_sparks_tell_the_drift_and_in_fewer_the_newest_round_stands_alone() -> None:
    texts = [votes_and_rounds(rounds(3), width=48, height=high, palette=DARK, is_ascii=False).plain for high in (12, 9)]
    assert ["from round 0 to 2" in text for text in texts] == [True, False]
    assert all("6 votes" in text for text in texts)


def test_every_share_can_be_read_on_its_shade() -> None:
    for palette in THEMES.values():
        text = votes_and_rounds(rounds(3), width=48, height=17, palette=palette, is_ascii=False)
        pairs = {(s.style.color, s.style.bgcolor) for s in text.spans if isinstance(s.style, Style) and s.style.bgcolor}
        assert pairs
        assert all(front and back and contrast(front.name, back.name) >= 4.5 for front, back in pairs)


def test_what_is_most_and_least_alike_is_told() -> None:
    text = extremes([ONE, ONE], width=60, palette=DARK).plain
    assert "\x1b" not in text
    most, fewest, mean = text.split("\n")
    assert (most, mean) == ("most     unc and ent  7 of 10", "mean     27 %, 27 % in round 1")
    assert fewest.startswith("fewest   unc and ")
    assert fewest.endswith("  0 of 10")
    assert max(len(line) for line in extremes([ONE], width=14, palette=DARK).plain.split("\n")) <= 14
    alone = Agreement(np.array([[10]]), np.array([10]), np.array([[1.0]]))
    one = replace(ONE, picked=msgspec.structs.replace(ONE.picked, criteria=("unc",), agreement=alone))
    assert extremes([one], width=40, palette=DARK).plain == ""
