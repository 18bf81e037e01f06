"""Who runs, who waits, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from campaigns.core.execution import LOCAL, Busy, Slot, Wish, executor_of
from campaigns.core.ids import CampaignId, Job, JobId, JobKind
from campaigns.core.states import JobState
from campaigns.station.executors.executor import Executor
from campaigns.store.rows import JobRow


@dataclass(frozen=True, slots=True)
class Turn:
    """A job that is not running: where it may run now, or why it waits."""

    job: JobRow
    slot: Slot | None
    reason: str = ""
    """Why it waits; empty when it may run."""
    is_held: bool = False
    """It would have to wait on an idle machine too."""
    is_blocked: bool = False
    """It waits for another job of its campaign."""
    is_short: bool = False
    """It waits for room on the disk, for a worker that holds it, or for an engine that does not answer: nobody has to
    ask again, so the station stays."""
    is_wanting: bool = False
    """It waits for people to label: whoever gives the last answer starts a station, so none stays for it."""
    ends: int | None = None
    """The round after which an arm that may run makes room for those that then wait behind it; None when none does."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one campaign allows."""

    wish: Wish
    until_round: int | None
    reached: Mapping[JobId, int]
    """Last complete round of each arm that has one; where neither `until_round` nor `is_breadth` asks, of none."""
    is_breadth: bool = False
    """Arms of a trial take turns: none begins a round while another one waits with fewer."""
    is_full_first: bool = False
    """Its full model is the longest job."""
    held: str = ""
    """Why none of its jobs may run; empty when they may."""
    short: str = ""
    """How much room its jobs lack on the disk; empty when there is enough."""
    resting: Mapping[JobId, str] = field(default_factory=dict)
    """Jobs that the disk, or a worker that holds them, stopped a moment ago, and what they are told."""


def turns(
    jobs: Sequence[JobRow], busy: Sequence[Busy], limits: Mapping[CampaignId, Limits], executor: Executor
) -> list[Turn]:
    """Return what is to become of every waiting job, in the order in which slots are given away; a slot that is given
    away is not free for the next.
    """
    states = {(row.campaign, row.job.id): row.state for row in jobs}
    scoring: dict[tuple[CampaignId, JobId], list[JobRow]] = {}
    for row in jobs:
        if row.job.kind is JobKind.SCORE:
            scoring.setdefault((row.campaign, row.job.asking.id), []).append(row)
    taken = list(busy)
    refused: dict[Wish, str] = {}  # by what was wished: of a thousand jobs that wait, few wish for something else
    all_turns = []
    for row in _in_order(jobs, limits):
        if row.state is not JobState.WAITING:
            continue
        limit = limits[row.campaign]
        if not limit.held and (reason := _blocked(row, states) or _unscored(row, scoring)):
            all_turns.append(Turn(row, None, reason, is_held=True, is_blocked=True))
            continue
        if reason := _held(row, limit, executor):
            all_turns.append(Turn(row, None, reason, is_held=True))
            continue
        if row.is_wanting:
            all_turns.append(Turn(row, None, f"waits for labels: {row.request}", is_wanting=True))
            continue
        if reason := limit.short or limit.resting.get(row.job.id, ""):
            all_turns.append(Turn(row, None, reason, is_short=True))
            continue
        # To score takes one device, however many each fit trains on.
        wish = limit.wish if row.job.kind is not JobKind.SCORE else replace(limit.wish, processes=1)
        slot = refused.get(wish) or executor.free(wish, taken)
        if isinstance(slot, str):
            refused[wish] = slot
            # An engine that is silent has nothing of ours that would keep the station: it has to look again by itself.
            is_silent = limit.wish.executor != LOCAL and not any(
                executor_of(other.slot) == limit.wish.executor for other in busy
            )
            all_turns.append(Turn(row, None, slot, is_short=is_silent))
        else:
            refused.clear()
            taken.append(Busy(str(slot), limit.wish.threads))
            all_turns.append(Turn(row, slot))
    return [_with_end(turn, all_turns, limits[turn.job.campaign]) for turn in all_turns]


def _in_order(jobs: Sequence[JobRow], limits: Mapping[CampaignId, Limits]) -> Iterator[JobRow]:
    """Yield jobs in the order in which they may run: the full model first where it is the longest.

    Where arms take turns, those of a trial come by the rounds that they have, and the full model, which no arm waits
    for, comes after the first trial's.
    """
    for campaign, rows in groupby(jobs, key=lambda row: row.campaign):
        limit = limits.get(campaign)
        if limit is not None and limit.is_breadth:
            yield from sorted(rows, key=lambda row: (*_stage(row.job), limit.reached.get(row.job.id, 0)))
        elif limit is not None and limit.is_full_first:
            yield from sorted(rows, key=lambda row: row.job.kind is not JobKind.FULL)
        else:
            yield from rows


def _stage(job: Job) -> tuple[int, int]:
    match job.kind:
        case JobKind.BASELINE:
            return 0, 0
        case JobKind.ARM:
            return 1, 2 * (job.trial or 0)
        case JobKind.FULL:
            return 1, 1
        case JobKind.SCORE:  # an arm of its trial waits for it, or a baseline
            return _stage(job.asking)


def _with_end(turn: Turn, all_turns: Sequence[Turn], limit: Limits) -> Turn:
    """Return the turn of an arm with its end, where others of its trial are left waiting behind it."""
    if turn.slot is None or not limit.is_breadth or turn.job.job.kind is not JobKind.ARM:
        return turn
    behind = [
        limit.reached.get(other.job.job.id, 0)
        for other in all_turns
        if other.slot is None and not other.is_held and not other.is_wanting and not other.is_short
        and (other.job.campaign, other.job.job.trial) == (turn.job.campaign, turn.job.job.trial)
        and other.job.job.kind is JobKind.ARM
    ]  # fmt: skip
    if not behind:
        return turn
    own = limit.reached.get(turn.job.job.id, 0)
    return replace(turn, ends=max(own, min(behind)) + 1)


def _blocked(row: JobRow, states: Mapping[tuple[CampaignId, JobId], JobState]) -> str:
    """Return which job has to be done first; empty when none has."""
    need = row.job.needs
    if need is None or (state := states[row.campaign, need.id]) is JobState.DONE:
        return ""
    return f"{need.id} {'has failed' if state is JobState.FAILED else 'is not done'}"


def _unscored(row: JobRow, scoring: Mapping[tuple[CampaignId, JobId], Sequence[JobRow]]) -> str:
    """Return how far the jobs are that score the pool of a job's round; empty when it waits for none."""
    parts = scoring.get((row.campaign, row.job.id), ())
    for part in parts:
        if part.state is JobState.FAILED:
            return f"{part.job.id} has failed"
    done = sum(part.state is JobState.DONE for part in parts)
    return "" if done == len(parts) else f"{done} of {len(parts)} parts of its pool are scored"


def _held(row: JobRow, limit: Limits, executor: Executor) -> str:
    """Return why a job may not run even where nothing else does; empty when it may."""
    if limit.held:
        return limit.held
    if obstacle := executor.obstacle(limit.wish):
        return obstacle
    if limit.until_round is not None and row.job.kind is JobKind.ARM:
        reached = limit.reached.get(row.job.id, 0)
        if reached >= limit.until_round:
            return f"round {reached} is as far as it was asked to go"
    return ""
