"""One number, one unit: per cent with one decimal, and points for differences."""

import pytest

from campaigns.core.percent import percent, points, spread


def test_a_share_is_per_cent_with_one_decimal() -> None:
    assert [percent(value) for value in (0.6591, 0.0, 1.0, None)] == ["65.9", "0.0", "100.0", ""]
    assert (spread(0.6591, 0.0123), spread(0.6591, None)) == ("65.9 ± 1.2", "65.9")


@pytest.mark.parametrize(
    ("value", "text"), [(0.0312, "+3.1"), (-0.004, "-0.4"), (0.0004, "0.0"), (-0.0004, "0.0"), (0.0, "0.0"), (None, "")]
)
def test_a_difference_has_a_sign_where_it_is_not_nothing(value: float | None, text: str) -> None:
    assert points(value) == text
