"""Every round of a campaign, and how one of them was trained."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from campaigns.core.ids import JobId
from campaigns.errors import none_such
from campaigns.home.evaluation import Evaluation
from campaigns.services.monitor.show import CampaignView
from campaigns.services.workspace import Workspace
from campaigns.store.attempts import list_attempts, list_losses, list_rounds
from campaigns.store.campaigns import get_campaign, list_jobs
from campaigns.store.rows import AttemptRow, CampaignRow, JobRow, RoundRow

RoundKey = tuple[JobId, int]
"""A round by its job and its number."""
Further = Mapping[RoundKey, Mapping[str, float | None]]
"""What metrics other than the reported one came to, by name; of each round that has measured any."""


@dataclass(frozen=True, slots=True)
class RoundsToday:
    """Measured rounds by what people have said of the test images by now; empty where nobody labels."""

    rounds: Mapping[RoundKey, RoundRow] = field(default_factory=dict)
    """With classes called as they were when the round was measured."""
    further: Further = field(default_factory=dict)
    """Of those that kept their logits."""

    def of(self, row: RoundRow) -> RoundRow:
        """Return a round by today's labels; as it is, where nothing else is known of it."""
        return self.rounds.get((row.job, row.number), row)


@dataclass(frozen=True, slots=True)
class RoundsOf:
    """Every round a campaign has, with the job it belongs to."""

    campaign: CampaignRow
    rounds: tuple[tuple[JobRow, RoundRow], ...]
    further: Further = field(default_factory=dict)
    today: RoundsToday = field(default_factory=RoundsToday)
    """Where people label: each round by what they have said of the test images by now, and not only by then."""


def load_rounds(workspace: Workspace, name: str) -> RoundsOf:
    """Return every round of a campaign, in the order of its jobs.

    Raises:
        NoSuchName: there is no campaign of that name.
        Damaged: an evaluation is not what a worker writes.
    """
    with workspace.store() as store:
        row = get_campaign(store, name)
        jobs = list_jobs(store, row.id)
        rows = list_rounds(store, row.id)
    further, today = further_of(workspace, row, rows), rounds_today(workspace, row, rows)
    by_job: dict[JobId, list[RoundRow]] = defaultdict(list)
    for round_ in rows:
        by_job[round_.job].append(round_)
    return RoundsOf(row, tuple((job, round_) for job in jobs for round_ in by_job[job.job.id]), further, today)


def rounds_today(workspace: Workspace, row: CampaignRow, rounds: Sequence[RoundRow]) -> RoundsToday:
    """Return measured rounds by today's labels; none where nobody labels.

    Raises:
        BadData: logits, or labels of a round, are damaged.
        Damaged: the list of what was taken in is, or the answers are.
    """
    paths = workspace.home.campaign(row.id)
    if not any(round_.per_class and paths.job(round_.job).round(round_.number).labels.exists() for round_ in rounds):
        return RoundsToday()
    from campaigns.services.results.today import measured_today  # NumPy, for which no other campaign has to wait

    today = measured_today(workspace, row, rounds)
    if today is None:
        return RoundsToday()
    named = {(round_.job, round_.number): round_ for round_ in today.named_as(rounds) if round_.per_class}
    return RoundsToday(named, today.further())


def view_today(workspace: Workspace, view: CampaignView) -> CampaignView:
    """Return a campaign as it was seen, its rounds by today's labels of the test images.

    Raises:
        BadData: logits, or labels of a round, are damaged.
        Damaged: the list of what was taken in is, or the answers are.
    """
    today = rounds_today(workspace, view.row, [round_ for job in view.jobs for round_ in job.rounds])
    if not today.rounds:
        return view
    return replace(view, jobs=tuple(replace(job, rounds=tuple(map(today.of, job.rounds))) for job in view.jobs))


def further_of(workspace: Workspace, row: CampaignRow, rounds: Iterable[RoundRow]) -> Further:
    """Return what rounds measured besides the reported metric, from their files; rounds of before measured nothing.

    Raises:
        Damaged: an evaluation is not what a worker writes.
    """
    paths, further = workspace.home.campaign(row.id), {}
    for round_ in rounds:
        if round_.per_class:
            evaluation = Evaluation.read(paths.job(round_.job).round(round_.number).evaluation)
            if evaluation is not None and evaluation.further:
                further[round_.job, round_.number] = evaluation.further
    return further


@dataclass(frozen=True, slots=True)
class TrainingOf:
    """One round of one job."""

    job: JobId
    round: int
    losses: tuple[float, ...]
    """The mean of each epoch, in order; none before the first, or where the model was reused."""
    attempts: tuple[AttemptRow, ...]
    """Every try at the job, oldest first, whichever rounds it came to."""


@dataclass(frozen=True, slots=True)
class RoundDetails:
    """One round, and what all of them come to today."""

    training: TrainingOf | None
    """None where no round is meant."""
    today: RoundsToday


def load_details(workspace: Workspace, name: str, *, job: str | None, round_: int) -> RoundDetails:
    """Return how a round of a job was trained so far, and every round by today's labels.

    Raises:
        NoSuchName: there is no campaign of that name, or it has no such job.
        BadData: logits, or labels of a round, are damaged.
        Damaged: the list of what was taken in is, or the answers are.
    """
    with workspace.store() as store:
        row = get_campaign(store, name)
        rounds = list_rounds(store, row.id)
    trained = None if job is None else training(workspace, name, job=job, round_=round_)
    return RoundDetails(trained, rounds_today(workspace, row, rounds))


def training(workspace: Workspace, name: str, *, job: str, round_: int) -> TrainingOf:
    """Return how a round was trained so far.

    Raises:
        NoSuchName: there is no campaign of that name, or it has no such job.
    """
    with workspace.store() as store:
        row = get_campaign(store, name)
        jobs = [item.id for item in row.plan.jobs]
        if job not in jobs:
            raise none_such("job in this campaign", job, jobs)
        id_ = JobId(job)
        tried = tuple(item for item in list_attempts(store, row.id) if item.job == job)
        return TrainingOf(id_, round_, list_losses(store, row.id, id_, round_), tried)
