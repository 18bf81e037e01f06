"""The long part of a `picks.json` read at the speed of the disk: who was picked and why, without any probabilities.

Ten thousand picks with eighty probabilities each are ten megabytes, of which a table of picks needs one.
"""

import json
import re
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from sys import intern
from typing import Any

from campaigns.home.files import MOST_BYTES, bounded, damaged
from campaigns.home.picks import read_picks


@dataclass(frozen=True, slots=True)
class FirstPick:
    """One of the first picks of a round, with all that was written of it."""

    image: str
    ranks: Mapping[str, int]
    """Place in the pool under each criterion, from 1."""
    votes: int
    probabilities: tuple[float, ...]
    """Of each class, in [0, 1]."""
    value: float | None
    offered_by: str | None
    turn: int | None


@dataclass(frozen=True, slots=True)
class PickList:
    """What one round sent for labelling, in order; the lists are parallel."""

    criterion: str | None
    """None for a baseline, which picks nothing."""
    round: int
    n: int
    """Images that each criterion would send."""
    pool: int
    criteria: tuple[str, ...]
    """Those that were compared: the T of the tables below."""
    overlap: tuple[tuple[int, ...], ...]
    """Images that two of them hold among their first n; n on the diagonal."""
    agreed: tuple[int, ...]
    """Images that 1, 2, … T of them hold among their first n."""
    kendall: tuple[tuple[float, ...], ...]
    """Tau-b of two of them, in [-1, 1]."""
    is_collapsed: bool
    """The model told no image from another."""
    images: tuple[str, ...] = ()
    votes: Sequence[int] = field(default_factory=tuple)
    """How many of the T rank the image among their first n."""
    values: Sequence[float | None] = field(default_factory=tuple)
    """Under the criterion that picked; None where it gives none."""
    lists: tuple[str | None, ...] = ()
    """ag: the criterion whose list brought it in."""
    turns: Sequence[int | None] = field(default_factory=tuple)
    """ag: at which turn, from 1."""
    ranks: Sequence[int] = field(default_factory=tuple)
    """Place in the pool under the criterion that picked, from 1; empty where it is none of those compared."""
    first: tuple[FirstPick, ...] = ()
    """The first FIRST picks."""


def read_pick_list(path: Path) -> PickList | None:
    """What a round's `picks.json` says of its picks; None when there is no such file.

    A file as a worker lays it out, a key a line, is looked through by its lines; any other is read whole.

    Raises:
        Damaged: no round wrote it.
    """
    try:
        text = bounded(path, MOST_BYTES)
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise damaged(path, error) from error
    try:
        found = _by_lines(text)
    except (ValueError, KeyError, TypeError):
        found = None  # the slow way says what is wrong with it, if anything is
    if found is not None:
        return found
    said = read_picks(path)
    return None if said is None else _whole(said)


FIRST = 4
_BEGIN, _END, _OPENING = b'\n "picks": [\n', b"\n ]", b"\n  {\n"
# A string of JSON holds no line break: a line that begins like this can be nothing but that key of a pick.
_LINE = rb'\n   (?:"(image|value|list|turn|votes)"| ("%s")): ([^\n]*)'
_CLEAN: dict[bytes, Callable[[bytes], Any]] = {
    b"image": lambda raw: intern(_text(raw)),
    b"list": lambda raw: intern(_text(raw)),
    b"value": float,
    b"turn": int,
    b"votes": int,
    b"": int,  # the rank under the criterion that picked
}


def _by_lines(text: bytes) -> PickList | None:
    """None when it is not laid out as `write_json` does it."""
    begin, end = text.find(_BEGIN), text.rfind(_END)
    if begin < 0:
        return None
    body = text[begin + len(_BEGIN) - 1 : end]
    said = json.loads(text[: begin + len(_BEGIN) - 1] + text[end + 1 :])
    own = json.dumps(said["criterion"] or "", ensure_ascii=False)[1:-1].encode()
    found: dict[bytes, list[Any]] = {key: [] for key in _CLEAN}
    for key, _, raw in re.findall(_LINE % re.escape(own), body):
        found[key].append(_CLEAN[key](raw.removesuffix(b",")))
    picks = body.count(_OPENING)
    if any(len(values) not in {0, picks} for values in found.values()) or len(found[b"image"]) != picks:
        return None
    lists = (found[key] for key in (b"", b"image", b"votes", b"value", b"list", b"turn"))
    return _made(said, _beginning(body, picks), *lists)


def _beginning(body: bytes, picks: int) -> list[dict[str, Any]]:
    """The first picks, whole."""
    stop = -1
    for _ in range(min(FIRST, picks) + 1):
        stop = body.find(_OPENING, stop + 1)
    some = body if stop < 0 else body[:stop]
    found: list[dict[str, Any]] = json.loads(b"[" + some.rstrip().removesuffix(b",") + b"]")
    return found


def _text(raw: bytes) -> str:
    if raw.isascii() and b"\\" not in raw and raw[:1] == raw[-1:] == b'"':  # as nearly all are
        return raw[1:-1].decode()
    found = json.loads(raw)
    if not isinstance(found, str):
        raise ValueError("it is not a text")
    return found


def _whole(said: dict[str, Any]) -> PickList:
    own = said["criterion"]
    ranks = [pick["ranks"][own] for pick in said["picks"] if own in pick["ranks"]]
    columns = ([pick.get(key) for pick in said["picks"]] for key in ("image", "votes", "value", "list", "turn"))
    return _made(said, said["picks"][:FIRST], ranks if len(ranks) == len(said["picks"]) else [], *columns)


def _first(pick: dict[str, Any]) -> FirstPick:
    return FirstPick(
        pick["image"], pick["ranks"], pick["votes"], tuple(pick["probabilities"]),
        pick.get("value"), pick.get("list"), pick.get("turn"),
    )  # fmt: skip


def _made(
    said: dict[str, Any],
    first: list[dict[str, Any]],
    ranks: list[int],
    images: list[str],
    votes: list[int],
    values: list[Any],
    lists: list[Any],
    turns: list[Any],
) -> PickList:
    agreed, nothing = said["agreement"], (None,) * len(images)
    has = [column and column[0] is not None for column in (values, turns)]
    return PickList(
        said["criterion"], int(said["round"]), int(said["n"]), int(said["pool"]), tuple(agreed["criteria"]),
        tuple(tuple(row) for row in agreed["overlap"]), tuple(agreed["votes"]),
        tuple(tuple(row) for row in agreed["kendall"]), bool(said.get("collapsed", False)),
        tuple(images), array("q", votes), array("d", values) if has[0] else nothing, tuple(lists) or nothing,
        array("q", turns) if has[1] else nothing, array("q", ranks), tuple(map(_first, first)),
    )  # fmt: skip
