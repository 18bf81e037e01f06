"""Scores as a file has them, whatever its form: numbers with the image and the class of each, and where they stand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from campaigns.core.text import is_printable
from campaigns.errors import Mistake
from campaigns.selection.scores import Measured

MOST_BYTES = 1 << 30
"""Of a file, unpacked: a million images of a hundred classes in eight bytes each."""
MOST_NUMBERS = 1 << 27
"""Images times classes that are read, as of a table of labels."""


OUTPUTS, PEAKS, TROUGHS = "outputs", "peaks", "troughs"
HINT = "fix each line above, and choose again; what a file of scores holds: alwsl-tui help criteria"


class Meaning(StrEnum):
    """What a model's outputs are."""

    PROBABILITIES = "probabilities"
    LOGITS = "logits"


@dataclass(slots=True)
class Tally:
    """Mistakes of a file, like ones counted: the first of a kind is told, with how many there are besides."""

    _first: dict[str, Mistake] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, where: str, what: str, *, times: int = 1) -> None:
        """Note a mistake that stands in so many places, of which `where` is the first."""
        self._first.setdefault(kind, Mistake(where, what))
        self._counts[kind] = self._counts.get(kind, 0) + times

    @property
    def mistakes(self) -> list[Mistake]:
        """One for each kind, in the order in which they were noted."""
        return [
            Mistake(
                first.where, first.what + (f" (and {self._counts[kind] - 1} more like it)" * (self._counts[kind] > 1))
            )
            for kind, first in self._first.items()
        ]


@dataclass(frozen=True, slots=True, eq=False)
class RawScores:
    """What a file holds. The shapes fit each other; neither names nor numbers have been looked at."""

    path: Path
    images: Sequence[str]
    classes: Sequence[str]
    arrays: Mapping[str, Measured]
    """(N, C) each: OUTPUTS and, where the file tells of class maps, PEAKS and TROUGHS."""
    meaning: Meaning | None
    """Of the outputs; None where the file does not say."""
    reading: str
    """Form, encoding and separator that were taken, for a person."""
    tally: Tally
    """What is wrong with it so far; what cannot be read stands in no array."""
    place: Callable[[str, int, int], tuple[str, str]]
    """Where the number of an array, a row and a column stands, and what to call it: `a.csv:3`, `column 'cat'`."""
    row_place: Callable[[int], str]
    """Where the name of an image stands."""
    class_place: Callable[[int], str]
    """Where the name of a class stands."""
    task: str | None = None
    """What the model learnt, as the file has it; None where it does not say."""


def check_names(kind: str, names: Sequence[str], place: Callable[[int], str], tally: Tally) -> None:
    """Note names of images or of classes that are empty, stand there twice, or cannot be shown."""
    first: dict[str, int] = {}
    for at, name in enumerate(names):
        if first.setdefault(name, at) != at:
            tally.add(f"{kind} twice", place(at), f"{kind} {name[:100]!r} is already listed: {place(first[name])}")
        elif not name:
            tally.add(f"{kind} empty", place(at), f"the {kind} has no name")
        elif not is_printable(name):
            tally.add(f"{kind} odd", place(at), f"{kind} {name[:100]!r} has characters that a terminal cannot show")
