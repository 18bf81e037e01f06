"""What several views of one campaign show at once: each part is read when it is wanted and something of it changed."""

from collections.abc import Set
from dataclasses import dataclass, replace
from enum import StrEnum

from campaigns.core.states import JobState
from campaigns.errors import NotNow
from campaigns.reporting.series import Result
from campaigns.services.logs.file import LogOf, logs_of
from campaigns.services.monitor.feed import FeedLine
from campaigns.services.monitor.show import CampaignView
from campaigns.services.monitor.story import load_story
from campaigns.services.results.agreement import AgreementOf, load_agreements
from campaigns.services.results.curves import load_curves
from campaigns.services.results.evidence import RoundEvidence, latest_key, round_evidence
from campaigns.services.results.rounds import TrainingOf, view_today
from campaigns.services.workspace import Workspace
from campaigns.store.attempts import list_losses
from campaigns.store.rows import RoundRow


class Aspect(StrEnum):
    """What can be read of a campaign beside its state, jobs and rounds."""

    CURVES = "curves"
    AGREEMENT = "agreement"
    LOSSES = "losses"
    PICKS = "picks"
    LOGS = "logs"
    EVENTS = "events"


@dataclass(frozen=True, slots=True)
class Overview:
    """A campaign at one moment; an aspect that was never wanted is empty."""

    view: CampaignView
    """By which the others were read; its rounds are by today's labels."""
    aspects: frozenset[Aspect] = frozenset()
    """Those that are as of that moment."""
    curves: Result | None = None
    agreements: tuple[AgreementOf, ...] = ()
    """Of the first trial of the campaign's first criterion, round by round."""
    losses: tuple[TrainingOf, ...] = ()
    """Of each job at work, in the round it is in; without its attempts."""
    picks: RoundEvidence | None = None
    """The newest round of that trial that has picked. Compared by identity: it never changes."""
    logs: tuple[LogOf, ...] = ()
    """Those that grow first."""
    events: tuple[FeedLine, ...] = ()
    """What happened last, the newest last."""


def load_overview(
    workspace: Workspace, view: CampaignView, *, wanted: Set[Aspect], before: Overview | None = None
) -> Overview:
    """Return these aspects of a campaign as it was seen in `view`; what `before` has of the same rounds is kept.

    Raises:
        NoSuchName: the campaign is there no more.
        BadData: what a round kept is damaged.
    """
    view = view_today(workspace, view)
    name, kept = view.row.name, before or Overview(view)
    is_same = before is not None and _measured(before.view) == _measured(view)
    fresh = {aspect for aspect in wanted if not (is_same and aspect in kept.aspects and aspect in _BY_ROUND)}
    result = replace(kept, view=view, aspects=frozenset(wanted | (kept.aspects & _BY_ROUND if is_same else set())))
    if Aspect.CURVES in fresh:
        result = replace(result, curves=load_curves(workspace, name))
    if Aspect.AGREEMENT in fresh:
        result = replace(result, agreements=load_agreements(workspace, name))
    if Aspect.LOSSES in fresh:
        result = replace(result, losses=_losses(workspace, view))
    if Aspect.PICKS in fresh:
        result = replace(result, picks=_picks(workspace, name, kept.picks))
    if Aspect.LOGS in fresh:
        result = replace(result, logs=logs_of(workspace, name))
    if Aspect.EVENTS in fresh:
        result = replace(result, events=load_story(workspace, view))
    return result


_BY_ROUND = frozenset({Aspect.CURVES, Aspect.AGREEMENT, Aspect.PICKS})
"""What changes with rounds alone."""


def _measured(view: CampaignView) -> tuple[RoundRow, ...]:
    return tuple(row for job in view.jobs for row in job.rounds)


def _losses(workspace: Workspace, view: CampaignView) -> tuple[TrainingOf, ...]:
    at_work = [
        (job.row.job.id, job.attempt.round)
        for job in view.jobs
        if job.row.state is JobState.RUNNING and job.attempt is not None and job.attempt.round is not None
    ]
    with workspace.store() as store, store.reading():
        return tuple(
            TrainingOf(job, round_, list_losses(store, view.row.id, job, round_), ()) for job, round_ in at_work
        )


def _picks(workspace: Workspace, name: str, before: RoundEvidence | None) -> RoundEvidence | None:
    key = latest_key(workspace, name)
    if before is not None and before.key == key:
        return before
    try:
        return round_evidence(workspace, name, key)
    except NotNow:
        return None
