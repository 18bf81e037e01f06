"""`scoring.json`: the files of scores that a round waits for, where several jobs score its pool.

It is there from the moment on that the round's model is, until its pool is scored.
"""

from dataclasses import dataclass
from pathlib import Path

from campaigns.home.records import read_record, write_record

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class ScoreRequest:
    """What is to be scored, and what of it is not there yet."""

    round: int
    images: int
    """Of the pool."""
    shards: int
    """Files in which its scores are to be."""
    missing: tuple[int, ...]
    """Those that are not there, from 0; none once all are, while the round gathers them."""
    seconds: float = 0.0
    """What it took to score those that are there."""

    def write(self, path: Path) -> None:
        """Write the request to a file."""
        write_record(path, self, schema=SCHEMA)

    @classmethod
    def read(cls, path: Path) -> "ScoreRequest | None":
        """Return the request in a file; None when there is none.

        Raises:
            Damaged: it is not one of this version.
        """
        return read_record(cls, path, schema=SCHEMA, check=cls.check)

    def check(self) -> None:
        """Raise ValueError unless what is missing is some of the files."""
        if self.round < 0 or not 1 <= self.shards <= self.images:
            raise ValueError(f"{self.shards} files of {self.images} images of round {self.round}")
        if not self.seconds >= 0:
            raise ValueError(f"seconds: {self.seconds} is not a duration")
        if not set(self.missing) <= set(range(self.shards)):
            raise ValueError(f"missing: {self.missing} are not all among {self.shards} files")
