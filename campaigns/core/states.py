"""States of campaigns, jobs and attempts, and which may follow which."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from campaigns.core.execution import EngineStanding


class Intent(StrEnum):
    """What a person last asked of a campaign. The station does what is left to do about it."""

    NEW = "new"
    RUN = "run"
    PAUSE = "pause"
    """Stop every worker at its next checkpoint."""
    DRAIN = "drain"
    """Stop every worker at the end of its round."""
    CANCEL = "cancel"
    """Stop every worker now."""


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class AttemptState(StrEnum):
    """Where one try at a job stands."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    """Ended because it was asked to, at a checkpoint."""
    FAILED = "failed"
    LOST = "lost"
    """Its process vanished without a word: killed, out of memory, a reboot."""


class CampaignState(StrEnum):
    """What a campaign as a whole is doing; follows from its intent and its jobs."""

    NEW = "new"
    RUNNING = "running"
    STRANDED = "stranded"
    """It should be doing something, but no station is at work and no worker lives: only who looks can tell."""
    LABELLING = "labelling"
    """It goes on by itself once people have labelled what it asks for."""
    PAUSING = "pausing"
    PAUSED = "paused"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    FAILED = "failed"
    DONE = "done"

    @property
    def is_over(self) -> bool:
        """True when nothing more will happen unless somebody asks."""
        return self not in {
            CampaignState.RUNNING,
            CampaignState.STRANDED,  # whoever waits for it starts a station
            CampaignState.PAUSING,
            CampaignState.CANCELLING,
        }


JOB_MOVES: Mapping[JobState, frozenset[JobState]] = {
    JobState.WAITING: frozenset({JobState.RUNNING}),
    # Back to waiting: its worker was lost, or stopped at a checkpoint.
    JobState.RUNNING: frozenset({JobState.WAITING, JobState.DONE, JobState.FAILED}),
    JobState.FAILED: frozenset({JobState.WAITING}),
    JobState.DONE: frozenset(),
}
"""Legal moves of a job; saying the same state twice is no move."""


def campaign_state(
    intent: Intent, jobs: Iterable[tuple[JobState, JobState | None]], *, wanting: Iterable[bool] = ()
) -> CampaignState:
    """Return what a campaign is doing, from its intent and (state of the job, state of the job it needs) pairs.

    `wanting` says of each job whether it waits for people to label; none does where it says nothing.
    """
    pairs = list(jobs)
    wants = list(wanting) or [False] * len(pairs)
    states = {state for state, _ in pairs}
    if states == {JobState.DONE}:
        return CampaignState.DONE
    running = JobState.RUNNING in states
    match intent:
        case Intent.NEW:
            return CampaignState.NEW
        case Intent.RUN:
            ready = [state is JobState.WAITING and need in {None, JobState.DONE} for state, need in pairs]
            if running or any(is_ready and not wants[at] for at, is_ready in enumerate(ready)):
                return CampaignState.RUNNING
            return CampaignState.LABELLING if any(ready) else CampaignState.FAILED
        case Intent.CANCEL:
            return CampaignState.CANCELLING if running else CampaignState.CANCELLED
        case Intent.PAUSE | Intent.DRAIN:
            return CampaignState.PAUSING if running else CampaignState.PAUSED


def standing(state: CampaignState, running: int, queued: int = 0) -> str:
    """Return what a campaign is called for a person: one that is to run is waiting as long as none of its jobs is at
    work, or queued where an engine has some of them in its queue.
    """
    if state is not CampaignState.RUNNING or running:
        return state
    return EngineStanding.QUEUED if queued else JobState.WAITING
