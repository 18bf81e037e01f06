"""A larger budget for a campaign that people label for and that is done.

What was frozen stays: the further rounds are written beside it. The round that was the last one chooses after all.
"""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from campaigns.core.ids import Job, JobKind
from campaigns.core.states import CampaignState, Intent
from campaigns.errors import BadData, NotNow, UsageError
from campaigns.home.disk import telling
from campaigns.home.extensions import Extension, Extensions
from campaigns.home.intake import read_intakes
from campaigns.home.labels import RoundLabels, read_labels
from campaigns.home.paths import CampaignPaths, RoundPaths
from campaigns.home.scores import map_pool, scores_path
from campaigns.recipe import Recipe, plan_now, recipe_now
from campaigns.recipe.people import MOST_ROUNDS, batches
from campaigns.reporting.forecast import Advice, forecast_of
from campaigns.reporting.series import Result
from campaigns.services.campaigns.find import find_campaign, recipe_of
from campaigns.services.campaigns.intent import HINTS, ask
from campaigns.services.monitor.progress import state_of
from campaigns.services.workspace import Workspace
from campaigns.store.campaigns import note, put_plan, reopen_arms
from campaigns.store.rows import CampaignRow
from campaigns.store.store import Store

S = CampaignState
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Extended:
    """A campaign that has a larger budget now."""

    campaign: CampaignRow
    """As it is by now."""
    add: tuple[int, ...]
    """Images of each further round."""
    left: int
    """Images that a later extension may add."""
    was_cut_off: bool
    """Somebody was killed over the same before: that was finished, and nothing else was added."""


@dataclass(frozen=True, slots=True)
class _Further:
    """What was added to a plan; as of `Extended`."""

    add: tuple[int, ...]
    left: int
    was_cut_off: bool


@dataclass(frozen=True, slots=True)
class MoreImages:
    """What a campaign that is done may go on with."""

    batch: int
    """Images that are asked for at once."""
    left: int
    """Images that may be added."""


def extend(workspace: Workspace, name: str, *, images: int) -> Extended:
    """Give a campaign that is done so many images more, in batches of its recipe, and let it go on.

    Raises:
        NoSuchName: there is no campaign of that name.
        UsageError: nobody labels for it, there are not so many images left, or that is no number of images.
        NotNow: it is not done, or this workspace only looks.
        BadData, Damaged: one of its files is not what was written.
    """
    workspace.require_writing()
    if images < 1:
        raise UsageError(f"{images} images are nothing to label", hint="give --add a number of images, such as 30")
    _require_people(workspace, name)
    further: list[_Further] = []
    row = ask(
        workspace, name, Intent.RUN, "started", not_in=set(),
        also=lambda store, row: further.append(_lengthened(workspace, store, row, images)),
    )  # fmt: skip
    (done,) = further
    return Extended(row, done.add, done.left, done.was_cut_off)


def _lengthened(workspace: Workspace, store: Store, row: CampaignRow, images: int) -> "_Further":
    """Write further rounds beside what was frozen, and tell the store; both are there, or `repair` finds the first."""
    paths, state = workspace.home.campaign(row.id), state_of(store, row)
    if state is not S.DONE:
        raise NotNow(f"{row.name} is {state}: only a campaign that is done is extended", hint=_hint(state, row))
    before, possible = Extensions.read(paths.extensions), _more(paths, row, recipe_now(paths))
    was_cut_off = plan_now(paths, row.plan) != row.plan
    if was_cut_off:
        add = before.extensions[-1].add
    else:
        _require_possible(row, possible, images)
        add = tuple(batches(images, possible.batch))
        with telling(workspace.home.folder):
            Extensions((*before.extensions, Extension(time.time(), add))).write(paths.extensions)
    plan = plan_now(paths, row.plan)
    put_plan(store, row.id, plan)
    reopen_arms(store, row.id)
    text = f"extended by {sum(add)} image{'s' * (sum(add) != 1)} to {plan.schedule.budget}"
    note(store, row.id, text, at=time.time())
    return _Further(add, possible.left - sum(add), was_cut_off)


def more_images(workspace: Workspace, row: CampaignRow, state: CampaignState) -> MoreImages | None:
    """Return what a campaign may go on with; None where nobody labels for it, it is not done or no image is left.

    Raises:
        BadData, Damaged, BadRecipe: one of its files is not what was written.
    """
    if state is not S.DONE or (recipe := recipe_of(workspace, row.id)).oracle != "human":
        return None
    possible = _more(workspace.home.campaign(row.id), row, recipe)
    return possible if possible.left > 0 else None


def advised_images(workspace: Workspace, row: CampaignRow, state: CampaignState, result: Result) -> int | None:
    """Return how many images a campaign should go on with, where its forecast says *go on*; else None.

    Raises:
        BadData, Damaged, BadRecipe: as `more_images`.
    """
    if state is not S.DONE:
        return None
    forecast = forecast_of(row.plan, result)
    if forecast is None or forecast.advice is not Advice.GO_ON:
        return None
    possible = more_images(workspace, row, state)
    return None if possible is None else min(possible.batch, possible.left)


def _require_people(workspace: Workspace, name: str) -> None:
    """Raise UsageError unless people label for a campaign."""
    row = find_campaign(workspace, name)
    if recipe_of(workspace, row.id).oracle != "human":
        raise UsageError(
            f"nobody labels for {row.name}: its labels come from the data set {row.dataset}, and its budgets are those"
            " of its recipe",
            hint=f"make a longer one: alwsl-tui recipe {row.name} > longer.toml; write more rounds into protocol.add"
            " and protocol.epochs; alwsl-tui new --recipe longer.toml. Rounds that are alike are not trained twice",
        )


def _hint(state: CampaignState, row: CampaignRow) -> str:
    own = {
        S.LABELLING: f"first label what it asks for: alwsl-tui label {row.name}",
        S.RUNNING: f"wait until it is: alwsl-tui wait {row.name}",
        S.PAUSED: f"let it go on: alwsl-tui resume {row.name}",
    }
    return own.get(state) or HINTS.get(state, "").format(name=row.name)


def _require_possible(row: CampaignRow, possible: MoreImages, images: int) -> None:
    """Raise UsageError unless a campaign can ask for so many images more."""
    if images > possible.left:
        how_many = "no image is" if possible.left < 1 else f"{possible.left} images are"
        raise UsageError(
            f"{images} images more cannot be asked for: {how_many} left in {row.name}",
            hint=f"alwsl-tui extend {row.name} --add {possible.left}"
            if possible.left > 0
            else "a new campaign on the same folder takes new photographs in; what was answered counts there, too",
        )
    if row.plan.schedule.last + images // possible.batch > MOST_ROUNDS:
        raise UsageError(f"that makes more than {MOST_ROUNDS} rounds", hint="add fewer images")


def _more(paths: CampaignPaths, row: CampaignRow, recipe: Recipe) -> MoreImages:
    """Return what a campaign may go on with: of several arms, what is left for the one that has least.

    Raises:
        BadData, Damaged: labels or scores of a last round are not what it left.
    """
    protocol = recipe.protocol
    arms = [job for job in row.plan.jobs if job.kind is JobKind.ARM]
    return MoreImages(protocol.batch or protocol.add[-1], min(_left(paths, row, arm) for arm in arms))


def _left(paths: CampaignPaths, row: CampaignRow, arm: Job) -> int:
    """Return how many images an arm may still ask for.

    The round before the last scored all that could be read, so what is left follows from its pool.
    """
    schedule = row.plan.schedule
    last, before = paths.job(arm.id).round(schedule.last), _round_before(paths, arm, schedule.last)
    pool, known = _pool(before), _labels(before)
    now = _labels(last)
    later = sum(len(intake.train.ids) for intake in read_intakes(paths.intakes)[known.intake + 1 :])
    in_pool = len(np.setdiff1d(pool, np.concatenate([now.rows, now.set_aside])))
    # What was asked for and not answered is back in the pool, and has been counted as asked for all the same.
    unasked = len(np.union1d(pool, known.rows)) - schedule.budget
    return min(in_pool, unasked) + later


def _round_before(paths: CampaignPaths, arm: Job, last: int) -> RoundPaths:
    if last > 1 or arm.needs is None:
        return paths.job(arm.id).round(last - 1)
    return paths.job(arm.needs.id).round(0)


def _pool(files: RoundPaths) -> Ints:
    """Return the rows that a round scored; the scores themselves, which may be large, are not read."""
    try:
        return map_pool(files).rows
    except (OSError, ValueError) as error:
        raise BadData(f"{scores_path(files)}: {error}", hint="see: alwsl-tui verify") from error


def _labels(files: RoundPaths) -> RoundLabels:
    labels = read_labels(files.labels)
    if labels is None:
        raise BadData(f"{files.labels} is missing", hint="see: alwsl-tui verify")
    return labels
