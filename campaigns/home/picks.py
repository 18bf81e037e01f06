"""What a round left in `picks.json`, read with as much distrust as any other file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from campaigns.home.files import damaged, read_json
from campaigns.home.typed import built


@dataclass(frozen=True, slots=True)
class _Agreed:
    criteria: tuple[str, ...]
    overlap: tuple[tuple[int, ...], ...]
    votes: tuple[int, ...]
    kendall: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class _Pick:
    image: str
    votes: int
    probabilities: tuple[float, ...]
    value: float | None = None
    list: str | None = None
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class _Picks:
    schema: int
    criterion: str | None
    round: int
    n: int
    pool: int
    agreement: _Agreed
    picks: tuple[_Pick, ...]
    collapsed: bool = False


def read_picks(path: Path) -> dict[str, Any] | None:
    """What the file holds, as JSON has it, once every part is what a round writes; None when there is no file.

    Raises:
        Damaged: no round wrote it.
    """
    said = read_json(path)
    if said is None:
        return None
    try:
        found = built(_Picks, said)
        ranks = [one.get("ranks") for one in said["picks"]]
        _check(found, ranks)
    except ValueError as error:
        raise damaged(path, error) from error
    return dict(said)


def _check(found: _Picks, ranks: list[Any]) -> None:
    """Do nothing when the parts fit each other.

    Raises:
        ValueError: they do not.
    """
    square = {len(found.agreement.criteria)}
    for name, table in (("overlap", found.agreement.overlap), ("kendall", found.agreement.kendall)):
        if {len(table), *map(len, table)} != square:
            raise ValueError(f"{name!r} is not a table of the criteria by themselves")
    if len({len(pick.probabilities) for pick in found.picks}) > 1:
        raise ValueError("'probabilities' are not of the same classes everywhere")
    for one in ranks:
        if not isinstance(one, Mapping) or not all(isinstance(rank, int) for rank in one.values()):
            raise ValueError(f"'ranks' cannot be {str(one)[:60]!r}")
