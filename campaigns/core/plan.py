"""What a campaign set out to do, in numbers: enough to show its progress without opening recipe or data."""

import json
from dataclasses import asdict, dataclass
from functools import lru_cache

from campaigns.core.convergence import Until
from campaigns.core.ids import Job, JobKind
from campaigns.core.schedule import Schedule
from campaigns.core.yardstick import MEAN_AP, Yardstick, as_written


@dataclass(frozen=True, slots=True)
class Plan:
    """The size of a campaign, fixed when it is created."""

    schedule: Schedule
    trials: int
    criteria: tuple[str, ...]
    train_images: int
    """Training images with labels: what the full model sees, and initial set and pool together."""
    test_images: int
    has_full: bool
    full_epochs: int | tuple[int, ...]
    """After which the full model is measured; of several, ascending, the last is where its training ends."""
    reading_points: tuple[int, ...]
    """Budgets that tables report."""
    classes: tuple[str, ...]
    until: Until = "epochs"
    """How long models train; with `converged` the epochs here are those that none exceeds."""
    yardstick: Yardstick = MEAN_AP
    """What its models are measured by."""

    @property
    def is_open_ended(self) -> bool:
        """Whether a model may end before its epochs do: they, and the work, are upper limits."""
        return self.until == "converged"

    @property
    def full_counts(self) -> tuple[int, ...]:
        """Epochs after which the full model is measured, ascending: one round of its job each."""
        return self.full_epochs if isinstance(self.full_epochs, tuple) else (self.full_epochs,)

    @property
    def leading(self) -> str:
        """The criterion that is meant where none is named: AG, the one this is about, else the recipe's first."""
        return "ag" if "ag" in self.criteria else self.criteria[0]

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Every job, in the order in which people read them: baselines first, since arms wait for them."""
        trials = range(self.trials)
        baselines = [Job(JobKind.BASELINE, trial) for trial in trials]
        full = [Job(JobKind.FULL)] if self.has_full else []
        arms = [Job(JobKind.ARM, trial, name) for trial in trials for name in self.criteria]
        return (*baselines, *full, *arms)

    @property
    def starts(self) -> tuple[Job, ...]:
        """Every job, in the order they should start: where the full model is the longest one, nothing is before it."""
        jobs = self.jobs
        return tuple(sorted(jobs, key=lambda job: job.kind is not JobKind.FULL)) if self.is_full_first else jobs

    @property
    def is_full_first(self) -> bool:
        """Whether the full model is the longest job: whoever starts it last waits for it alone in the end."""
        return self.has_full and _is_full_longest(self)

    def rounds(self, job: Job) -> range:
        """Return the numbers of the rounds that a job trains."""
        if job.kind is JobKind.FULL:
            return range(len(self.full_counts))
        if job.kind is JobKind.SCORE:  # it trains none: its work is its round's
            return range(0)
        return range(1, self.schedule.last + 1) if job.kind is JobKind.ARM else range(1)

    def trained_before(self, job: Job, round_: int) -> int:
        """Return the epochs that a round's model brings from the round before: 0 but for the full model."""
        return self.full_counts[round_ - 1] if job.kind is JobKind.FULL and round_ else 0

    def training(self, job: Job, round_: int) -> int:
        """Return the training images that a round of a job sees, epochs included: the measure of its work."""
        if job.kind is JobKind.FULL:
            return self.train_images * (self.full_counts[round_] - self.trained_before(job, round_))
        return self.schedule.passes(round_)

    def looking(self, job: Job, round_: int) -> float:
        """Return what testing and scoring a round cost, in training images: a forward pass is a third of a training
        step.
        """
        return (self.test_images + self.scored(job, round_)) / 3

    def scored(self, job: Job, round_: int) -> int:
        """Return the images of the pool that a round of a job scores; none after the last pick."""
        scores = job.kind is not JobKind.FULL and self.schedule.picks(round_) > 0
        return self.train_images - self.schedule.labelled(round_) if scores else 0

    def work(self, job: Job) -> float:
        """Return all that a job does, in training images."""
        return sum(self.training(job, round_) + self.looking(job, round_) for round_ in self.rounds(job))

    @property
    def models(self) -> int:
        """Models that are trained in all."""
        return sum(len(self.rounds(job)) for job in self.jobs)

    def to_json(self) -> str:
        """Return the plan as the store keeps it."""
        return json.dumps(as_written(asdict(self)), separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Plan":
        """Build the plan that `to_json` wrote."""
        fields = json.loads(text)
        schedule = fields.pop("schedule")
        yardstick = Yardstick(**fields.pop("yardstick", {}))
        lists = {key: tuple(value) for key, value in fields.items() if isinstance(value, list)}
        return cls(
            schedule=Schedule(schedule["initial"], tuple(schedule["add"]), tuple(schedule["epochs"])),
            yardstick=yardstick,
            **fields | lists,
        )


# A station asks at every look at its queue, and a plan may have ten thousand rounds.
@lru_cache(maxsize=256)
def _is_full_longest(plan: Plan) -> bool:
    # Trials and criteria differ in nothing that takes time, so the first ones speak for all.
    others = (Job(JobKind.BASELINE, 0), Job(JobKind.ARM, 0, plan.criteria[0]))
    return plan.work(Job(JobKind.FULL)) > max(map(plan.work, others))
