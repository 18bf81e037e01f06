"""`picks.json`: what a round sends for labelling and why, from the worker that writes it to whoever draws it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, get_args

import msgspec
import numpy as np
from msgspec import Meta, Struct

from campaigns.home.files import MOST_BYTES, bounded, damaged, json_text, json_value, replacing
from campaigns.home.records import reworded
from campaigns.selection.agreement import Agreement, agreement
from campaigns.selection.collapse import is_collapsed
from campaigns.selection.criteria import CRITERIA
from campaigns.selection.provenance import RankedPool
from campaigns.selection.question import Choice
from campaigns.selection.scores import Floats

SCHEMA = 1
DIGITS, TAU_DIGITS = 4, 6
"""Of a probability and of a rank correlation, after the point."""

Count = Annotated[int, Meta(ge=0, le=(1 << 63) - 1)]
"""No larger than NumPy and SQLite hold."""
Rank = Annotated[int, Meta(ge=1, le=(1 << 63) - 1)]
Share = Annotated[float, Meta(ge=0, le=1)]


class Pick(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One image that a round sends for labelling, with the views of the criteria that were compared."""

    image: str
    list: str | None = None
    """ag: the criterion whose list brought it in; None for any other criterion, as is the turn."""
    turn: Rank | None = None
    """From 1."""
    value: float | None = None
    """Under the criterion that picked it; None where it gives none (random, ag, vote, adv)."""
    ranks: dict[str, Rank]
    """Place in the pool under each criterion, from 1."""
    votes: Count
    """How many of these rank it among their first n."""
    probabilities: tuple[Share, ...]
    """Of each class, in [0, 1], rounded to four digits."""


class PickedRound(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one round sends for labelling, and how far the T criteria of the paper agree about its pool.

    Raises:
        ValueError: its parts do not fit each other.
    """

    schema: int
    criterion: str | None
    """The one that picked; None for a baseline, which picks nothing."""
    round: Count
    n: Count
    """Images that each criterion would send."""
    pool: Count
    """Images that were ranked."""
    criteria: tuple[str, ...]
    """Those that were compared: the T of the tables of agreement."""
    agreement: Agreement
    picks: tuple[Pick, ...]
    """In the order of picking."""
    is_collapsed: bool = False
    """The model told no image of the pool from another: any order of them is noise."""

    def __post_init__(self) -> None:
        lists = len(self.criteria)
        for name, shape in (("overlap", (lists, lists)), ("votes", (lists,)), ("kendall", (lists, lists))):
            if getattr(self.agreement, name).shape != shape:
                raise ValueError(f"'{name}' does not fit {lists} criteria")

    @property
    def images(self) -> tuple[str, ...]:
        """Ids of the picked images, in the order of picking."""
        return tuple(pick.image for pick in self.picks)

    def without_picks(self) -> "PickedRound":
        """Return the part that is about the pool alone."""
        return msgspec.structs.replace(self, picks=())

    def with_values(self, values: Sequence[float | None]) -> "PickedRound":
        """Return the same round with these values instead of those under the criterion that picked it."""
        picks = (msgspec.structs.replace(pick, value=value) for pick, value in zip(self.picks, values, strict=True))
        return msgspec.structs.replace(self, picks=tuple(picks))

    def brief(self, whole: int) -> "PickedRound":
        """Return the same round with the first picks whole, and of the others a tenth of the memory.

        These keep no probabilities, and ranks only where the criterion that picked them ranks them behind its first n.
        """
        own = self.criterion or ""
        rest = [
            Pick(
                image=pick.image, list=pick.list, turn=pick.turn, value=pick.value,
                ranks=pick.ranks if pick.ranks.get(own, 0) > self.n else {}, votes=pick.votes, probabilities=(),
            )
            for pick in self.picks[whole:]
        ]  # fmt: skip
        return msgspec.structs.replace(self, picks=(*self.picks[:whole], *rest))


def describe_choice(
    criterion: str | None, round_: int, pool: RankedPool, choice: Choice, images: Sequence[str]
) -> PickedRound:
    """Return all that is known of a choice; `images` are the ids of what was chosen, in order.

    A worker writes it, and `verify` draws it up again. The criterion is None for a baseline.
    """
    tables = agreement(list(pool.tops.values()), pool.n)
    return PickedRound(
        schema=SCHEMA,
        criterion=criterion,
        round=round_,
        n=pool.n,
        pool=len(pool.scores),
        criteria=tuple(pool.tops),
        agreement=Agreement(tables.overlap, tables.votes, _rounded(tables.kendall)),
        picks=() if criterion is None else _picks(criterion, pool, choice, images),
        is_collapsed=is_collapsed(pool.scores),
    )


def read_picks(path: Path) -> PickedRound | None:
    """Return what a round sent for labelling; None when there is no such file.

    Raises:
        Damaged: no round wrote it.
    """
    try:
        return decode_picks(bounded(path, MOST_BYTES))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise damaged(path, error) from error


def write_picks(path: Path, picked: PickedRound) -> None:
    """Replace the file; equal content is equal bytes."""
    with replacing(path) as draft:
        draft.write_bytes(encode_picks(picked))


def encode_picks(picked: PickedRound) -> bytes:
    """Return what `write_picks` writes."""
    try:
        return msgspec.json.format(_ENCODER.encode(picked), indent=1) + b"\n"
    except UnicodeEncodeError:
        # A file name that is no UTF-8 has half surrogates in it. The library writes none; JSON can spell them out.
        return json_text(msgspec.to_builtins(picked, enc_hook=_encode)).encode("utf-8", "backslashreplace")


def decode_picks(content: bytes) -> PickedRound:
    """Return what `encode_picks` was given.

    Raises:
        ValueError: it is not JSON, lacks a field, or a field is of another type or does not fit the others.
    """
    picked = _decoded(content)
    if len({len(pick.probabilities) for pick in picked.picks}) > 1:
        raise ValueError("'probabilities' are not of the same classes everywhere")
    return picked


def _decoded(content: bytes) -> PickedRound:
    try:
        return _DECODER.decode(content)
    except msgspec.ValidationError as error:
        raise ValueError(reworded(str(error))) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # Half surrogates, which the library does not read; of anything else this says what is wrong with it.
        value = json_value(content)
        try:
            return msgspec.convert(value, PickedRound, dec_hook=_decode)
        except msgspec.ValidationError as error:
            raise ValueError(reworded(str(error))) from error


def _picks(criterion: str, pool: RankedPool, choice: Choice, images: Sequence[str]) -> tuple[Pick, ...]:
    scores, nothing = pool.scores.take(choice.images), (None,) * len(choice.images)
    has_value = criterion in CRITERIA and criterion != "random"
    values = CRITERIA[criterion].values(scores).tolist() if has_value else nothing
    places = [CRITERIA[name].places(pool.scores, choice.images) + 1 for name in pool.tops]
    ranks = [dict(zip(pool.tops, column, strict=True)) for column in np.transpose(places).tolist()]
    columns = (images, choice.lists or nothing, choice.turns or nothing, values, ranks, scores.probs.tolist())
    return tuple(
        Pick(
            image=image, list=list_, turn=turn, value=value, ranks=rank,
            votes=sum(place <= pool.n for place in rank.values()),
            probabilities=tuple(round(share, DIGITS) for share in shares),
        )
        for image, list_, turn, value, rank, shares in zip(*columns, strict=True)
    )  # fmt: skip


def _rounded(kendall: Floats) -> Floats:
    # Python's rounding, not NumPy's: that multiplies first, and now and then ends elsewhere.
    return np.array([[round(tau, TAU_DIGITS) for tau in row] for row in kendall.tolist()], np.float64)


def _encode(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    raise NotImplementedError(f"{type(value)} stands in no file")


def _decode(kind: Any, value: Any) -> Any:
    """Return a table of agreement, which JSON has as lists of numbers."""
    (dtype,) = get_args(get_args(kind)[1])
    allowed = {int} if dtype is np.int64 else {int, float}
    rows = value if isinstance(value, list) and all(isinstance(row, list) for row in value) else [value]
    if not all(isinstance(row, list) and {type(cell) for cell in row} <= allowed for row in rows):
        raise ValueError(f"should be a table of numbers, is {str(value)[:60]!r}")
    try:
        return np.array(value, dtype)
    except OverflowError as error:
        raise ValueError("it holds a number that is too large") from error


_ENCODER = msgspec.json.Encoder(enc_hook=_encode)
_DECODER = msgspec.json.Decoder(PickedRound, dec_hook=_decode)
