"""What stands under a table of curves says why a class is in no mean."""

from dataclasses import replace

from alwsl_tui.cli.text.campaigns import result_caption
from campaigns.services.results.curves import load_curves
from tests.conftest import Campaign


def test_a_class_is_in_no_mean_for_want_of_positives_in_the_data_or_among_what_people_labelled(rich: Campaign) -> None:
    place, row = rich
    result = replace(load_curves(place, row.name), left_out=("red", "blue"))
    assert "No positives in the test set: red, blue." in result_caption(result, row)
    asked = result_caption(replace(result, asked=4), row)
    assert "Too few test positives in some round: red, blue." in asked
    assert "No positives" not in asked
