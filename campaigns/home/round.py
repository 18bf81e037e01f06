"""`round.json`: the last file of a round; it says that the round is complete, and vouches for its other files."""

import re
from dataclasses import dataclass
from pathlib import Path

from campaigns.home.checksums import digest
from campaigns.home.records import read_record, write_record
from campaigns.home.split import LabelSource

SCHEMA = 1
_SUM = re.compile("[0-9a-f]{64}")


@dataclass(slots=True)
class RoundFacts:
    """How a round's model came about, as far as its worker knows."""

    precision: str | None = None
    """What its numbers were computed in."""
    pieces: int | None = None
    """Into how many each batch was split; one for each process where memory sufficed."""
    epochs: int | None = None
    """Epochs that it trained for, here or where it was taken over from."""
    reused_from: str | None = None
    """The round whose model it took over, for a person; None when it was trained here."""
    processes: int | None = None
    """Processes that trained it together, each on a device of its own; None where its worker did not say."""
    node_kind: str | None = None
    """Kind of the node that completed it, as far as bytes may depend on it; None where its worker did not say."""
    is_testing_halved: bool = False
    """Memory did not suffice for testing in whole batches."""


@dataclass(frozen=True, slots=True)
class SealedRound:
    """What a complete round says of itself."""

    round: int
    labelled: int
    """Images it trained on."""
    labels: LabelSource
    """Where their labels came from."""
    seconds: dict[str, float]
    """How long each step took: `train`, `evaluate`, `score`, `select`, and `rank NAME` for each criterion."""
    facts: RoundFacts
    sha256: dict[str, str]
    """Of its files, by name."""

    def write(self, path: Path) -> None:
        """Write it to a file."""
        write_record(path, self, schema=SCHEMA)

    @classmethod
    def read(cls, path: Path) -> "SealedRound | None":
        """Return the complete round in a file; None when there is none.

        Raises:
            Damaged: it is not one of this version.
        """
        return read_record(cls, path, schema=SCHEMA, check=cls.check)

    def check(self) -> None:
        """Raise ValueError unless its numbers are counts and seconds, and its checksums are such."""
        for name, count in (("round", self.round), ("labelled", self.labelled)):
            if count < 0:
                raise ValueError(f"{name}: {count} is not a count")
        if self.facts.epochs is not None and self.facts.epochs < 0:
            raise ValueError(f"facts.epochs: {self.facts.epochs} is not a count")
        for step, seconds in self.seconds.items():
            if seconds < 0:
                raise ValueError(f"seconds.{step[:80]}: {seconds} is not a duration")
        for name, digits in self.sha256.items():
            if not _SUM.fullmatch(digits):
                raise ValueError(f"sha256.{name[:80]}: {digits[:80]!r} is not a checksum")

    def vouches_for(self, path: Path) -> bool:
        """Return whether a file is there, and is what the round left."""
        return path.is_file() and self.sha256.get(path.name) == digest(path)
