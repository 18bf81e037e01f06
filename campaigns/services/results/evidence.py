"""Why a round sent an image for labelling: what its model saw in it, and which criteria wanted it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from campaigns.core.states import CampaignState, JobState
from campaigns.home.files import damaged
from campaigns.home.maps import Maps, kept_maps, read_maps
from campaigns.home.picks import Pick, PickedRound
from campaigns.recipe import HEADS, ModelSpec, Recipe
from campaigns.services.campaigns.find import find_campaign, recipe_of
from campaigns.services.monitor.show import watch
from campaigns.services.results.picks import RoundKey, load_picks
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow


@dataclass(frozen=True, slots=True, eq=False)
class RoundEvidence:
    """What one round sent for labelling, and where its model's class maps are; read once, then paged over."""

    campaign: CampaignRow
    key: RoundKey
    picked: PickedRound
    model: ModelSpec
    maps: Path
    kept: int
    """Class maps are kept of the first so many picks; 0 where the round kept none."""
    classes: tuple[str, ...]
    """Of the round."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """All that is known of why one image was picked."""

    pick: Pick
    place: int
    """Among the picks of its round, from 1."""
    of: int
    """Images the round picked."""
    pool: int
    n: int
    classes: tuple[str, ...]
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
    def likeliest(self) -> int:
        """Place of the class that the model gives the greatest probability."""
        return int(np.argmax(self.pick.probabilities))

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
    is_open_ended: bool = False
    """It may end before its epochs do."""


def round_evidence(workspace: Workspace, name: str, key: RoundKey) -> RoundEvidence:
    """Return what a round of an arm sent for labelling.

    Raises:
        BadData: its class maps are damaged.
        Damaged: its picks are, or are of other classes.
        AlwslError: as `load_picks`; NotNow when it has not picked yet: `waiting_for` says why.
    """
    round_picks = load_picks(workspace, name, criterion=key.criterion, trial=key.trial, round_=key.round)
    paths = workspace.home.campaign(round_picks.campaign.id).job(key.job.id).round(key.round)
    recipe: Recipe = recipe_of(workspace, round_picks.campaign.id)
    classes = round_picks.classes
    if any(len(pick.probabilities) != len(classes) for pick in round_picks.picked.picks):
        raise damaged(paths.picks, "its probabilities are of other classes")
    return RoundEvidence(
        round_picks.campaign, key, round_picks.picked, recipe.model, paths.maps, kept_maps(paths.maps), classes
    )


def evidence(round_: RoundEvidence, place: int) -> Evidence:
    """Return why the pick at that position, from 1, was picked.

    Raises:
        BadData: its class maps are damaged.
        ValueError: the round has no pick at that place.
    """
    picked = round_.picked
    if not 1 <= place <= len(picked.picks):
        raise ValueError(f"there is no pick {place}, the round has {len(picked.picks)}")
    maps = read_maps(round_.maps, place - 1) if place <= round_.kept else None
    positions = 0 if maps is None else maps.shape[1] * maps.shape[2]
    top, bottom = HEADS[round_.model.kind].regions(round_.model.options)
    return Evidence(
        pick=picked.picks[place - 1],
        place=place,
        of=len(picked.picks),
        pool=picked.pool,
        n=picked.n,
        classes=round_.classes,
        maps=maps,
        top=cells(top, positions),
        bottom=cells(bottom, positions),
    )


def latest_key(workspace: Workspace, name: str) -> RoundKey:
    """Return the last round that has picked, of the campaign's first criterion and trial; round 0 where none has.

    Raises:
        NoSuchName: there is no campaign of that name.
    """
    row = find_campaign(workspace, name)
    criterion = row.plan.leading
    job = workspace.home.campaign(row.id).job(RoundKey(criterion, 0, 0).job.id)
    picked = [number for number in range(row.plan.schedule.last) if job.round(number).picks.exists()]
    return RoundKey(criterion, 0, max(picked, default=0))


def waiting_for(workspace: Workspace, name: str, key: RoundKey) -> Waiting:
    """Return why a round has not picked yet.

    Raises:
        NoSuchName: there is no such campaign, or it has no such arm.
    """
    view = watch(workspace, name)
    arm = next(job for job in view.jobs if job.row.job == key.job)
    tried = arm.attempt if arm.row.state is JobState.RUNNING else None
    return Waiting(
        key, view.state, arm.row.state, arm.reason, tried.doing if tried else "",
        tried.round if tried else None, tried.epoch if tried else None, tried.epochs if tried else None,
        view.row.plan.is_open_ended,
    )  # fmt: skip


def cells(k: float, positions: int) -> int:
    """Return the positions of a map that a pooling parameter means: the rule of `learning.pooling.regions`, without
    torch.
    """
    if k <= 0 or not positions:
        return 0
    if k < 1:
        return max(1, round(k * positions))
    return min(int(k), positions)
