"""Where randomness comes from: every draw is keyed by what it is for, so order of work never matters."""

import zlib

PICKS = 2
"""Ends the key of the draw of a round's picks; 0 ends that of its model, 1 that of its training."""


def entropy(seed: int, *key: int | str) -> tuple[int, ...]:
    """Entropy for `numpy.random.default_rng`, from the campaign's seed and what the draw is for.

    A word counts through its CRC-32, which is the same in every process, unlike `hash`.
    """
    return (seed, *(zlib.crc32(part.encode()) if isinstance(part, str) else part for part in key))
