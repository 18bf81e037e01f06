"""What a round left is looked over before it is used: what is not as it was is made again, and the log says so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from campaigns.errors import BadData, Damaged
from campaigns.home.checksums import demand_sum, digest, is_as_sealed
from campaigns.home.files import damaged, read_json
from campaigns.home.paths import RoundPaths
from campaigns.home.typed import built
from campaigns.worker.journal import Journal

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Evaluation:
    mean_ap: float | None
    images: int


def usable(path: Path, use: Callable[[], T], journal: Journal) -> T | None:
    """What `use` makes of a file; None without a file, or when it was no good: then it is put away, aloud."""
    if not path.exists():
        return None
    try:
        return use()
    except (BadData, Damaged) as error:
        journal.note(f"{error}: it is made again", is_warning=True)
        path.unlink(missing_ok=True)
        return None


def is_whole(paths: RoundPaths, journal: Journal) -> bool:
    """True when a round is complete and its measures and picks are what it says; else it is complete no more, aloud.

    Models and scores are looked at by whoever reads them: those of a round long done are read by nobody.
    """
    if not paths.done.exists():
        return False
    wrong = usable(paths.done, lambda: _unlike(paths), journal)
    for path in wrong or ():
        journal.note(f"{path} is not what its round left: the round is done again", is_warning=True)
        path.unlink(missing_ok=True)
    if wrong:
        paths.done.unlink()
    return wrong == ()


def unlike_sealed(paths: RoundPaths, needed: Sequence[Path]) -> Sequence[Path]:
    """Those of these files that are not what their complete round left.

    A model has a checksum of its own, and may all the same be that of another round.
    """
    if not paths.done.exists():
        return ()
    try:
        return tuple(path for path in needed if not is_as_sealed(paths, path))
    except Damaged:
        return needed


def read_evaluation(path: Path, classes: Sequence[str]) -> dict[str, Any]:
    """What a model was measured to be worth.

    Raises:
        Damaged: no round wrote it, or one of other classes.
    """
    said = read_json(path)
    try:
        built(_Evaluation, said)
        demand_sum(said)
        ap = said.get("ap")
        if not isinstance(ap, dict) or ap.keys() != set(classes):
            raise ValueError("it is of other classes")
        if not all(value is None or (isinstance(value, float) and 0 <= value <= 1) for value in ap.values()):
            raise ValueError("it holds what is no average precision")
    except ValueError as error:
        raise damaged(path, error) from error
    return dict(said)


def _unlike(paths: RoundPaths) -> tuple[Path, ...]:
    """The small files of a complete round that are not what it says.

    Raises:
        Damaged: what it says cannot be read.
    """
    said = read_json(paths.done)
    sums = said.get("sha256") if isinstance(said, dict) else None
    if not isinstance(sums, dict):
        raise damaged(paths.done, "it names no files")
    looked_at = [path for path in (paths.evaluation, paths.picks) if path.name in sums]
    return tuple(path for path in looked_at if not path.exists() or digest(path) != sums[path.name])
