"""Everything that a report says of a campaign; the writers draw and print it, and look nothing up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaigns.core.fingerprint import Fingerprint
from campaigns.core.foresight import Foresight
from campaigns.core.ids import Job
from campaigns.core.states import CampaignState
from campaigns.home.picks import PickedRound
from campaigns.reporting.claims import Claim
from campaigns.reporting.cost import CostOf
from campaigns.reporting.paper import SHRUNK
from campaigns.reporting.series import Result
from campaigns.reporting.standings import Standings
from campaigns.store.rows import CampaignRow

FEW = 6
"""Classes that are named where a line has to hold them."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the campaign is."""

    state: CampaignState
    share: float
    """Of all its work, in [0, 1]."""
    jobs: int
    """Done."""
    models: int
    """Trained and measured."""
    trials: int
    """Of which every arm is measured to the end."""


@dataclass(frozen=True, slots=True)
class MeanAgreement:
    """How far the T criteria of the paper agree in one round of one criterion's arms; means over trials."""

    criterion: str
    round: int
    labelled: int
    """Images with labels when the round chose."""
    n: int
    """Images that each criterion would send."""
    pool: int
    trials: int
    names: tuple[str, ...]
    """Of the T criteria."""
    votes: tuple[float, ...]
    """Share of the union of their first n that 1, 2, … T of them hold, in [0, 1]."""
    votes_sd: tuple[float, ...] | None
    """Over trials; None with fewer than two."""
    overlap: tuple[tuple[float, ...], ...]
    """T × T: share of the first n that two have in common, in [0, 1]."""
    kendall: tuple[tuple[float, ...], ...]
    """T × T: tau-b, in [-1, 1]."""
    collapsed: int
    """Trials in which the model told no image from another."""


@dataclass(frozen=True, slots=True)
class ClassPoint:
    """Average precision of every class where one criterion has got to."""

    criterion: str
    labelled: int
    classes: tuple[str, ...]
    """Of the rounds there, in the order of the following."""
    numbers: tuple[int, ...]
    """Of the trials, ascending."""
    trials: tuple[tuple[float | None, ...], ...]
    """Of each trial, of each class, in [0, 1]; None where the test set has no positives."""
    means: tuple[float | None, ...]
    """Over trials."""
    sds: tuple[float | None, ...]
    """Sample standard deviation over trials; None with fewer than two."""


@dataclass(frozen=True, slots=True)
class Discovered:
    """Positives among the images that one criterion had labelled in one trial, class by class."""

    criterion: str
    trial: int
    labelled: int
    positives: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Discovery:
    """Class discovery: positives found against labelled images."""

    totals: tuple[int, ...]
    """Positives of each class in all that can be labelled."""
    rows: tuple[Discovered, ...]
    images: int
    """That can be labelled."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What one round of one arm sent for labelling."""

    criterion: str
    trial: int
    labelled: int
    """Images with labels when it chose."""
    picked: PickedRound
    """Its first picks whole, the others in brief."""


@dataclass(frozen=True, slots=True)
class ShownPick:
    """One pick with its picture."""

    place: int
    """From 1."""
    image: str
    picture: bytes | None
    """A JPEG; None where the picture cannot be had."""
    overlay: bytes | None
    """A PNG with transparency, a pixel a cell of the class map, to be stretched over the picture; None without maps."""
    label: str
    """The class the map is of: the one that the model finds most likely."""
    probability: float
    truth: tuple[str, ...]
    """Classes that are there, as the labels say."""
    because: str
    """Why it was picked, in one sentence."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The first picks of a round, to be looked at."""

    criterion: str
    trial: int
    round: int
    labelled: int
    sent: int
    """Images the round sent in all."""
    picks: tuple[ShownPick, ...]


@dataclass(frozen=True, slots=True)
class Sealed:
    """Checksum of a file that a complete round left."""

    job: str
    round: int
    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the figures come from."""

    recipe: str
    """As it was frozen, in TOML."""
    program: str
    """Version of this program, which made the report."""
    seed: int
    fingerprint: Fingerprint
    """Of the data."""
    notes: tuple[str, ...]
    """What a reader must know of the data."""
    platforms: Mapping[str, int]
    """What workers ran on, as they wrote it down (device, Python, torch), and in how many attempts."""
    precisions: Mapping[str, int]
    """Arithmetic of the fits, and in how many rounds."""
    node_kinds: Mapping[str, int]
    """Kinds of nodes that completed rounds, as far as bytes may depend on them, and how many each."""
    taken_over: int
    """Models that came from an earlier fit of the same key."""
    sums: tuple[Sealed, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a criterion may not be better than random."""

    cause: str
    bearing: str
    """How likely it is: one or a few words."""
    found: str
    """What was looked at and seen, or what to do."""


@dataclass(frozen=True, slots=True)
class FurtherValue:
    """What one metric other than the reported one came to in one round."""

    job: Job
    round: int
    labelled: int
    metric: str
    value: float | None
    """Over all classes; None where the metric says nothing."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """One campaign, as far as it is."""

    campaign: CampaignRow
    progress: Progress
    result: Result
    standings: Standings
    headline: tuple[str, ...]
    """Whether the criteria are better than random, in sentences; what is not comes first."""
    claims: tuple[Claim, ...]
    causes: tuple[Cause, ...]
    cost: CostOf
    agreed: tuple[MeanAgreement, ...]
    classes: tuple[ClassPoint, ...]
    discovery: Discovery | None
    """None where the data set cannot be opened."""
    sent: tuple[Sent, ...]
    shown: tuple[Shown, ...]
    provenance: Provenance
    worries: tuple[str, ...] = ()
    """What could not be had for this report, and why."""
    further: tuple[FurtherValue, ...] = ()
    """Of every round that has measured other metrics than the reported one."""
    foresights: tuple[Foresight, ...] = ()
    """Where people label: how far models foresaw what they answered, batch by batch."""

    @property
    def criteria(self) -> Sequence[str]:
        """In the order of the recipe, which is that of the colours."""
        return self.campaign.plan.criteria

    @property
    def is_shrunk(self) -> bool:
        """True when it is the paper's protocol made smaller: its figures are not the paper's."""
        return SHRUNK in self.campaign.about.lower()

    @property
    def labels(self) -> tuple[str, ...]:
        """What no figure or table may go without: that the protocol is shrunk, that not all classes are counted."""
        chosen, labels = self.result.chosen, [SHRUNK] if self.is_shrunk else []
        if chosen:
            names = (
                ", ".join(chosen)
                if len(chosen) <= FEW
                else f"{len(chosen)} of {len(self.campaign.plan.classes)} classes"
            )
            labels.append(f"mean over {names}")
        return tuple(labels)
