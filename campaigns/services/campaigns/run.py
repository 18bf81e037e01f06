"""Whatever it takes for a campaign to reach its end, and how it ended."""

from dataclasses import dataclass

from campaigns.core.states import AttemptState, CampaignState, JobState
from campaigns.errors import INTERRUPTED, BadInput, JobFailed, NoEngine, OutOfMemory, WaitingForLabels
from campaigns.services.campaigns.retry import retry
from campaigns.services.campaigns.start import start
from campaigns.services.monitor.progress import state_of
from campaigns.services.monitor.show import JobView, watch
from campaigns.services.workspace import Workspace
from campaigns.store.campaigns import get_campaign

S = CampaignState


def go_on(workspace: Workspace, name: str, *, until_round: int | None = None) -> CampaignState:
    """Start, resume or retry a campaign, whatever it takes to reach its end; return its state before.

    Raises:
        NotNow: this workspace only looks.
    """
    workspace.require_writing()
    # Only here: it brings what opens images, and lists of campaigns are looked at far more often.
    from campaigns.services.labelling.label import refresh

    refresh(workspace, name)
    with workspace.store() as store:
        state = state_of(store, get_campaign(store, name))
    if state in {S.FAILED, S.CANCELLED}:
        retry(workspace, name, until_round=until_round)
    elif state is not S.DONE:
        start(workspace, name, until_round=until_round)
    return state


def _is_refused(job: JobView) -> bool:
    """Return whether the engine of a job that waits did not take its last attempt."""
    attempt = job.attempt
    return (
        job.row.state is JobState.WAITING
        and attempt is not None
        and (attempt.state, attempt.exit_code) == (AttemptState.FAILED, NoEngine.exit_code)
    )


@dataclass(frozen=True, slots=True)
class EndingOf:
    """How a campaign ended, for whoever waited for it."""

    code: int
    """Exit code: 0 when there is nothing to worry about."""
    why: str
    hint: str


def ending(workspace: Workspace, name: str, *, is_partial: bool = False) -> EndingOf:
    """Return how a campaign ended; with `is_partial`, resting at the round it was asked to reach is a good end.

    Raises:
        NoSuchName: there is no campaign of that name.
    """
    view = watch(workspace, name)
    failed = [job for job in view.jobs if job.row.state is JobState.FAILED and job.attempt is not None]
    is_resting = is_partial and view.state is CampaignState.PAUSED
    if view.state is CampaignState.DONE or (is_resting and not failed):
        return EndingOf(0, "", "")
    if view.state is CampaignState.FAILED or is_resting:
        codes = [job.attempt.exit_code for job in failed if job.attempt is not None]
        # Bad input explains the rest, and running out of memory is worth knowing before "a job failed".
        code = next((c for c in (BadInput.exit_code, OutOfMemory.exit_code) if c in codes), JobFailed.exit_code)
        words = [f"{job.row.job.id}: {job.attempt.last_words}" for job in failed if job.attempt is not None]
        return EndingOf(
            code, f"{name} has failed\n" + "\n".join(words), f"alwsl-tui logs {name}; alwsl-tui retry {name}"
        )
    if view.state is CampaignState.LABELLING:
        waiting = [job.row.request for job in view.jobs if job.row.is_wanting and job.row.request is not None]
        rest = f"; without the rest: alwsl-tui label {name} --enough" if any(each.answered for each in waiting) else ""
        return EndingOf(
            WaitingForLabels.exit_code,
            f"{name} waits for labels: {', '.join(map(str, waiting))}",
            f"alwsl-tui label {name}, or --next to list them{rest}",
        )
    refused = [job.attempt for job in view.jobs if _is_refused(job)]
    if view.state is CampaignState.PAUSED and refused:
        told = next(attempt.last_words for attempt in refused if attempt is not None)
        why, _, hint = told.partition("\n")
        return EndingOf(NoEngine.exit_code, f"{name} is paused: {why}", f"{hint}; then: alwsl-tui run {name}")
    return EndingOf(INTERRUPTED, f"{name} is {view.state}", f"go on with: alwsl-tui run {name}")
