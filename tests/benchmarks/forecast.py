"""How good forecasts are, on stored campaigns: `python -m tests.benchmarks.forecast NAME… [--home H] [--classes A,B]`.

First the error of each form and of their mean against "it stays as it is", by horizon, one trial's curve at a time, as
a practitioner has it. Then where rules would stop, and what each gives up: the best mAP measured later less the mAP
there. A rule that needs scores which the home no longer keeps is skipped, and that is printed.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import numpy as np

from campaigns.errors import AlwslError
from campaigns.reporting.extrapolation import FORMS, LEAST_POINTS, backtest, continued, half_width, outlook
from campaigns.reporting.forecast import LEVEL
from campaigns.services.results.curves import load_curves
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.campaigns import get_campaign
from campaigns.store.rows import CampaignRow
from tests.benchmarks.measuring import table
from tests.benchmarks.stopping import RULES, Arm, scored_rounds

HORIZONS = (1, 2, 4)
"""Batches ahead."""
MOST_STARTS = 12
"""Beyond so many starts a table shows horizons alone."""
LARGE, OF_STAYS, BESIDE = 0.02, 0.6, 0.003
"""The bar: where the true gain is `LARGE` or more, the error is at most `OF_STAYS` of that of "stays"; elsewhere it is
at most that much above it."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One forecast of one trial, and what was measured; mAP in [0, 1]."""

    steps: int
    start: int
    labelled: int
    gain: float
    """Measured later less measured last."""
    errors: dict[str, float]
    """By form, absolute; `stays` and `mean` among them."""
    half: float | None
    """Half the width of the interval; None before a forecast has been tried on the curve."""


def main() -> int:
    """Read, compute, print; another exit code when a campaign cannot be read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="+", metavar="NAME")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--classes", default="", help="average over these classes only, separated by commas")
    options = parser.parse_args()
    classes = [name for name in options.classes.split(",") if name]
    try:
        place = open_workspace(options.home, is_making=False)
        for name in options.names:
            show(place, name, classes)
    except AlwslError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def show(place: Workspace, name: str, classes: Sequence[str]) -> None:
    """Print both tables of a campaign."""
    with place.store() as store:
        row = get_campaign(store, name)
    arms = list(arms_of(place, row, classes))
    print(f"{name}: {len(arms)} curves of {row.plan.trials} trials × {', '.join(row.plan.criteria)}")
    trials = [trial for arm in arms for trial in forecasts(arm)]
    if not trials:
        most = max((len(arm.images) for arm in arms), default=0)
        print(f"{most} budgets are measured: a back-test takes {LEAST_POINTS + 1}\n")
        return
    print_errors(trials)
    print_stops(place, row, arms)


def arms_of(place: Workspace, row: CampaignRow, classes: Sequence[str]) -> Iterator[Arm]:
    """Yield the curve of every criterion in every trial, as far as it is measured."""
    for curve in load_curves(place, row.id, classes=classes).curves:
        for number in range(row.plan.trials):
            points = [
                (point.labelled, dict(zip(point.numbers, point.trials, strict=True))[number])
                for point in curve.points
                if number in point.numbers
            ]
            yield Arm(curve.criterion, number, tuple(n for n, _ in points), tuple(value for _, value in points))


def forecasts(arm: Arm) -> Iterator[Trial]:
    """Yield every forecast of a curve, at every horizon, from one point more than any form needs."""
    for steps in HORIZONS:
        for end in range(LEAST_POINTS + 1, len(arm.images) - steps + 1):
            images, values = arm.images[:end], arm.values[:end]
            labelled, truth = arm.images[end + steps - 1], arm.values[end + steps - 1]
            made = {form: float(continued(form, images, values, [labelled])[0]) for form in FORMS}
            made |= {"stays": values[-1], "mean": float(outlook(images, values, [labelled])[0])}
            errors = {form: abs(value - truth) for form, value in made.items()}
            half = half_width(backtest(images, values), images[-1], labelled, level=LEVEL)
            yield Trial(steps, images[-1], labelled, truth - values[-1], errors, half)


def print_errors(trials: Sequence[Trial]) -> None:
    """Print mean absolute errors in points, by horizon, and whether the bar is met."""
    rows = []
    for steps in HORIZONS:
        ahead = [trial for trial in trials if trial.steps == steps]
        starts = sorted({(trial.start, trial.labelled) for trial in ahead})
        for start, labelled in starts if len(starts) <= MOST_STARTS else ():
            group = [trial for trial in ahead if (trial.start, trial.labelled) == (start, labelled)]
            rows.append((f"{start} → {labelled}", *_cells(group)))
        if ahead:
            rows.append((f"{steps} ahead", *_cells(ahead)))
    names = ("stays", *FORMS, "mean")
    print("mean error in points of mAP; gain: measured; held: intervals of 80 % that hold it; width: of these")
    print(table(("images", "n", "gain", *names, "of stays", "bar", "held", "width"), rows))
    print()


def _cells(trials: Sequence[Trial]) -> tuple[str, ...]:
    gain = fmean(trial.gain for trial in trials)
    errors = {form: fmean(trial.errors[form] for trial in trials) for form in ("stays", *FORMS, "mean")}
    limit = OF_STAYS * errors["stays"] if gain >= LARGE else errors["stays"] + BESIDE
    given = [(trial.errors["mean"], trial.half) for trial in trials if trial.half is not None]
    held = f"{100 * fmean(error <= half for error, half in given):.0f} %" if given else "–"
    width = f"{200 * fmean(half for _, half in given):.1f}" if given else "–"
    share = f"{errors['mean'] / errors['stays']:.2f}" if errors["stays"] else "–"
    points = (f"{100 * error:.1f}" for error in errors.values())
    bar = "met" if errors["mean"] <= limit else "missed"
    return (str(len(trials)), f"{100 * gain:+.1f}", *points, share, bar, held, width)


def print_stops(place: Workspace, row: CampaignRow, arms: Sequence[Arm]) -> None:
    """Print where each rule stops, by criterion, and what it gives up."""
    scored = [scored_rounds(place, row, arm) for arm in arms]
    rows, skipped = [], []
    for rule in RULES:
        cells = []
        for criterion in row.plan.criteria:
            stops = [
                rule.stop(arm, rounds)
                for arm, rounds in zip(arms, scored, strict=True)
                if arm.criterion == criterion and (rounds or not rule.needs_scores)
            ]
            count = sum(arm.criterion == criterion for arm in arms)
            if len(stops) < count:
                skipped.append(f"{rule.name}: {count - len(stops)} of {count} curves of {criterion} lack scores")
            mine = [arm for arm in arms if arm.criterion == criterion]
            cells.append(_stopped(mine, stops) if len(stops) == count else "skipped")
        rows.append((rule.name, *cells))
    print("where rules stop (trials: images, points of mAP given up: the best measured later less that there)")
    print(table(("rule", *row.plan.criteria), rows))
    for line in skipped:
        print(f"skipped: {line}")
    print()


def _stopped(arms: Sequence[Arm], stops: Sequence[int | None]) -> str:
    """Say how many stop, where, and what they give up."""
    ended = [(arm.images[at], arm.given_up(at)) for arm, at in zip(arms, stops, strict=True) if at is not None]
    if not ended:
        return "never"
    places, losses = np.array([images for images, _ in ended]), 100 * np.array([loss for _, loss in ended])
    where = f"{places.min()}" if np.ptp(places) == 0 else f"{places.min()}–{places.max()}"
    return f"{len(ended)} of {len(arms)}: {where}, {losses.min():.1f} to {losses.max():.1f}"


if __name__ == "__main__":
    sys.exit(main())
