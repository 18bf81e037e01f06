"""What a campaign fixes about its data when it is created: the initial sets, and what is left out."""

from dataclasses import dataclass
from pathlib import Path

from campaigns.home.files import damaged, read_json, write_json
from campaigns.home.typed import built

SCHEMA = 1
MOST_BYTES = 1 << 32
"""A split without labels names every image that has none, and there may be a hundred million."""


@dataclass(frozen=True, slots=True)
class FrozenSplit:
    """The initial set of every trial, in images' ids; the pool is the rest of the training split, in its order."""

    fingerprint: str
    """Of the data set. A data set of another fingerprint is other data."""
    train: int
    """Images of the training split."""
    unlabelled: tuple[str, ...]
    """Ids of training images whose labels nobody knows; a simulated oracle leaves them out."""
    initial: tuple[tuple[str, ...], ...]
    """For each trial."""

    def write(self, path: Path) -> None:
        """Keep the split."""
        write_json(
            path,
            {
                "schema": SCHEMA,
                "fingerprint": self.fingerprint,
                "train": self.train,
                "unlabelled": list(self.unlabelled),
                "initial": [list(ids) for ids in self.initial],
            },
        )

    @classmethod
    def read(cls, path: Path) -> "FrozenSplit":
        """The split in a file.

        Raises:
            Damaged: it is no split of this version.
        """
        said = read_json(path, most_bytes=MOST_BYTES)
        if not isinstance(said, dict) or said.get("schema") != SCHEMA:
            raise damaged(path, "it is not a split of this version")
        try:
            return built(cls, said)
        except ValueError as error:
            raise damaged(path, error) from error
