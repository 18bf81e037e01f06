"""`asked.json`: how far down the ladder of stops a worker is asked to go, beside the signals that say the same.

A signal does not reach everywhere: not every engine carries one, and a library may take it for itself, as NCCL takes
SIGUSR1. A file of the attempt arrives wherever the attempt's folder is.
"""

from dataclasses import dataclass
from pathlib import Path

from campaigns.core.execution import StopStep
from campaigns.home.records import read_record, write_record

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class StopRequest:
    """The last step that was asked for."""

    step: StopStep

    def write(self, path: Path) -> None:
        """Leave it for the worker."""
        write_record(path, self, schema=SCHEMA)

    @classmethod
    def read(cls, path: Path) -> "StopRequest | None":
        """Return what a worker is asked; None when nobody has asked anything.

        Raises:
            Damaged: no station wrote it.
        """
        return read_record(cls, path, schema=SCHEMA)
