"""Rules of the literature that say when a campaign may stop, from its curve and from the scores that a home keeps.

A round's scores are of the pool that is left then; two rounds are compared on the images that both have scored. Rounds
without scores, as the last one always is, are not judged.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from campaigns.core.ids import Job, JobKind
from campaigns.home.scores import ScoredPool, read_scores
from campaigns.reporting.forecast import Advice, LabelTerms, MeasuredCurve, forecast
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow

ROUNDS = 3
"""Values that KappaAverage is a mean of."""
SMALL = 0.005
"""Difference of mAP below which a round is said to have brought nothing."""

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Arm:
    """One criterion in one trial: labelled images of each round, and mAP in [0, 1]."""

    criterion: str
    trial: int
    images: tuple[int, ...]
    values: tuple[float, ...]

    def given_up(self, at: int) -> float:
        """Return what stopping after a round costs: the best mAP measured later less that there, at least 0."""
        return max(0.0, max(self.values[at:]) - self.values[at])


@dataclass(frozen=True, slots=True)
class Scored:
    """What two successive rounds say of the images that both have scored, and the last one of all that are left."""

    round: int
    kappa: float | None
    """Cohen's, over images × classes, in [-1, 1]; None in the first round, and where neither predicts anything."""
    changed: float | None
    """Share of images of which some class is predicted otherwise, in [0, 1]; None in the first round."""
    uncertainty: float
    """Mean entropy of an image's class, in bits: in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to say when to stop."""

    name: str
    stop: Callable[[Arm, Sequence[Scored]], int | None]
    """Return the number of the first round after which it stops; None for never."""
    needs_scores: bool = True


def scored_rounds(place: Workspace, row: CampaignRow, arm: Arm) -> tuple[Scored, ...]:
    """Return what each round before the last says of the pool; none where the scores of any are gone.

    Raises:
        BadData: scores are damaged.
    """
    baseline, own = Job(JobKind.BASELINE, arm.trial), Job(JobKind.ARM, arm.trial, arm.criterion)
    paths = place.home.campaign(row.id)
    rounds: list[Scored] = []
    last: ScoredPool | None = None
    for number in range(min(len(arm.images), row.plan.schedule.last)):
        path = paths.job((own if number else baseline).id).round(number).scores
        if not path.is_file():
            return ()
        pool = read_scores(path)
        rounds.append(compared(number, last, pool))
        last = pool
    return tuple(rounds)


def compared(number: int, before: ScoredPool | None, pool: ScoredPool) -> Scored:
    """Return what a round says, beside the round before it."""
    probs = np.clip(pool.scores.probs, 1e-12, 1 - 1e-12)
    entropy = -(probs * np.log2(probs) + (1 - probs) * np.log2(1 - probs))
    if before is None:
        return Scored(number, None, None, float(entropy.mean()))
    _, at, earlier = np.intersect1d(pool.rows, before.rows, return_indices=True)
    now, then = pool.scores.logits[at] > 0, before.scores.logits[earlier] > 0
    return Scored(number, kappa(now, then), float((now != then).any(axis=1).mean()), float(entropy.mean()))


def kappa(now: Bools, then: Bools) -> float | None:
    """Return Cohen's kappa of two tables of predictions; None where chance alone makes them equal. Cohen 1960."""
    agreed, mine, theirs = float((now == then).mean()), float(now.mean()), float(then.mean())
    chance = mine * theirs + (1 - mine) * (1 - theirs)
    return None if chance >= 1 else (agreed - chance) / (1 - chance)


def kappa_average(least: float) -> Rule:
    """Stop when the mean of the last kappas is as high. Bloodgood and Vijay-Shanker 2009."""

    def stop(arm: Arm, rounds: Sequence[Scored]) -> int | None:
        for at in range(len(rounds)):
            lasts = [entry.kappa for entry in rounds[max(0, at + 1 - ROUNDS) : at + 1] if entry.kappa is not None]
            if len(lasts) == ROUNDS and sum(lasts) / ROUNDS >= least:
                return rounds[at].round
        return None

    return Rule(f"KappaAverage ≥ {least:.2f}", stop)


def classification_change(most: float) -> Rule:
    """Stop when no more than a share of images is predicted otherwise than before. Zhu, Wang, Hovy and Ma 2010."""

    def stop(arm: Arm, rounds: Sequence[Scored]) -> int | None:
        return next((entry.round for entry in rounds if entry.changed is not None and entry.changed <= most), None)

    return Rule(f"ClassificationChange ≤ {most:g}", stop)


def overall_uncertainty(below: float) -> Rule:
    """Stop when the mean entropy of the pool is below a threshold. Zhu, Wang, Hovy and Ma 2010."""

    def stop(arm: Arm, rounds: Sequence[Scored]) -> int | None:
        return next((entry.round for entry in rounds if entry.uncertainty < below), None)

    return Rule(f"OverallUncertainty < {below:g}", stop)


def map_change(arm: Arm, rounds: Sequence[Scored]) -> int | None:
    """Stop when two rounds running have brought less than `SMALL`."""
    gains = np.diff(arm.values)
    return next((at + 2 for at in range(len(gains) - 1) if gains[at] < SMALL and gains[at + 1] < SMALL), None)


def advised(arm: Arm, rounds: Sequence[Scored]) -> int | None:
    """Stop when our own forecast says so; it never knows more than the rounds so far."""
    for end in range(1, len(arm.images) + 1):
        images = arm.images[:end]
        batch = images[-1] - images[-2] if end > 1 else images[0]
        terms = LabelTerms(classes=1, batch=batch, budget=arm.images[-1])
        if forecast(MeasuredCurve(images, arm.values[:end]), terms).advice is Advice.STOP:
            return end - 1
    return None


RULES = (
    kappa_average(0.99),
    kappa_average(0.90),
    classification_change(0.0),
    classification_change(0.1),
    overall_uncertainty(0.05),
    overall_uncertainty(0.15),
    Rule("ΔmAP < 0.5 points twice", map_change, needs_scores=False),
    Rule("forecast says stop", advised, needs_scores=False),
)
