"""`scores.json`: the list of the files that hold a round's scores, where a long pool was scored in several."""

import re
from dataclasses import dataclass
from pathlib import Path

from campaigns.home.records import read_record, write_record

SCHEMA = 1
SHARD_NAME = r"scores-(?:0|[1-9]\d{0,4})\.safetensors"
"""Of the files in it, as a regular expression."""
_SHARD = re.compile(SHARD_NAME)
_SUM = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ScoreShard:
    """One of the files."""

    images: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ScoreList:
    """The files, in the order of the pool: `scores-0.safetensors` and on."""

    shards: tuple[ScoreShard, ...]

    @property
    def images(self) -> int:
        """Of the whole pool."""
        return sum(shard.images for shard in self.shards)

    def write(self, path: Path) -> None:
        """Write the list to a file."""
        write_record(path, self, schema=SCHEMA)

    @classmethod
    def read(cls, path: Path) -> "ScoreList | None":
        """Return the list in a file; None when there is none.

        Raises:
            Damaged: it is not one of this version.
        """
        return read_record(cls, path, schema=SCHEMA, check=cls.check)

    def check(self) -> None:
        """Raise ValueError unless each file holds images and has a checksum."""
        if not self.shards:
            raise ValueError("shards: there is none")
        for number, shard in enumerate(self.shards):
            if shard.images < 1:
                raise ValueError(f"shards.{number}.images: {shard.images} are none")
            if not _SUM.fullmatch(shard.sha256):
                raise ValueError(f"shards.{number}.sha256: {shard.sha256[:80]!r} is not a checksum")


def is_shard(name: str) -> bool:
    """Return whether a file of a round is called like one of several that hold its scores."""
    return _SHARD.fullmatch(name) is not None


def shard_number(name: str) -> int:
    """Return which of several files one is, from 0."""
    return int(name.removeprefix("scores-").removesuffix(".safetensors"))
