"""Randomness by purpose."""

import hypothesis.strategies as st
import numpy as np
from hypothesis import given

from campaigns.core.seeds import entropy

KEYS = st.lists(st.integers(0, 99) | st.sampled_from(["ag", "unc", "random", "initial", "baseline", "full"]))


def test_entropy_is_the_same_in_every_process_and_release() -> None:
    assert entropy(7, 1, "ag", 3) == (7, 1, 4008295650, 3)
    assert entropy(0, 0, "initial") == (0, 0, 3190234543)
    assert entropy(1, "full") == (1, 3766473888)


@given(seed=st.integers(0, 2**63 - 1), key=KEYS, other=KEYS)
def test_every_purpose_has_randomness_of_its_own(seed: int, key: list[int | str], other: list[int | str]) -> None:
    assert (entropy(seed, *key) == entropy(seed, *other)) == (key == other)


def test_draws_for_neighbouring_purposes_differ() -> None:
    keys = [(trial, word, number) for trial in range(3) for word in ("ag", "random") for number in range(3)]
    drawn = {tuple(np.random.default_rng(entropy(0, *key)).integers(0, 2**32, 4).tolist()) for key in keys}
    assert len(drawn) == len(keys)
