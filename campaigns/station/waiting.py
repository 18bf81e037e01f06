"""What waits in a home, as its store and its folders have it, and what is to become of each job."""

import functools
import time
from collections.abc import Mapping
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
    limits = {id_: _limits(home, store, row, rests[id_]) for id_, row in campaigns.items()}
    return turns(jobs, busy, limits, executor)


def wish_of(run: "RunSpec", executor: str) -> Wish:
    """Return what a job of that section of a recipe needs of an executor."""
    slurm = run.slurm
    if engine_of(executor) == RAY:
        return Wish(run.device, run.threads, run.workers_per_gpu, executor, run.node_needs, most=MOST_SUBMITTED)
    if executor != SLURM or slurm is None:
        return Wish(run.device, run.threads, run.workers_per_gpu, executor, most=MOST_SUBMITTED)
    return Wish(run.device, run.threads, run.workers_per_gpu, executor, slurm.options, slurm.jobs)


def _limits(home: HomePaths, store: Store, campaign: CampaignRow, rests: Mapping[JobId, str]) -> Limits:
    try:
        recipe = frozen_recipe(home, campaign.id)
    except BadRecipe as error:  # somebody removed its folder: that is no reason to stop the others
        return Limits(Wish("cpu", 1, 1), campaign.until_round, {}, held=error.message)
    run, room = recipe.run, room_for(home, recipe)
    is_breadth = run.order == "breadth"
    reached = last_rounds(store, campaign.id) if is_breadth or campaign.until_round is not None else {}
    wish, short = wish_of(run, campaign.executor), "" if room.is_enough else str(room)
    return Limits(wish, campaign.until_round, reached, is_breadth=is_breadth, short=short, resting=rests)
