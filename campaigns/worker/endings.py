"""From what ended a job to a worker's last words: what a person can mend, in words; a bug has none."""

from pathlib import Path

from campaigns.errors import AlwslError, BadDisk, NoRoom, OutOfMemory, WaitingForLabels
from campaigns.home.disk import system_error
from campaigns.home.exit import Ending, Exit
from campaigns.worker.stops import OtherNode, ScoresWanted, Stopped


def ending_of(error: BaseException, folder: Path) -> Exit | None:
    """Return the last words that fit, with `folder` where the system names no file; None for a bug."""
    if isinstance(error, ScoresWanted):
        return Exit(Ending.SCORES, error=str(error))
    if isinstance(error, OtherNode):
        return Exit(Ending.ELSEWHERE, error=str(error))
    if isinstance(error, Stopped):
        return Exit(Ending.STOPPED, error=str(error))
    told = system_error(error, folder) if isinstance(error, OSError) else error
    if isinstance(told, AlwslError):
        return Exit(_kind(told), told.exit_code, str(told), told.hint)
    if isinstance(error, MemoryError) or _is_memory(error):
        hint = "run fewer workers at once, or lower training.batch_size or model.image_size; then retry"
        return Exit(Ending.FAILED, OutOfMemory.exit_code, f"out of memory: {error}", hint)
    return None


def _kind(error: AlwslError) -> Ending:
    if isinstance(error, NoRoom):
        return Ending.FULL
    if isinstance(error, WaitingForLabels):
        return Ending.LABELS
    return Ending.DISK if isinstance(error, BadDisk) else Ending.FAILED


def _is_memory(error: BaseException) -> bool:
    # Imported only now: a worker says who it is before torch is loaded.
    from campaigns.learning.memory import is_memory

    return is_memory(error)
