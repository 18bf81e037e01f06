"""What a campaign has cost, and what choosing by each criterion costs, as in the paper's Tables 1 and 2."""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from campaigns.core.ids import Job, JobId
from campaigns.reporting.slots import gpus, preparations, slots
from campaigns.selection.criteria import LISTS, PAPER
from campaigns.store.rows import AttemptRow, CampaignRow, JobRow, RoundRow

Steps = Mapping[tuple[JobId, int], Mapping[str, float]]
"""Seconds of every step that a finished round has written down, `rank unc` among them; by job and round."""


@dataclass(frozen=True, slots=True)
class RoundCost:
    """Seconds that one round of one job took, step by step; None where it has not got there, or has no such step."""

    job: JobId
    trial: int | None
    criterion: str | None
    round: int
    labelled: int
    train: float | None
    """0 where the model was taken over from an earlier fit."""
    evaluate: float | None
    score: float | None
    select: float | None
    """Ranking by all criteria, choosing, and writing down why."""
    prepare: float | None
    """Getting pixels or features of all images ready, in all attempts at the job; only in the first of its rounds."""
    slot: str
    """Of the job's last attempt: `cpu`, or `cuda:0`; empty when no station has run it."""

    @property
    def seconds(self) -> float:
        """Of all steps so far."""
        return sum(
            part for part in (self.prepare, self.train, self.evaluate, self.score, self.select) if part is not None
        )


@dataclass(frozen=True, slots=True)
class CriterionCost:
    """What it takes to choose once by one criterion alone."""

    criterion: str
    seconds: float
    """A pass over the pool, and the criterion's own ranking of it; each a mean over rounds."""
    per_image: float
    """Seconds for each image of the pool."""


@dataclass(frozen=True, slots=True)
class CostOf:
    """What a campaign has cost so far. What no round has measured yet is None."""

    campaign: CampaignRow
    rounds: tuple[RoundCost, ...]
    criteria: tuple[CriterionCost, ...]
    """The six of the paper, in its order; none before a round has scored its pool and ranked it."""
    score_pass: float | None
    """Seconds of a pass over the pool, a mean over rounds: it is the same whoever chooses after it."""
    one: float | None
    """Seconds to choose by one criterion: mean of `criteria`."""
    ag: float | None
    """Seconds to choose by AG: the pass, all six rankings and their merging. None without an arm of AG."""
    is_ag_bound: bool
    """True where rounds have not timed AG by itself: `ag` then holds all they do after the pass, agreement and the
    reasons for every pick included."""
    delta_ag_percent: float | None
    """What AG takes more than `one`, per cent of it."""
    seconds: float
    """Of all rounds of all jobs."""
    gpu_hours: float
    """Of these, on a GPU."""
    first_delta_ag_percent: float | None = None
    """The same as `delta_ag_percent`, of first rounds alone: the paper times those, from the largest pool."""
    is_first_bound: bool = False
    """The same as `is_ag_bound`, of first rounds alone."""


def cost(
    campaign: CampaignRow,
    jobs: Iterable[JobRow],
    rounds: Iterable[RoundRow],
    *,
    attempts: Iterable[AttemptRow],
    steps: Steps,
) -> CostOf:
    """Return what a campaign has cost, from the rounds that the store knows and the steps that rounds have written
    down.
    """
    tried = tuple(attempts)
    costs = _rounds([row.job for row in jobs], list(rounds), slots(tried), steps)
    costs = _with_preparations(costs, preparations(tried))
    first_steps = {key: seconds for key, seconds in steps.items() if key[1] == 0}
    first_ag, first_single, is_first_bound = _choosing([row for row in costs if row.round == 0], first_steps)
    passes = [row.score for row in costs if row.score is not None]
    pools = [campaign.plan.train_images - row.labelled for row in costs if row.score is not None]
    score_pass, images = _mean(passes), _mean(pools)
    alone = {} if score_pass is None else {name: score_pass + s for name, s in _ranking(steps).items()}
    ag, single, is_bound = _choosing(costs, steps)
    return CostOf(
        campaign=campaign,
        rounds=costs,
        criteria=tuple(CriterionCost(name, s, s / max(1.0, images or 0)) for name, s in alone.items()),
        score_pass=score_pass,
        one=single,
        ag=ag,
        is_ag_bound=is_bound,
        delta_ag_percent=_more_percent(ag, single),
        first_delta_ag_percent=_more_percent(first_ag, first_single),
        is_first_bound=is_first_bound,
        seconds=sum(row.seconds for row in costs),
        gpu_hours=sum(row.seconds * gpus(row.slot) for row in costs) / 3600,
    )


def _choosing(costs: Sequence[RoundCost], steps: Steps) -> tuple[float | None, float | None, bool]:
    """Return seconds to choose by AG, and by one criterion, over some rounds; and whether the first is but a bound."""
    score_pass = _mean([row.score for row in costs if row.score is not None])
    single = None if score_pass is None else _mean([score_pass + s for s in _ranking(steps).values()])
    timed = [seconds["rank ag"] for seconds in steps.values() if "rank ag" in seconds]
    merged = _mean(timed or [row.select for row in costs if row.criterion == "ag" and row.select is not None])
    ag = None if single is None or score_pass is None or merged is None else score_pass + merged
    return ag, single, ag is not None and not timed


def _more_percent(ag: float | None, single: float | None) -> float | None:
    return None if single is None or ag is None else 100 * (ag - single) / single


def _ranking(steps: Steps) -> dict[str, float]:
    """Mean seconds of each compared criterion's ranking; none at all before every one of them is timed."""
    ranked = {step.removeprefix("rank ") for seconds in steps.values() for step in seconds if step.startswith("rank ")}
    lists = next((names for names in LISTS.values() if ranked & (set(names) - set(PAPER))), PAPER)
    timed = {
        name: [seconds[f"rank {name}"] for seconds in steps.values() if f"rank {name}" in seconds] for name in lists
    }
    return {name: statistics.fmean(seconds) for name, seconds in timed.items()} if all(timed.values()) else {}


def _mean(values: Sequence[float]) -> float | None:
    return statistics.fmean(values) if values else None


def _rounds(
    jobs: Iterable[Job], rounds: Iterable[RoundRow], on: Mapping[JobId, str], steps: Steps
) -> tuple[RoundCost, ...]:
    """Return every round in the order of its jobs, with round 0 of an arm, which trains nothing and only picks."""
    told = {(row.job, row.number): row for row in rounds}
    picked = {row.job: row.labelled for row in rounds if row.number == 0}
    costs = []
    numbers: dict[JobId, set[int]] = defaultdict(set)
    for owner, number in (*told, *steps):
        numbers[owner].add(number)
    for job in jobs:
        slot = on.get(job.id, "")
        for number in sorted(numbers[job.id]):
            row, seconds = told.get((job.id, number)), steps.get((job.id, number), {})
            if row is not None:
                costs.append(_of_store(row, job, slot))
            elif job.needs is not None and job.needs.id in picked:
                shared = picked[job.needs.id]
                costs.append(
                    RoundCost(
                        job.id,
                        job.trial,
                        job.criterion,
                        number,
                        shared,
                        None,
                        None,
                        None,
                        seconds.get("select"),
                        None,
                        slot,
                    )
                )
    return tuple(costs)


def _with_preparations(costs: Sequence[RoundCost], ready: Mapping[JobId, float]) -> tuple[RoundCost, ...]:
    """Put what a job took before its rounds into the first of them."""
    first = {row.job: at for at, row in reversed(list(enumerate(costs)))}
    return tuple(
        replace(row, prepare=ready[row.job]) if first[row.job] == at and ready.get(row.job) else row
        for at, row in enumerate(costs)
    )


def _of_store(row: RoundRow, job: Job, slot: str) -> RoundCost:
    return RoundCost(
        job.id, job.trial, job.criterion, row.number, row.labelled,
        row.train_seconds, row.evaluate_seconds, row.score_seconds, row.select_seconds, None, slot,
    )  # fmt: skip
