"""Places and tops without sorting a whole pool."""

import hypothesis.strategies as st
import numpy as np
from hypothesis import given
from hypothesis.extra.numpy import arrays

from campaigns.selection.rankings import lowest, places_among
from campaigns.selection.scores import Floats

some_keys = arrays(np.float64, st.integers(1, 30), elements=st.integers(-3, 3).map(float) | st.floats(-9, 9))


@given(keys=some_keys, data=st.data())
def test_a_place_is_where_a_whole_sort_would_put_the_image(keys: Floats, data: st.DataObject) -> None:
    chosen = np.array(data.draw(st.lists(st.integers(0, len(keys) - 1), max_size=12)), dtype=np.int64)
    whole = np.empty(len(keys), dtype=np.int64)
    whole[np.argsort(keys, kind="stable")] = np.arange(len(keys))
    assert places_among(keys, chosen).tolist() == whole[chosen].tolist()


@given(keys=some_keys, data=st.data())
def test_the_lowest_are_the_start_of_a_whole_sort(keys: Floats, data: st.DataObject) -> None:
    n = data.draw(st.integers(0, len(keys)))
    assert lowest(keys, n).tolist() == np.argsort(keys, kind="stable")[:n].tolist()
