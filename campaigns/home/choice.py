"""`choice.json`: the last file of a choice that a round made after it had been complete without; as `round.json`.

A campaign was extended: its last round of before has to choose. What that round was sealed with is never written again,
so that the files of the choice are vouched for here.
"""

from dataclasses import replace

from campaigns.home.paths import RoundPaths
from campaigns.home.round import SealedRound


def sealed_round(paths: RoundPaths) -> SealedRound | None:
    """Return what a complete round says of itself, with what it chose later; None when it is not complete.

    Raises:
        Damaged: one of the two files is not one of this version.
    """
    sealed = SealedRound.read(paths.done)
    later = None if sealed is None else SealedRound.read(paths.choice)
    if sealed is None or later is None:
        return sealed
    return replace(sealed, seconds=later.seconds | sealed.seconds, sha256=later.sha256 | sealed.sha256)


def has_chosen(paths: RoundPaths) -> bool:
    """Return whether a complete round vouches for what it sends for labelling: the last round of an arm does not.

    Raises:
        Damaged: as `sealed_round`.
    """
    sealed = sealed_round(paths)
    return sealed is not None and paths.picks.name in sealed.sha256
