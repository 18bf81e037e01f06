"""What waits in a home, as its store and its folders have it, and what is to become of each job."""

import functools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from campaigns.core.execution import RAY, SLURM, Busy, Wish, engine_of
from campaigns.core.ids import CampaignId, JobId
from campaigns.errors import BadRecipe
from campaigns.home.paths import HomePaths
from campaigns.station.disk_space import resting, room_for
from campaigns.station.executors.executor import Executor
from campaigns.station.queue import Limits, Turn, turns
from campaigns.store.attempts import last_rounds, running_attempts
from campaigns.store.campaigns import open_jobs, waiting_campaigns
from campaigns.store.pauses import list_pauses
from campaigns.store.rows import CampaignRow
from campaigns.store.store import Store

if TYPE_CHECKING:
    from campaigns.recipe import Recipe, RunSpec

MOST_SUBMITTED = 100
"""Attempts that Slurm is given at once where a recipe does not say."""
LOOK_SECONDS = 1.0
"""After which the queue is looked at again in any case: what room the disk has, and what an engine says, is written
nowhere.
"""


@functools.cache
def frozen_recipe(home: HomePaths, campaign: CampaignId) -> "Recipe":
    """Load the recipe a campaign was created with; it never changes."""
    # Whoever looks at the queue comes by here, and most homes have none: what checks recipes takes 0.1 s to import.
    from campaigns.recipe import load_recipe

    return load_recipe(home.campaign(campaign).recipe)


def queue_of(home: HomePaths, store: Store, executor: Executor) -> list[Turn]:
    """Return what is to become of every waiting job of the campaigns that are meant to run."""
    campaigns = {row.id: row for row in waiting_campaigns(store)}
    jobs = [row for row in open_jobs(store) if row.campaign in campaigns]
    busy = [Busy(attempt.slot, attempt.threads) for attempt in running_attempts(store)]
    now = time.time()
    pauses = list_pauses(store, now=now) if campaigns else {}
    rests = {id_: resting(pauses, id_, now=now) for id_ in campaigns}
    limits = {id_: _limits(home, store, row, rests[id_], executor) for id_, row in campaigns.items()}
    return turns(jobs, busy, limits, executor)


@dataclass(slots=True)
class KeptQueue:
    """The queue as a station looked at it last: a hundred jobs wait, and workers say something all the time."""

    home: HomePaths
    store: Store
    executor: Executor
    _turns: Sequence[Turn] = ()
    _version: int = -1
    """Of the store, when the queue was looked at: it changes with what others write."""
    _changes: int = -1
    """What had been written through our own connection at the end of the last turn."""
    _looked: float = 0.0

    def is_stale(self) -> bool:
        """Return whether somebody has written since the last turn; asked before this turn writes what workers say."""
        now = (self._version_now(), self.store.connection.total_changes)
        return now != (self._version, self._changes)

    def turns(self, *, has_moved: bool) -> Sequence[Turn]:
        """Return what is to become of every waiting job; `has_moved` says that what was known may be so no longer."""
        is_due = time.monotonic() - self._looked >= LOOK_SECONDS or any(turn.slot is not None for turn in self._turns)
        if has_moved or is_due:
            self._version, self._looked = self._version_now(), time.monotonic()
            self._turns = queue_of(self.home, self.store, self.executor)
        return self._turns

    def keep(self) -> None:
        """Take note that what was written in this turn changes nothing in who waits."""
        self._changes = self.store.connection.total_changes

    def _version_now(self) -> int:
        return int(self.store.connection.execute("PRAGMA data_version").fetchone()[0])


def wish_of(run: "RunSpec", executor: str) -> Wish:
    """Return what a job of that section of a recipe needs of an executor."""
    slurm = run.slurm
    if engine_of(executor) == RAY:
        return Wish(run.device, run.threads, run.workers_per_gpu, executor, run.node_needs, most=MOST_SUBMITTED)
    if executor != SLURM or slurm is None:
        wish = Wish(run.device, run.threads, run.workers_per_gpu, executor, most=MOST_SUBMITTED)
    else:
        wish = Wish(run.device, run.threads, run.workers_per_gpu, executor, slurm.options, slurm.jobs)
    return replace(wish, processes=run.gpus_per_fit)


def _limits(
    home: HomePaths, store: Store, campaign: CampaignRow, rests: Mapping[JobId, str], executor: Executor
) -> Limits:
    try:
        recipe = frozen_recipe(home, campaign.id)
    except BadRecipe as error:  # somebody removed its folder: that is no reason to stop the others
        return Limits(Wish("cpu", 1, 1), campaign.until_round, {}, held=error.message)
    run, room = recipe.run, room_for(home, recipe)
    is_breadth = run.order == "breadth"
    reached = last_rounds(store, campaign.id) if is_breadth or campaign.until_round is not None else {}
    wish, short = wish_of(run, campaign.executor), "" if room.is_enough else str(room)
    # In a single slot it would gain nothing, and keep the first points waiting.
    is_full_first = campaign.plan.is_full_first and executor.capacity(wish).workers > 1
    return Limits(
        wish, campaign.until_round, reached, is_breadth=is_breadth, is_full_first=is_full_first, short=short,
        resting=rests,
    )  # fmt: skip
