"""What happened in a campaign, in sentences: measured, took the lead, picked, done, and what went wrong."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from campaigns.core.ids import JobKind
from campaigns.core.percent import percent, points
from campaigns.core.states import CampaignState
from campaigns.errors import AlwslError
from campaigns.home.picks import read_picks
from campaigns.reporting.leader import Leader, leader
from campaigns.services.monitor.feed import FeedLine, load_feed
from campaigns.services.monitor.show import CampaignView, JobView
from campaigns.services.workspace import Workspace
from campaigns.store.rows import RoundRow, ValueRow

LAST = 60
"""Sentences of a story, at the most."""
MOST_VALUES = 2_000
"""Measured rounds of arms beyond which nobody is told who took the lead when."""
Told = tuple[JobView, RoundRow]


def load_story(workspace: Workspace, view: CampaignView) -> tuple[FeedLine, ...]:
    """Return what happened in a campaign as it was seen, oldest first, at most the last sixty things.

    Raises:
        NoSuchName: the campaign is there no more.
    """
    name = view.row.name
    noted = load_feed(workspace, name, after=max(0, view.last_feed - 10 * LAST))
    lines = [FeedLine(row.id, row.at, name, row.job, row.is_warning, row.text) for row in noted[-LAST:]]
    ended = sorted(_rounds(view), key=lambda told: told[1].done or 0.0)
    for job, row in ended[-LAST:]:
        text = _measured(row)
        if picked := _picked(workspace, view, job, row):
            text += f"; {picked}"
        lines.append(FeedLine(0, row.done or 0.0, name, job.row.job.id, False, text))
    lines += _leads(view, ended)
    if view.state is CampaignState.DONE and ended:
        lines.append(FeedLine(0, ended[-1][1].done or 0.0, name, None, False, _result(view, ended)))
    return tuple(sorted(lines, key=lambda line: line.at)[-LAST:])


def _rounds(view: CampaignView) -> Iterator[Told]:
    return ((job, row) for job in view.jobs for row in job.rounds if row.done is not None)


def _measured(row: RoundRow) -> str:
    value = "not measured" if row.value is None else f"{percent(row.value)} %"
    return f"round {row.number}: {value} on {row.labelled} images"


def _picked(workspace: Workspace, view: CampaignView, job: JobView, row: RoundRow) -> str:
    """Say what a round picked, and what is unusual in it; empty where it picked nothing."""
    if job.row.job.kind is not JobKind.ARM or row.select_seconds is None:
        return ""
    path = workspace.home.campaign(view.row.id).job(job.row.job.id).round(row.number).picks
    try:
        return _unusual(path, path.stat().st_mtime_ns)
    except (OSError, AlwslError):  # gone, or damaged: `verify` says so, and this is no place to
        return ""


@lru_cache(maxsize=256)
def _unusual(path: Path, _changed: int) -> str:
    picked = read_picks(path)
    if picked is None or not picked.picks:
        return ""
    text = f"picked {len(picked.picks)}"
    if picked.is_collapsed:
        return f"{text}, although the model tells no image from another"
    most, lists = max(pick.votes for pick in picked.picks), len(picked.criteria)
    count = sum(pick.votes == most for pick in picked.picks)
    if most >= 2 and count < len(picked.picks):
        text += f", {count} of them wanted by {most} of {lists} criteria"
    elif most < 2:
        text += ", none of them wanted by two criteria"
    return text


def _values(ended: Iterable[Told]) -> Iterator[tuple[float, JobView, ValueRow]]:
    for job, row in ended:
        key = job.row.job
        if key.kind is JobKind.ARM and key.criterion is not None and key.trial is not None and row.value is not None:
            yield row.done or 0.0, job, ValueRow(key.criterion, key.trial, row.number, row.labelled, row.value)


def _leads(view: CampaignView, ended: Sequence[Told]) -> Iterator[FeedLine]:
    """Say when another criterion came to lead, on the trials that those compared both have."""
    measured = list(_values(ended))
    if len(measured) > MOST_VALUES:
        return
    so_far: list[ValueRow] = []
    before: Leader | None = None
    for at, job, value in measured:
        so_far.append(value)
        now = leader(view.row.plan, so_far)
        if now is not None and now.gap is not None and (before is None or now.criterion != before.criterion):
            yield FeedLine(
                0, at, view.row.name, job.row.job.id, False, f"{now.criterion} takes the lead: {_ahead(now)}"
            )
        before = now or before


def _result(view: CampaignView, ended: Sequence[Told]) -> str:
    last = leader(view.row.plan, [value for _, _, value in _values(ended)])
    if last is None:
        return "done: no criterion is ahead of random"
    if last.gap is None:
        return f"done: {last.criterion} reached {percent(last.mean)} % on {last.labelled} images"
    return f"done: {last.criterion} leads, {_ahead(last)}"


def _ahead(leading: Leader) -> str:
    trials = f"{leading.trials} trial{'' if leading.trials == 1 else 's'}"
    gap = points(leading.gap)
    return f"{percent(leading.mean)} % on {leading.labelled} images, {gap} against random in {trials}"
