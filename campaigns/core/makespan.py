"""How a plan spreads over several slots: jobs in their order, each once a slot is free, arms after their baseline."""

import heapq
from bisect import bisect_left
from dataclasses import dataclass

from campaigns.core.ids import JobId
from campaigns.core.plan import Plan

ROUNDING = 1e-9
"""Of a length: sums of the same work in another order."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A plan on so many slots, as far as work alone decides: each slot as fast as the others, a start takes no time."""

    slots: int
    speedup: float
    """Times as fast as one slot."""
    most: int
    """Slots that are as fast as any number of them: more gain nothing."""

    @property
    def share(self) -> float:
        """What share of its time a slot is at work, in [0, 1]."""
        return self.speedup / self.slots


def spread(plan: Plan, slots: int) -> Spread:
    """Return how a plan spreads over slots.

    Raises:
        ValueError: there is not a single slot.
    """
    if slots < 1:
        raise ValueError(f"{slots} slots: there is at least one")
    total = sum(plan.work(job) for job in plan.jobs)
    least = _length(plan, len(plan.jobs)) * (1 + ROUNDING)
    most = 1 + bisect_left(range(1, len(plan.jobs)), True, key=lambda count: _length(plan, count) <= least)
    return Spread(slots, total / _length(plan, slots), most)


def _length(plan: Plan, slots: int) -> float:
    """Return when the last job ends, in training images of work."""
    waiting = list(plan.starts)
    running: list[tuple[float, JobId]] = []
    done: set[JobId] = set()
    now = 0.0
    while waiting or running:
        ready = [job for job in waiting if job.needs is None or job.needs.id in done][: slots - len(running)]
        for job in ready:
            waiting.remove(job)
            heapq.heappush(running, (now + plan.work(job), job.id))
        now, ended = heapq.heappop(running)
        done.add(ended)
        while running and running[0][0] == now:
            done.add(heapq.heappop(running)[1])
    return now
