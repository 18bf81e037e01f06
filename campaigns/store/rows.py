"""What the store gives back: one frozen object a row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from campaigns.core.execution import LOCAL, EngineStanding, Handle
from campaigns.core.ids import CampaignId, Job, JobId, JobKind
from campaigns.core.plan import Plan
from campaigns.core.states import AttemptState, Intent, JobState


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign as it was created, and what was last asked of it."""

    id: CampaignId
    name: str
    recipe: str
    """Where it came from: the name of a shipped recipe, or a file."""
    about: str
    dataset: str
    model: str
    plan: Plan
    created: float
    """Seconds since the epoch, here and in every row."""
    intent: Intent
    until_round: int | None
    """No arm goes beyond this round for now; None means to the end."""
    executor: str = LOCAL
    """Which executor runs its attempts, by name."""
    kinds_since: float = 0.0
    """From when on the kinds of nodes that its trials began on keep them; seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job of a campaign."""

    campaign: CampaignId
    job: Job
    position: int
    state: JobState
    lost: int
    """Attempts lost since a person last asked for this job."""
    request: "RequestRow | None" = None
    """What people are asked to label for it; None when it waits for nobody."""

    @property
    def is_wanting(self) -> bool:
        """True when it waits for people to label."""
        return self.request is not None and self.request.answered < self.request.asked


def standing_of_needs(jobs: Sequence[JobRow]) -> list[tuple[JobState, JobState | None]]:
    """Return of each job its state and that of the job it needs, as `campaign_state` asks for them.

    One whose pool could not be scored goes on no more than one whose baseline has failed.
    """
    states = {row.job.id: row.state for row in jobs}
    stuck = {row.job.asking.id for row in jobs if row.job.kind is JobKind.SCORE and row.state is JobState.FAILED}
    needs = {row.job.id: states[row.job.needs.id] if row.job.needs else None for row in jobs}
    return [(row.state, JobState.FAILED if row.job.id in stuck else needs[row.job.id]) for row in jobs]


@dataclass(frozen=True, slots=True)
class RequestRow:
    """How far people are with what a job asks for, as last heard of; the files of the home are the truth."""

    round: int
    asked: int
    answered: int
    """As many as asked, too, when the request is closed."""

    def __str__(self) -> str:
        return f"{self.answered} of {self.asked} (round {self.round})"


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One try at a job, as last heard of."""

    campaign: CampaignId
    job: JobId
    number: int
    """From 1."""
    state: AttemptState
    slot: str
    """`cpu`, `cuda:0`, or that of an engine: `slurm:cpu`."""
    threads: int
    handle: Handle | None
    """What its executor calls it, and nobody else can read; None until it has been started."""
    started: float
    ended: float | None
    exit_code: int | None
    last_words: str
    activity: str
    round: int | None
    epoch: int | None
    """Finished epochs of the round it is in."""
    epochs: int | None
    loss: float | None
    journal_offset: int
    """Bytes of the journal that the store already knows."""
    prepare_seconds: float = 0.0
    """What it took to have pixels or features of all images, before the first round."""
    standing: EngineStanding = EngineStanding.NONE
    standing_words: str = ""
    """For a person: `queued in slurm (Priority)`; empty while it is at work."""
    standing_since: float | None = None
    """Since when it stands so; None while it is at work."""
    node: str = ""
    """The machine that it runs or ran on, as its engine calls it; empty for this one."""
    kind: str = ""
    """The kind of that machine, as far as bytes may depend on it; empty until its worker has said so."""

    @property
    def is_queued(self) -> bool:
        """True while it waits in its engine's queue."""
        return self.standing is EngineStanding.QUEUED

    @property
    def doing(self) -> str:
        """What it does, or what keeps it from that, for a person."""
        return self.standing_words or self.activity

    @property
    def place(self) -> str:
        """Where it runs, for a person: its slot, and its node where that is another machine."""
        return f"{self.slot} on {self.node}" if self.node else self.slot


@dataclass(frozen=True, slots=True)
class RoundRow:
    """One round of a job."""

    campaign: CampaignId
    job: JobId
    number: int
    labelled: int
    metric: str
    """By which it is measured."""
    value: float | None
    """Of the metric, on the test set and over all classes; None before it is measured."""
    per_class: tuple[float | None, ...]
    """Of each class; None where the metric says nothing of it. Empty before it is measured."""
    train_seconds: float
    evaluate_seconds: float | None
    score_seconds: float | None
    select_seconds: float | None
    done: float | None
    """When everything of it was on disk."""
    reused_from: str | None = None
    """Campaign, job and round that its model was trained in, when it was not trained here."""
    classes: tuple[str, ...] = ()
    """What `per_class` is of, where people have changed the classes since the campaign was created; else empty."""

    def by_class(self, planned: Sequence[str]) -> Mapping[str, float | None]:
        """Return the value of each of its classes; `planned` are those that the campaign was created with."""
        return dict(zip(self.classes or planned, self.per_class, strict=True)) if self.per_class else {}


def classes_of_rounds(planned: Sequence[str], rounds: Iterable[RoundRow]) -> tuple[str, ...]:
    """Return every class that one of these rounds was measured by: those of the plan first, then as they came."""
    return tuple(dict.fromkeys([*planned, *(name for row in rounds for name in row.classes)]))


@dataclass(frozen=True, slots=True)
class EpochRow:
    """One epoch of a round."""

    job: JobId
    round: int
    number: int
    loss: float
    seconds: float


@dataclass(frozen=True, slots=True)
class FeedRow:
    """Something that happened, for a person."""

    id: int
    at: float
    campaign: CampaignId
    job: JobId | None
    is_warning: bool
    text: str


@dataclass(frozen=True, slots=True)
class StampRow:
    """What changes whenever somebody asks something of a campaign, or something is noted of it."""

    campaign: CampaignId
    intent: Intent
    until_round: int | None
    noted: int
    """Its last feed entry; 0 when there is none."""
    noted_at: float | None


@dataclass(frozen=True, slots=True)
class ValueRow:
    """What one arm measured at one round."""

    criterion: str
    trial: int
    round: int
    labelled: int
    value: float
    """Mean average precision, in [0, 1]."""


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """A data set that `data add` made known."""

    name: str
    kind: str
    root: str
    added: float
    options: str = "{}"
    """JSON of the recipe's keys of `[data]` that were given with it."""
