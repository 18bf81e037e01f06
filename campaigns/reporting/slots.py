"""Where jobs ran."""

from collections.abc import Iterable

from campaigns.core.ids import JobId
from campaigns.store.rows import AttemptRow


def slots(attempts: Iterable[AttemptRow]) -> dict[JobId, str]:
    """Return the slot of each job's last attempt: `cpu`, or `cuda:0`."""
    return {attempt.job: attempt.slot for attempt in sorted(attempts, key=lambda attempt: attempt.number)}


def is_gpu(slot: str) -> bool:
    """Return whether a slot is on a GPU."""
    return slot.startswith("cuda")
