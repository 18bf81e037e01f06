"""How far the criteria of a campaign agree, round by round, and on which images."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from campaigns.core.ids import Job
from campaigns.datasets.campaign_data import open_campaign_data
from campaigns.errors import BadData, NotNow, UsageError, none_such
from campaigns.home.intake import count_intakes
from campaigns.home.paths import HomePaths, RoundPaths
from campaigns.home.picks import PickedRound, read_picks
from campaigns.home.scores import ScoredPool, read_pool, scores_path
from campaigns.home.split import FrozenSplit
from campaigns.recipe import load_recipe
from campaigns.selection.agreement import Agreement
from campaigns.selection.criteria import CRITERIA
from campaigns.selection.rankings import tops, turn_order, union
from campaigns.selection.scores import Indices
from campaigns.services.results.picks import arm_of
from campaigns.services.workspace import Workspace
from campaigns.store.campaigns import get_campaign
from campaigns.store.rows import CampaignRow


@dataclass(frozen=True, slots=True)
class AgreementOf:
    """How far the criteria of the paper agree in one round of one trial."""

    trial: int
    labelled: int
    """Images with labels when the round chose."""
    picked: PickedRound
    """Without its picks; its criterion is None for the baseline's round, which all arms of the trial share."""

    @property
    def tables(self) -> Agreement:
        """Return the tables of the criteria by themselves."""
        return self.picked.agreement


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """A round whose criteria are ranked again, from the scores it left."""

    picked: PickedRound
    scored: ScoredPool
    ids: tuple[str, ...]
    """Of all images of the training split."""

    def rankings(self) -> list[Indices]:
        """Return the first n of each criterion, best first, in the order of `picked.criteria`."""
        return [CRITERIA[name].top(self.scored.scores, self.picked.n) for name in self.picked.criteria]

    def names(self, images: Indices) -> tuple[str, ...]:
        """Return the ids of images that are known by their position in the pool."""
        return tuple(self.ids[int(row)] for row in self.scored.rows[images])


def load_agreements(
    workspace: Workspace, name: str, *, trial: int = 0, criterion: str | None = None, round_: int | None = None
) -> tuple[AgreementOf, ...]:
    """Return every round that has ranked its pool: round 0, which is the baseline's, then the others of that arm.

    The arm is that of the campaign's first criterion when none is named. With a round, of that one alone.

    Raises:
        NoSuchName: there is no such campaign, or the campaign has no such criterion.
        UsageError: there is no such trial, or no such round.
        NotNow: the round has not ranked its pool yet.
    """
    with workspace.store() as store:
        row = get_campaign(store, name)
    arm = arm_of(row, criterion, trial)
    if round_ is not None:
        return (_sure(workspace, row, arm, round_),)
    rounds_ = (_agreement_of(workspace, row, arm, number) for number in row.plan.schedule.rounds)
    return tuple(agreement_ for agreement_ in rounds_ if agreement_ is not None)


def shared_images(
    workspace: Workspace, name: str, *, trial: int, criterion: str | None, round_: int, first: str, second: str
) -> tuple[str, ...]:
    """Return the images that both criteria hold among their first n in that round, in the order of `first`.

    Raises:
        NoSuchName: there is no such campaign or criterion.
        UsageError: there is no such trial or round.
        NotNow: the round has not ranked its pool yet.
        BadData: its scores are missing or damaged.
    """
    look = _look(workspace, name, trial=trial, criterion=criterion, round_=round_)
    for criterion_ in (first, second):
        if criterion_ not in look.picked.criteria:
            raise none_such("criterion among those compared", criterion_, look.picked.criteria)
    by_name = dict(zip(look.picked.criteria, look.rankings(), strict=True))
    return look.names(by_name[first][np.isin(by_name[first], by_name[second])])


def images_with_votes(
    workspace: Workspace, name: str, *, trial: int, criterion: str | None, round_: int, votes: int
) -> tuple[str, ...]:
    """Return the images that exactly so many criteria hold among their first n, in the order in which AG meets them.

    Raises:
        UsageError: no image can have that many votes, or as `shared_images`.
        AlwslError: as `shared_images`.
    """
    look = _look(workspace, name, trial=trial, criterion=criterion, round_=round_)
    if not 1 <= votes <= len(look.picked.criteria):
        raise UsageError(f"no image has {votes} votes", hint=f"there are 1 to {len(look.picked.criteria)} to have")
    images, placed = union(tops(look.rankings(), look.picked.n))
    has = np.flatnonzero((placed < look.picked.n).sum(axis=0) == votes)
    return look.names(images[has[np.argsort(turn_order(placed)[has], kind="stable")]])


def _look(workspace: Workspace, name: str, *, trial: int, criterion: str | None, round_: int) -> _Look:
    with workspace.store() as store:
        row = get_campaign(store, name)
    arm = arm_of(row, criterion, trial)
    agreement_ = _sure(workspace, row, arm, round_)
    paths = _paths(workspace, row, arm, round_)
    try:
        scored = read_pool(paths)
    except OSError as error:
        raise BadData(f"{scores_path(paths)} cannot be read: {error}") from error
    intakes = count_intakes(workspace.home.campaign(row.id).intakes)
    return _Look(agreement_.picked, scored, _train_ids(workspace.home, row.id, intakes))


def _sure(workspace: Workspace, row: CampaignRow, arm: Job, round_: int) -> AgreementOf:
    """Return what the criteria have in common in a round, which must have ranked its pool.

    Raises:
        UsageError: there is no such round.
        NotNow: it has not ranked its pool yet.
    """
    last = row.plan.schedule.last
    if not 0 <= round_ < last:
        raise UsageError(f"round {round_} ranks nothing", hint=f"rounds 0 to {last - 1} do")
    agreement_ = _agreement_of(workspace, row, arm, round_)
    if agreement_ is None:
        raise NotNow(
            f"{arm.id} has not ranked its pool in round {round_} yet", hint=f"see: alwsl-tui rounds {row.name}"
        )
    return agreement_


def _paths(workspace: Workspace, row: CampaignRow, arm: Job, round_: int) -> RoundPaths:
    """Return where the scores of an arm's round are: those of round 0 are its baseline's."""
    job = arm.needs if round_ == 0 else arm
    assert job is not None
    return workspace.home.campaign(row.id).job(job.id).round(round_)


def _agreement_of(workspace: Workspace, row: CampaignRow, arm: Job, round_: int) -> AgreementOf | None:
    path = _paths(workspace, row, arm, round_).picks
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    picked = _read(path, status.st_mtime_ns, status.st_size)
    if picked is None or arm.trial is None:
        return None
    return AgreementOf(arm.trial, row.plan.schedule.labelled(round_), picked)


# Such a file holds every pick with its probabilities, megabytes of them, and a screen asks for it again and again.
@lru_cache(maxsize=1024)
def _read(path: Path, _modified: int, _size: int) -> PickedRound | None:
    """Return the small part of a `picks.json`, about agreement; None when it has gone since it was looked at."""
    picked = read_picks(path)
    return None if picked is None else picked.without_picks()


# The data stay what they are until more are taken in, and opening those of COCO anew takes seconds.
@lru_cache(maxsize=4)
def _train_ids(home: HomePaths, campaign: str, _intakes: int) -> tuple[str, ...]:
    paths = home.campaign(campaign)
    data = open_campaign_data(home, paths, load_recipe(paths.recipe).data, FrozenSplit.read(paths.split))
    return tuple(data.dataset.train.ids)
