"""Whatever it takes for a campaign to reach its end, and how it ended."""

from dataclasses import dataclass

from campaigns.core.states import CampaignState, JobState
from campaigns.errors import INTERRUPTED, BadInput, JobFailed, OutOfMemory
from campaigns.services.campaigns.retry import retry
from campaigns.services.campaigns.start import start
from campaigns.services.monitor.progress import state_of
from campaigns.services.monitor.show import watch
from campaigns.services.workspace import Workspace
from campaigns.store.campaigns import get_campaign

S = CampaignState


def go_on(workspace: Workspace, name: str, *, until_round: int | None = None) -> CampaignState:
    """Do whatever it takes for a campaign to reach its end: start, resume or retry. Its state before.

    Raises:
        NotNow: this workspace only looks.
    """
    workspace.require_writing()
    with workspace.store() as store:
        state = state_of(store, get_campaign(store, name))
    if state in {S.FAILED, S.CANCELLED}:
        retry(workspace, name, until_round=until_round)
    elif state is not S.DONE:
        start(workspace, name, until_round=until_round)
    return state


@dataclass(frozen=True, slots=True)
class EndingOf:
    """How a campaign ended, for whoever waited for it."""

    code: int
    """Exit code: 0 when there is nothing to worry about."""
    why: str
    hint: str


def ending(workspace: Workspace, name: str, *, is_partial: bool = False) -> EndingOf:
    """How a campaign ended; with `is_partial`, resting at the round it was asked to go to is a good end.

    Raises:
        NoSuchName: there is no campaign of that name.
    """
    seen = watch(workspace, name)
    failed = [one for one in seen.jobs if one.row.state is JobState.FAILED and one.attempt is not None]
    is_resting = is_partial and seen.state is CampaignState.PAUSED
    if seen.state is CampaignState.DONE or (is_resting and not failed):
        return EndingOf(0, "", "")
    if seen.state is CampaignState.FAILED or is_resting:
        codes = [one.attempt.exit_code for one in failed if one.attempt is not None]
        # Bad input explains the rest, and running out of memory is worth knowing before "a job failed".
        code = next((c for c in (BadInput.exit_code, OutOfMemory.exit_code) if c in codes), JobFailed.exit_code)
        words = [f"{one.row.job.id}: {one.attempt.last_words}" for one in failed if one.attempt is not None]
        return EndingOf(
            code, f"{name} has failed\n" + "\n".join(words), f"alwsl-tui logs {name}; alwsl-tui retry {name}"
        )
    return EndingOf(INTERRUPTED, f"{name} is {seen.state}", f"go on with: alwsl-tui run {name}")
