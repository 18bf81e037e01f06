"""How far people are with what jobs wait for: worked out from the files of a home, and told to the store."""

from typing import TYPE_CHECKING

from campaigns.core.ids import CampaignId, Job
from campaigns.core.labels import Labelling, resolve
from campaigns.home.answers import read_answers
from campaigns.home.paths import HomePaths
from campaigns.home.split import FrozenSplit, LabelSource
from campaigns.store.campaigns import set_request
from campaigns.store.rows import RequestRow
from campaigns.store.store import Store

if TYPE_CHECKING:  # a station with nothing to label for stays small
    from campaigns.oracle.requests import Request
    from campaigns.recipe import Recipe


def request_of_job(home: HomePaths, recipe: "Recipe", campaign: CampaignId, job: Job) -> "Request | None":
    """Return what a job waits for people to label; None where it waits for nobody.

    Raises:
        Damaged: the split or the picks are not what was written.
    """
    paths = home.campaign(campaign)
    split = FrozenSplit.read(paths.split)
    if split.labels is not LabelSource.HUMAN:
        return None
    from campaigns.oracle.requests import open_request

    return open_request(paths, split, job)


def tell_store(store: Store, campaign: CampaignId, job: Job, request: "Request | None", labelling: Labelling) -> None:
    """Record how far people are with what a job waits for."""
    if request is None:
        set_request(store, campaign, job.id, None)
        return
    from campaigns.oracle.requests import standing

    now = standing(request, labelling)
    answered = now.asked if now.is_complete else now.answered
    set_request(store, campaign, job.id, RequestRow(request.round, now.asked, answered))


def look_at_request(home: HomePaths, store: Store, recipe: "Recipe", campaign: CampaignId, job: Job) -> None:
    """Work out how far people are with what a job waits for, and tell the store.

    Raises:
        Damaged: the split, the picks or the answers are not what was written.
    """
    request = request_of_job(home, recipe, campaign, job)
    entries = read_answers(home.labels(recipe.data.name)) if request is not None else []
    tell_store(store, campaign, job, request, resolve(entries))
