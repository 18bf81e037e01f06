"""Why a round sent an image for labelling: what its model saw in it, and which criteria wanted it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from campaigns.core.ids import Job, JobKind
from campaigns.core.states import CampaignState, JobState
from campaigns.errors import BadData
from campaigns.home.files import damaged
from campaigns.recipe import HEADS, ModelSpec, Recipe
from campaigns.services.campaigns.find import find_campaign, recipe_of
from campaigns.services.monitor.show import watch
from campaigns.services.results.picks import load_picks
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow

Maps = NDArray[np.float32]
"""(C, H, W): where in the picture a class has its evidence; higher is more."""


@dataclass(frozen=True, slots=True)
class RoundKey:
    """One round of one arm."""

    criterion: str
    trial: int
    """From 0, as is the round."""
    round: int

    @property
    def job(self) -> Job:
        """The arm."""
        return Job(JobKind.ARM, self.trial, self.criterion)


@dataclass(frozen=True, slots=True)
class Pick:
    """One image that a round sent for labelling, with the views of the six criteria of the paper."""

    place: int
    """Among the picks, from 1."""
    image: str
    value: float | None
    """Under the criterion that picked it; None where it gives none (random, ag, vote, adv)."""
    ranks: Mapping[str, int]
    """Place in the pool under each criterion, from 1."""
    votes: int
    """How many of these rank it among their first n."""
    offered_by: str | None
    """ag: the list that brought it in; None for any other criterion, as is the turn."""
    turn: int | None
    """From 1."""


@dataclass(frozen=True, slots=True, eq=False)
class PickedRound:
    """What one round sent for labelling; read once, then paged over."""

    campaign: CampaignRow
    key: RoundKey
    picks: tuple[Pick, ...]
    probabilities: NDArray[np.float64]
    """(picks, C), in [0, 1], rounded to four digits."""
    pool: int
    """Images that were ranked."""
    n: int
    """Images that each criterion would send."""
    model: ModelSpec
    maps: Path
    kept: int
    """Class maps are kept of the first so many picks; 0 where the round kept none."""
    is_collapsed: bool = False
    """The model told no image of the pool from another: any order of them is noise."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """All that is known of why one image was picked."""

    pick: Pick
    of: int
    """Images the round picked."""
    pool: int
    n: int
    classes: tuple[str, ...]
    probabilities: tuple[float, ...]
    """Of each class, in [0, 1]."""
    maps: Maps | None
    """None where the round kept no maps of this pick."""
    top: int
    """Cells of a map whose mean the model pools as evidence for the class; 0 without maps."""
    bottom: int
    """Cells that it pools as evidence against; may be 0."""

    @property
    def voters(self) -> tuple[str, ...]:
        """Criteria that rank the image among their first n."""
        return tuple(name for name, rank in self.pick.ranks.items() if rank <= self.n)

    @property
    def separation(self) -> tuple[float | None, ...]:
        """Maximum minus minimum of each class map, at least 0; None without maps."""
        if self.maps is None:
            return (None,) * len(self.classes)
        return tuple(float(spread) for spread in np.ptp(self.maps, axis=(1, 2)))


@dataclass(frozen=True, slots=True)
class Waiting:
    """Why a round has no picks yet."""

    key: RoundKey
    campaign: CampaignState
    state: JobState
    reason: str
    """Why its arm waits; empty when it does not."""
    activity: str
    """What the arm's worker does; empty when there is none."""
    at: int | None
    """The round it is in."""
    epoch: int | None
    """Finished epochs of that round."""
    epochs: int | None


def picked_round(workspace: Workspace, name: str, key: RoundKey) -> PickedRound:
    """What a round of an arm sent for labelling.

    Raises:
        BadData: its class maps are damaged.
        AlwslError: as `reports.picks`; NotNow when it has not picked yet: `waiting_for` says why.
    """
    found = load_picks(workspace, name, criterion=key.criterion, trial=key.trial, round_=key.round)
    content = found.content
    maps = workspace.home.campaign(found.campaign.id).job(key.job.id).round(key.round).maps
    recipe: Recipe = recipe_of(workspace, found.campaign.id)
    picks = tuple(
        Pick(place, one["image"], one.get("value"), one["ranks"], one["votes"], one.get("list"), one.get("turn"))
        for place, one in enumerate(content["picks"], 1)
    )
    classes, path = len(found.campaign.plan.classes), maps.with_name("picks.json")
    if any(len(one["probabilities"]) != classes for one in content["picks"]):
        raise damaged(path, "its probabilities are of other classes")
    probabilities = np.array([one["probabilities"] for one in content["picks"]], np.float64)
    return PickedRound(
        found.campaign, key, picks, probabilities.reshape(len(picks), classes),
        content["pool"], content["n"], recipe.model, maps, kept_maps(maps), content.get("collapsed", False),
    )  # fmt: skip


def evidence(round_: PickedRound, place: int) -> Evidence:
    """Why the pick at that place, from 1, was picked.

    Raises:
        BadData: its class maps are damaged.
        ValueError: the round has no pick at that place.
    """
    if not 1 <= place <= len(round_.picks):
        raise ValueError(f"there is no pick {place}, the round has {len(round_.picks)}")
    maps = _maps(round_.maps, place - 1) if place <= round_.kept else None
    positions = 0 if maps is None else maps.shape[1] * maps.shape[2]
    top, bottom = HEADS[round_.model.kind].regions(round_.model.options)
    return Evidence(
        pick=round_.picks[place - 1],
        of=len(round_.picks),
        pool=round_.pool,
        n=round_.n,
        classes=round_.campaign.plan.classes,
        probabilities=tuple(float(p) for p in round_.probabilities[place - 1]),
        maps=maps,
        top=cells(top, positions),
        bottom=cells(bottom, positions),
    )


def latest_key(workspace: Workspace, name: str) -> RoundKey:
    """The last round that has picked, of the campaign's first criterion and trial; round 0 where none has.

    Raises:
        NoSuchName: there is no campaign of that name.
    """
    row = find_campaign(workspace, name)
    criterion = row.plan.leading
    job = workspace.home.campaign(row.id).job(RoundKey(criterion, 0, 0).job.id)
    picked = [number for number in range(row.plan.schedule.last) if job.round(number).picks.exists()]
    return RoundKey(criterion, 0, max(picked, default=0))


def waiting_for(workspace: Workspace, name: str, key: RoundKey) -> Waiting:
    """Why a round has not picked yet.

    Raises:
        NoSuchName: there is no such campaign, or it has no such arm.
    """
    seen = watch(workspace, name)
    arm = next(view for view in seen.jobs if view.row.job == key.job)
    tried = arm.attempt if arm.row.state is JobState.RUNNING else None
    return Waiting(
        key, seen.state, arm.row.state, arm.reason, tried.activity if tried else "",
        tried.round if tried else None, tried.epoch if tried else None, tried.epochs if tried else None,
    )  # fmt: skip


def cells(k: float, positions: int) -> int:
    """Positions of a map that a pooling parameter means: the rule of `learning.pooling.regions`, without torch."""
    if k <= 0 or not positions:
        return 0
    if k < 1:
        return max(1, round(k * positions))
    return min(int(k), positions)


def kept_maps(path: Path) -> int:
    """Of how many of its first picks a round has kept class maps; 0 where it kept none.

    Raises:
        BadData: its class maps are damaged.
    """
    try:
        with safe_open(path, "np") as file:
            shape = file.get_slice("maps").get_shape()
            return int(shape[0]) if len(shape) == 4 else 0
    except FileNotFoundError:
        return 0
    except SafetensorError as error:
        raise _damaged(path, error) from error


def _maps(path: Path, at: int) -> Maps:
    try:
        with safe_open(path, "np") as file:
            return np.asarray(file.get_slice("maps")[at : at + 1][0], dtype=np.float32)
    except (FileNotFoundError, SafetensorError) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: OSError | SafetensorError) -> BadData:
    return BadData(
        f"{path} is missing or damaged: {error}",
        hint="delete its round's folder: `alwsl-tui run` makes it again",
    )
