from itertools import pairwise

import numpy as np
import pytest
from rich.cells import cell_len

from alwsl_tui.drawing.agreement import Measure, chosen, drift, lone, sentence, shared, shortened, tau, votes
from alwsl_tui.drawing.palette import DARK
from campaigns.home.picks import PickedRound
from campaigns.selection.agreement import Agreement
from campaigns.services.results.agreement import AgreementOf

TABLES = Agreement(
    np.array([[10, 7, 0], [7, 10, 1], [0, 1, 10]]),
    np.array([14, 5, 2]),
    np.array([[1.0, 0.6, -0.9], [0.6, 1.0, 0.0], [-0.9, 0.0, 1.0]]),
)
ROUND = PickedRound(
    schema=1, criterion="ag", round=1, n=10, pool=50, criteria=("unc", "ent", "\x1b[31m"), agreement=TABLES, picks=()
)
ONE = AgreementOf(0, 20, ROUND)


def test_the_sentence_says_what_the_cell_under_the_cursor_holds() -> None:
    assert sentence(ONE, "ag", (0, 1), Measure.OVERLAP) == (
        "round 1 of ag, trial 0: of 10 images each criterion wants, unc and ent share 7; "
        "67 % of all wanted images have one vote."
    )
    assert "share none" in sentence(ONE, "ag", (0, 2), Measure.OVERLAP)
    assert "unc wants 10 of the 50 images in the pool" in sentence(ONE, "ag", (0, 0), Measure.OVERLAP)
    assert "unc and ent order the 13 images that either wants alike (tau 0.60)" in sentence(
        ONE, "ag", (0, 1), Measure.RANKS
    )


@pytest.mark.parametrize("measure", Measure)
def test_names_from_outside_are_no_orders_to_the_terminal(measure: Measure) -> None:
    assert "\x1b" not in sentence(ONE, "\x1b", (1, 2), measure) + chosen([ONE], ONE, "\x1b")


def test_means_are_over_pairs_of_different_criteria() -> None:
    assert shared(ONE) == pytest.approx(8 / 30)
    assert tau(ONE) == pytest.approx(-0.1)
    assert lone(ONE) == pytest.approx(14 / 21)


@pytest.mark.parametrize("measure", Measure)
@pytest.mark.parametrize("count", [1, 2, 9, 400])
@pytest.mark.parametrize("is_ascii", [True, False])
def test_no_line_is_wider_than_its_place(measure: Measure, count: int, is_ascii: bool) -> None:
    drawn = drift([ONE] * count, measure, width=40, palette=DARK, is_ascii=is_ascii).plain
    drawn += "\n" + votes(ONE, width=40, palette=DARK, is_ascii=is_ascii).plain
    assert max(cell_len(line) for line in drawn.splitlines()) <= 40
    assert drawn.isascii() or not is_ascii


def test_shortened_values_keep_their_order_and_their_mean() -> None:
    values = [float(n) for n in range(100)]
    few = shortened(values, 10)
    assert len(few) == 10
    assert all(a < b for a, b in pairwise(few))
    assert sum(few) / 10 == pytest.approx(sum(values) / 100)
    assert shortened(values[:5], 10) == tuple(values[:5])
