"""Colours and marks belong to criteria."""

from campaigns.reporting.colours import LIGHT, PLACES, SIGNS, places
from campaigns.selection.criteria import AGGREGATES, CRITERIA


def test_every_criterion_of_ours_has_a_colour_and_a_mark_of_its_own() -> None:
    assert PLACES.keys() >= {*CRITERIA, *AGGREGATES}
    assert sorted(PLACES.values()) == list(range(len(PLACES)))
    assert len(PLACES) <= len(LIGHT.series) <= len(SIGNS)


def test_it_keeps_them_whatever_stands_beside_it() -> None:
    assert places(("ag", "unc")) == {"ag": PLACES["ag"], "unc": PLACES["unc"]}
    assert places(("unc",)) == {"unc": PLACES["unc"]}
    assert places(("zeal", "ag", "badge")) == {"zeal": 11, "ag": PLACES["ag"], "badge": 10}
