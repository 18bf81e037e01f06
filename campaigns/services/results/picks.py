"""What a round sent for labelling."""

from dataclasses import dataclass

from campaigns.core.ids import Job, JobKind
from campaigns.errors import NotNow, UsageError, none_such
from campaigns.home.labels import classes_of_round
from campaigns.home.picks import PickedRound, read_picks
from campaigns.services.workspace import Workspace
from campaigns.store.campaigns import get_campaign
from campaigns.store.rows import CampaignRow


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
class PicksOf:
    """What one round of a campaign sent for labelling."""

    campaign: CampaignRow
    key: RoundKey
    picked: PickedRound
    classes: tuple[str, ...]
    """Of the round: what the probabilities of its picks are of."""


def load_picks(workspace: Workspace, name: str, *, criterion: str | None, trial: int, round_: int) -> PicksOf:
    """Return what a round of an arm sent for labelling, and why; the campaign's first criterion when none is named.

    Raises:
        NoSuchName: there is no such campaign, or the campaign has no such criterion.
        UsageError: there is no such trial or round.
        NotNow: the round has not picked yet.
        Damaged: no round wrote what is there.
    """
    with workspace.store() as store:
        row = get_campaign(store, name)
    job = arm_of(row, criterion, trial)
    if not 0 <= round_ < row.plan.schedule.last:
        raise UsageError(f"round {round_} picks nothing", hint=f"rounds 0 to {row.plan.schedule.last - 1} do")
    paths = workspace.home.campaign(row.id)
    picked = read_picks(paths.job(job.id).round(round_).picks)
    if picked is None:
        raise NotNow(f"{job.id} has not picked in round {round_} yet", hint=f"see: alwsl-tui rounds {name}")
    classes = classes_of_round(paths, job, round_, row.plan.classes)
    return PicksOf(row, RoundKey(job.criterion or "", trial, round_), picked, classes)


def arm_of(row: CampaignRow, criterion: str | None, trial: int = 0) -> Job:
    """Return the arm of a criterion in a trial; the campaign's first criterion when none is named.

    Raises:
        NoSuchName: the campaign has no such criterion.
        UsageError: there is no such trial.
    """
    plan = row.plan
    chosen = criterion or plan.leading
    if chosen not in plan.criteria:
        raise none_such("criterion in this campaign", chosen, plan.criteria)
    if not 0 <= trial < plan.trials:
        raise UsageError(f"there is no trial {trial}", hint=f"trials are 0 to {plan.trials - 1}")
    return Job(JobKind.ARM, trial, chosen)
