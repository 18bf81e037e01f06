"""`LIBRARY/NAME.json` in the user's cache: what is known of a network of another library and takes seconds to learn."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from campaigns.errors import Damaged
from campaigns.home.records import decode, read_record, write_record
from campaigns.home.store_place import PROGRAM

SCHEMA = 1
Triple = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """A network up to its last feature map."""

    channels: int
    stride: int
    """Pixels of the picture between two neighbouring positions of the map."""
    size: int
    """Side of the pictures it was made for, in pixels."""
    least: int
    """Smallest side of pictures that it takes, in pixels."""
    most: int
    """Largest side."""
    mib: int
    """Size of its weights, rounded up."""
    mean: Triple
    std: Triple
    licence: str
    """Of its published weights; empty when nothing is known of it."""
    hub: str
    """Where they are published on the Hugging Face Hub, `OWNER/NAME`; empty when nowhere."""
    classifier: tuple[str, ...]
    """What the keys start with that a published file has and the network has not."""

    @classmethod
    def of(cls, text: bytes) -> "NetworkFacts":
        """Return the facts that a child process printed.

        Raises:
            ValueError: it printed something else.
        """
        return decode(cls, text)

    @classmethod
    def read(cls, library: str, name: str) -> "NetworkFacts | None":
        """Return what is kept of a network; None when nothing sensible is: then it is learnt."""
        try:
            return read_record(cls, _path(library, name), schema=SCHEMA)
        except (Damaged, OSError):
            return None

    def keep(self, library: str, name: str) -> None:
        """Keep it for whoever asks next; where nothing can be kept, they learn it anew."""
        with suppress(OSError):
            write_record(_path(library, name), self, schema=SCHEMA)


def _path(library: str, name: str) -> Path:
    return platformdirs.user_cache_path(PROGRAM) / "networks" / library / f"{name}.json"
