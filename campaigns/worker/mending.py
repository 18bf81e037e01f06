"""What a round left is looked over before it is used: what is not as it was is made again, and the log says so."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from campaigns.errors import BadData, Damaged
from campaigns.home.choice import sealed_round
from campaigns.home.files import damaged
from campaigns.home.paths import RoundPaths
from campaigns.home.round import SealedRound
from campaigns.worker.journal import Journal

T = TypeVar("T")


def usable(path: Path, use: Callable[[], T], journal: Journal) -> T | None:
    """Return what `use` makes of a file; None without a file, or when it was no good: then put it away, aloud."""
    if not path.exists():
        return None
    try:
        return use()
    except (BadData, Damaged) as error:
        journal.note(f"{error}: it is made again", is_warning=True)
        path.unlink(missing_ok=True)
        return None


def is_whole(paths: RoundPaths, journal: Journal) -> bool:
    """Return whether a round is complete and its measures and picks are what it says; else make it incomplete, aloud.

    Models and scores are looked at by whoever reads them: those of a round long done are read by nobody.
    """
    if not paths.done.exists():
        paths.choice.unlink(missing_ok=True)
        return False
    later = usable(paths.choice, lambda: SealedRound.read(paths.choice), journal)
    wrong = usable(paths.done, lambda: _unlike(paths), journal)
    for path in wrong or ():
        journal.note(f"{path} is not what its round left: the round is done again", is_warning=True)
        path.unlink(missing_ok=True)
    if wrong or not paths.done.exists():
        paths.choice.unlink(missing_ok=True)
    if later is not None and wrong == (paths.picks,):
        return True  # all but its choice, which is made again
    if wrong:
        paths.done.unlink()
    return wrong == ()


def require_own_model(paths: RoundPaths, journal: Journal) -> None:
    """Make a complete round that is to choose after all incomplete, aloud, unless its model is the one that it left.

    Its model may have been freed. On a card, one that is made again may be other bytes: then it is measured anew.
    """
    if not unlike_sealed(paths, [paths.model]):
        return
    journal.note(f"{paths.model} is not what its round left: the round is done again", is_warning=True)
    for path in (paths.model, paths.evaluation, paths.tested, paths.done):
        path.unlink(missing_ok=True)


def unlike_sealed(paths: RoundPaths, needed: Sequence[Path]) -> Sequence[Path]:
    """Return those of these files that are not what their complete round left.

    A model has a checksum of its own, and may all the same be that of another round.
    """
    try:
        sealed = sealed_round(paths)
    except Damaged:
        return needed
    return () if sealed is None else tuple(path for path in needed if not sealed.vouches_for(path))


def _unlike(paths: RoundPaths) -> tuple[Path, ...]:
    """Return the small files of a complete round that are not what it says.

    Raises:
        Damaged: what it says cannot be read.
    """
    sealed = sealed_round(paths)
    if sealed is None:
        raise damaged(paths.done, "it is missing")
    looked_at = [path for path in (paths.evaluation, paths.picks) if path.name in sealed.sha256]
    return tuple(path for path in looked_at if not sealed.vouches_for(path))
