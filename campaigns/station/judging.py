"""What an attempt's end means for its job: from last words, from what its executor says, and from what was asked."""

from dataclasses import dataclass

from campaigns.core.execution import EndCause, Gone
from campaigns.core.states import AttemptState, JobState
from campaigns.home.exit import Ending, Exit
from campaigns.station.attempt import Live, exit_code

ENDED_BY_ENGINE = frozenset({EndCause.TIME, EndCause.PREEMPTION})
"""What an engine does to workers that do nothing wrong: they stop, and the job goes on from its checkpoint."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How an attempt ended."""

    state: AttemptState
    job: JobState
    code: int | None
    words: str
    entry: str = ""
    """What people are told; empty: nothing."""
    is_warning: bool = True
    is_loss: bool = False
    """How often that may happen is limited: the job may have failed."""


def judge(live: Live, ending: Exit | None, condition: Gone) -> Judgement:
    """Return how an attempt ended, and what that makes of its job; one that was lost lets it wait for another try."""
    if ending is None:
        return _without_words(live, condition)
    code, words, waiting = ending.code, ending.words, JobState.WAITING
    match ending.ending:
        case Ending.DONE:
            return Judgement(AttemptState.DONE, JobState.DONE, 0, "")
        case Ending.FAILED:
            return Judgement(AttemptState.FAILED, JobState.FAILED, code, words, f"failed: {words}")
        case Ending.FULL:
            return Judgement(AttemptState.STOPPED, waiting, code, words, f"stopped at its checkpoint: {words}")
        case Ending.BUSY:
            # Somebody works on it: on a host that is cut off, say. To count that as a loss would end the campaign.
            return Judgement(AttemptState.STOPPED, waiting, code, words, f"left to the worker that is at it: {words}")
        case Ending.ELSEWHERE:
            # Without a code it counts among what a node could not take: tried again, ever more seldom.
            return Judgement(AttemptState.STOPPED, waiting, None, words, f"{words}; it tries another one")
        case Ending.LABELS | Ending.SCORES:
            return Judgement(AttemptState.STOPPED, waiting, code, words, ending.error, is_warning=False)
        case Ending.STOPPED:
            return _stopped(live, words, condition)
        case Ending.DISK:
            if live.was_asked:
                return _stopped(live, "", condition)
            return Judgement(AttemptState.LOST, waiting, exit_code(condition), words, is_loss=True)


def _stopped(live: Live, words: str, condition: Gone) -> Judgement:
    if live.was_asked:
        return Judgement(AttemptState.STOPPED, JobState.WAITING, 0, "stopped as asked")
    if not words and condition.cause in ENDED_BY_ENGINE:
        entry = f"{condition.words}; goes on from its checkpoint"
        return Judgement(AttemptState.STOPPED, JobState.WAITING, 0, condition.words, entry, is_warning=False)
    return Judgement(AttemptState.STOPPED, JobState.WAITING, 0, words or "stopped as asked")


def _without_words(live: Live, condition: Gone) -> Judgement:
    if live.was_asked:
        return _stopped(live, "", condition)
    # Slurm now and then says the same of a worker that was killed where it ran.
    if condition.cause is EndCause.LAUNCH and not live.has_moved:
        entry = f"{condition.words}; it tries again"
        return Judgement(AttemptState.STOPPED, JobState.WAITING, None, condition.words, entry)
    # One whose time is up before it has done anything would be started for ever.
    if condition.cause is EndCause.PREEMPTION or (condition.cause is EndCause.TIME and live.has_moved):
        return _stopped(live, "", condition)
    words, code = condition.words, exit_code(condition)
    return Judgement(AttemptState.LOST, JobState.WAITING, code, words, is_loss=True)


def counts(live: Live, condition: Gone) -> bool:
    """Return whether a loss counts against what the recipe allows: only a worker's own end does.

    One that never had a process is the fault of a station that was killed, and a node's end or an engine's is nobody's.
    """
    return live.handle is not None and condition.cause in {EndCause.WORKER, EndCause.TIME, EndCause.LAUNCH}
