"""Likely causes of a criterion's not being better than random, and what the campaign's own files say of each."""

import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from campaigns.core.convergence import MOST_EPOCHS
from campaigns.core.ids import Job, JobId, JobKind
from campaigns.core.plan import Plan
from campaigns.errors import AlwslError
from campaigns.home.picks import PickedRound
from campaigns.reporting.series import Curve, Result
from campaigns.reporting.standings import RANDOM, Standings
from campaigns.reporting.statistics import least_trials, too_few
from campaigns.services.results.gallery import Positives, initial_sets, positives
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow

NEAR_FULL = 98.0
"""Per cent of the full model's mean average precision from which random leaves no room to be better in."""
MOST = 0.5
"""Share of the classes that may be without a positive."""
FEWER = 0.9
"""Of the positives that random's picks have, what is fewer."""


class Bearing(StrEnum):
    """What was found of a possible cause."""

    LIKELY = "likely"
    UNLIKELY = "unlikely"
    OPEN = "open"
    """For a person to look at: nothing that the campaign has kept can say."""


@dataclass(frozen=True, slots=True)
class PossibleCause:
    """One possible cause of a criterion's not being better than random."""

    cause: str
    bearing: Bearing
    found: str
    """What was looked at and seen; for an open one, what to do."""


Picks = Mapping[tuple[JobId, int], PickedRound]
"""What rounds have picked, by job and round."""


def checklist(
    workspace: Workspace, row: CampaignRow, result: Result, standings: Standings, *, picks: Picks
) -> tuple[PossibleCause, ...]:
    """Return every likely cause with what is known of it, the likely ones first; none when all are better than random.

    `picks` are of all baselines, of random's arms, and of the arms of what is not better.
    """
    suspected = standings.not_better
    if not suspected:
        return ()
    arms = [entry for entry in row.plan.jobs if entry.kind is JobKind.ARM and entry.criterion in {*suspected, RANDOM}]
    rounds = [_Round(job, number, picks[job.id, number])
              for job in arms for number in row.plan.schedule.rounds if (job.id, number) in picks]  # fmt: skip
    checks = [
        _trials(standings, suspected),
        _room(result),
        _same_start(row.plan, rounds, picks),
        _collapsed(rounds),
        _direction(rounds),
        *_labels(workspace, row, rounds),
        _trained(row.plan),
        *_OPEN,
    ]
    order = list(Bearing)
    return tuple(sorted((entry for entry in checks if entry is not None), key=lambda entry: order.index(entry.bearing)))


_OPEN = (
    PossibleCause("near-duplicate picks", Bearing.OPEN, "check the pictures in the tab Picks"),
    PossibleCause("wrong labels among the picks", Bearing.OPEN, "check the pictures and their labels in the tab Picks"),
)


@dataclass(frozen=True, slots=True, eq=False)
class _Round:
    """What one round of an arm picked."""

    job: Job
    number: int
    picked: PickedRound

    def __str__(self) -> str:
        return f"{self.job.id} round {self.number}"


def _trained(plan: Plan) -> PossibleCause:
    """Check whether models trained to the end."""
    cause = "models not trained to convergence"
    if plan.is_open_ended:
        return PossibleCause(
            cause, Bearing.UNLIKELY, f"each until its loss had converged, {MOST_EPOCHS} epochs at most"
        )
    return PossibleCause(cause, Bearing.OPEN, "check in the tab Logs whether the loss still falls in the last epochs")


def _trials(standings: Standings, suspected: Sequence[str]) -> PossibleCause | None:
    """Too few trials for a difference of this size."""
    cause = "too few trials for such a small difference"
    duels = [duel for duel in standings.against(RANDOM) if duel.criterion in suspected and not duel.is_worse]
    if not duels:
        return None
    fewest = min(duel.test.trials for duel in duels)
    if fewest < least_trials():
        return PossibleCause(cause, Bearing.LIKELY, too_few(fewest, least_trials()))
    needed = [f"{duel.criterion} about {min(duel.trials_needed, 1000)}" for duel in duels if duel.trials_needed]
    if not needed:
        return PossibleCause(cause, Bearing.UNLIKELY, "the means do not differ at all")
    finding = f"trials needed to detect it four times out of five: {', '.join(needed)}; there are {fewest}"
    return PossibleCause(cause, Bearing.LIKELY, finding)


def _room(result: Result) -> PossibleCause:
    """Check whether nothing is left to gain, because random is there already or because labels do not help."""
    cause = "no room for improvement: random is near the full model, or labels do not help"
    curves: list[Curve] = [curve for curve in result.curves if curve.criterion == RANDOM and len(curve.points) > 1]
    if result.full is None or not curves:
        return PossibleCause(cause, Bearing.OPEN, "there is no full model to compare with")
    first, last = curves[0].points[0], curves[0].points[-1]
    begins, ends = 100 * first.mean / result.full, 100 * last.mean / result.full
    finding = f"random: {begins:.1f} % of the full model ({first.labelled} images) to {ends:.1f} % ({last.labelled})"
    spread = first.sd or 0.0
    if result.full - first.mean <= 2 * spread:
        return PossibleCause(
            cause, Bearing.LIKELY, f"{finding}; the baseline is within two standard deviations of the full model"
        )
    return PossibleCause(cause, Bearing.LIKELY if ends >= NEAR_FULL else Bearing.UNLIKELY, finding)


def _same_start(plan: Plan, rounds: Sequence[_Round], picks: Picks) -> PossibleCause | None:
    """Check whether the first pick of every arm was made from the same scores as its baseline's."""
    cause = "arms that did not start from the same images and model"
    baselines = {trial: picks.get((Job(JobKind.BASELINE, trial).id, 0)) for trial in range(plan.trials)}
    pairs = [(round_, baselines[round_.job.trial or 0]) for round_ in rounds if round_.number == 0]
    known = [(round_, baseline) for round_, baseline in pairs if baseline is not None]
    if not known:
        return None
    if other := [round_.job.id for round_, baseline in known if not _is_same_pool(round_.picked, baseline)]:
        return PossibleCause(
            cause, Bearing.LIKELY, f"their first round saw another pool than the baseline: {', '.join(other)}"
        )
    finding = f"the first rounds of all {len(known)} arms match their baseline: same votes, overlaps, rankings"
    return PossibleCause(cause, Bearing.UNLIKELY, finding)


def _is_same_pool(first: PickedRound, second: PickedRound) -> bool:
    """Return True when both saw a pool of the same size, about which the same criteria agree equally far."""
    return all(getattr(first, name) == getattr(second, name) for name in ("n", "pool", "criteria", "agreement"))


def _collapsed(rounds: Sequence[_Round]) -> PossibleCause | None:
    """Check for models that say the same of every image, and criteria that do."""
    cause = "models or criteria that give every image the same value"
    if not rounds:
        return None
    gone = [round_ for round_ in rounds if round_.picked.is_collapsed]
    flat = [round_ for round_ in rounds if _is_flat(round_.picked)]
    if gone or flat:
        what = "the model had collapsed" if gone else "all picks had the same value"
        return PossibleCause(cause, Bearing.LIKELY, f"in {_some(gone or flat, rounds)} {what}")
    return PossibleCause(
        cause, Bearing.UNLIKELY, f"none in {len(rounds)} rounds: scores and values of the picks differ"
    )


def _some(some: Sequence[_Round], rounds: Sequence[_Round]) -> str:
    more = ", …" if len(some) > 3 else ""
    return f"{len(some)} of {len(rounds)} rounds ({', '.join(map(str, some[:3]))}{more})"


def _is_flat(picked: PickedRound) -> bool:
    values = [pick.value for pick in picked.picks if pick.value is not None]
    return len(values) > 1 and min(values) == max(values)


def _direction(rounds: Sequence[_Round]) -> PossibleCause | None:
    """Check whether what was picked is what the criterion ranks first."""
    cause = "a criterion that ranks backwards"
    own = [round_ for round_ in rounds if round_.picked.picks and round_.job.criterion in round_.picked.criteria]
    if not own:
        return None
    if wrong := [round_ for round_ in own if _has_strays(round_.picked)]:
        return PossibleCause(cause, Bearing.LIKELY, f"in {_some(wrong, own)} picks were not the first of their ranking")
    return PossibleCause(cause, Bearing.UNLIKELY, f"in all {len(own)} rounds every pick is at the top of its ranking")


def _has_strays(picked: PickedRound) -> bool:
    """Return True when an image was picked that the criterion itself does not rank among its first n."""
    return any(pick.ranks.get(picked.criterion or "", 0) > picked.n for pick in picked.picks)


def _labels(workspace: Workspace, row: CampaignRow, rounds: Sequence[_Round]) -> tuple[PossibleCause, ...]:
    """Check what takes the true labels: classes without a positive, picks without any."""
    causes = ("an initial set that lacks positives of most classes", "picks with fewer positives than random picks")
    try:
        truth, initial = positives(workspace.home, row.id), initial_sets(workspace.home, row.id)
    except AlwslError as error:
        return tuple(PossibleCause(cause, Bearing.OPEN, f"the labels cannot be read: {error}") for cause in causes)
    return (_unseen(causes[0], truth, initial, row.plan), *_poor(causes[1], truth, rounds))


def _unseen(cause: str, truth: Positives, initial: Sequence[Sequence[str]], plan: Plan) -> PossibleCause:
    missing = [int((truth.count(images) == 0).sum()) for images in initial]
    classes, mean = len(plan.classes), statistics.fmean(missing)
    finding = (
        f"{mean:.3g} of {classes} classes have no positive in the initial set"
        f"{f' (mean over {len(missing)} trials)' if len(missing) > 1 else ''}"
    )
    return PossibleCause(cause, Bearing.LIKELY if mean > MOST * classes else Bearing.UNLIKELY, finding)


def _poor(cause: str, truth: Positives, rounds: Sequence[_Round]) -> Iterator[PossibleCause]:
    """Check each suspected criterion against random."""
    by_criterion: dict[str, list[str]] = defaultdict(list)
    for round_ in rounds:
        by_criterion[round_.job.criterion or ""] += round_.picked.images
    richness = {name: float(truth.count(images).sum()) / len(images) for name, images in by_criterion.items() if images}
    if len(richness) < 2 or RANDOM not in richness:
        return
    random = richness.pop(RANDOM)
    poor = [name for name, mean in richness.items() if mean < FEWER * random]
    each = ", ".join(f"{name} {richness[name]:.2f}" for name in poor or richness)
    finding = f"positives per picked image: {each}; random {random:.2f}"
    yield PossibleCause(cause, Bearing.LIKELY if poor else Bearing.UNLIKELY, finding)
