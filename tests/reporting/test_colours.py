"""Colours and marks belong to criteria."""

from campaigns.reporting.colours import LIGHT, PLACES, SIGNS, places
from campaigns.selection.criteria import LISTS, REGISTRY
from campaigns.selection.question import Need


def test_every_criterion_of_ours_has_a_colour_and_a_mark_of_its_own() -> None:
    assert PLACES.keys() >= {name for name, rule in REGISTRY.ours.items() if Need.PIXELS not in rule.needs}
    for link in LISTS:  # criteria of different links stand in no campaign together
        together = [place for name, place in PLACES.items() if link in REGISTRY[name].links]
        assert len(set(together)) == len(together)
    assert max(PLACES.values()) < len(LIGHT.series) <= len(SIGNS)


def test_it_keeps_them_whatever_stands_beside_it() -> None:
    assert places(("ag", "unc")) == {"ag": PLACES["ag"], "unc": PLACES["unc"]}
    assert places(("unc",)) == {"unc": PLACES["unc"]}
    assert places(("zeal", "ag", "badge")) == {"zeal": 11, "ag": PLACES["ag"], "badge": 10}
