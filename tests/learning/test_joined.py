"""Inputs that lie in several caches are read as if they lay in one."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from campaigns.learning.inputs import InMemory, joined


@given(st.lists(st.integers(0, 5), min_size=1, max_size=5), st.data())
def test_a_batch_is_what_one_cache_of_all_would_give(counts: list[int], data: st.DataObject) -> None:
    total = sum(counts)
    values = torch.arange(max(total, 1) * 4, dtype=torch.float32)[: total * 4].reshape(total, 1, 2, 2)
    inputs = joined([InMemory(part) for part in torch.split(values, counts)])
    assert inputs.readable.tolist() == [True] * total
    if not total:
        return
    rows = np.array(data.draw(st.lists(st.integers(0, total - 1), min_size=1, max_size=12)), np.int64)
    mirrored = np.array(data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows))), np.bool_)
    whole = InMemory(values)
    batch = inputs.place(inputs.gather(rows, mirrored), mirrored)
    assert torch.equal(batch, whole.place(whole.gather(rows, mirrored), mirrored))
