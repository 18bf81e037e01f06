"""Where jobs ran, and what they took before their first round."""

from collections.abc import Iterable

from campaigns.core.execution import device_of, processes_of
from campaigns.core.ids import JobId
from campaigns.store.rows import AttemptRow


def slots(attempts: Iterable[AttemptRow]) -> dict[JobId, str]:
    """Return the slot of each job's last attempt: `cpu`, or `cuda:0`, or `cuda:0+1`."""
    return {attempt.job: attempt.slot for attempt in sorted(attempts, key=lambda attempt: attempt.number)}


def preparations(attempts: Iterable[AttemptRow]) -> dict[JobId, float]:
    """Return the seconds in which all attempts at each job got pixels or features of the images ready."""
    seconds: dict[JobId, float] = {}
    for attempt in attempts:
        seconds[attempt.job] = seconds.get(attempt.job, 0.0) + attempt.prepare_seconds
    return seconds


def is_gpu(slot: str) -> bool:
    """Return whether a slot is on a GPU."""
    return device_of(slot) == "cuda"


def gpus(slot: str) -> int:
    """Return how many GPUs a slot takes; 0 on the CPU."""
    return processes_of(slot) if is_gpu(slot) else 0
