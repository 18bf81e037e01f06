"""A report as tidy tables: a row an observation, a column a variable, nothing merged and nothing rounded."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

from campaigns.core.text import printable
from campaigns.reporting.dossier import Dossier

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Tidy:
    """One table; its rows are made while they are written."""

    name: str
    """Of the file, without its ending."""
    columns: tuple[str, ...]
    rows: Callable[[Dossier], Iterable[Sequence[Cell]]]


def write(table: Tidy, dossier: Dossier, file: TextIO) -> None:
    """Write one table as CSV (RFC 4180, but with line feeds); text that a spreadsheet would reckon with is quoted."""
    out = csv.writer(file, lineterminator="\n")
    out.writerow(table.columns)
    out.writerows([safe(cell) if isinstance(cell, str) else cell for cell in row] for row in table.rows(dossier))


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula. Source: OWASP, CSV injection."""
    shown = printable(text)
    return f"'{shown}" if shown.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else shown


def _campaign(d: Dossier) -> Iterator[Sequence[Cell]]:
    row, plan, far = d.campaign, d.campaign.plan, d.progress
    yield "name", row.name
    yield "id", row.id
    yield "about", row.about
    yield "is_shrunk", int(d.is_shrunk)
    yield "dataset", row.dataset
    yield "model", row.model
    yield "train_images", plan.train_images
    yield "test_images", plan.test_images
    yield "classes", len(plan.classes)
    yield "classes_averaged", len(d.result.classes)
    yield "trials", plan.trials
    yield "trials_complete", far.trials
    yield "state", far.state.value
    yield "full_value", d.result.full
    for epochs, value in d.result.fulls:
        yield f"full_value_{epochs}_epochs", value
    yield "delta_ag_percent", d.cost.delta_ag_percent
    yield "seed", d.provenance.seed
    yield "images_fingerprint", d.provenance.fingerprint.images
    yield "labels_fingerprint", d.provenance.fingerprint.labels
    yield "program", d.provenance.program


def _curves(d: Dossier) -> Iterator[Sequence[Cell]]:
    for curve in d.result.curves:
        for point in curve.points:
            for number, value in zip(point.numbers, point.trials, strict=True):
                yield curve.criterion, number, point.labelled, value, d.result.relative(value)


def _rounds(d: Dossier) -> Iterator[Sequence[Cell]]:
    for row in d.cost.rounds:
        steps = (row.prepare, row.train, row.evaluate, row.score, row.select)
        yield row.job, row.trial, row.criterion, row.round, row.labelled, *steps, row.slot or None


def _further(d: Dossier) -> Iterator[Sequence[Cell]]:
    for entry in d.further:
        job = entry.job
        yield job.id, job.trial, job.criterion, entry.round, entry.labelled, entry.metric, entry.value


def _votes(d: Dossier) -> Iterator[Sequence[Cell]]:
    for sent in d.sent:
        for place, images in enumerate(sent.picked.agreement.votes.tolist(), 1):
            yield sent.criterion, sent.trial, sent.picked.round, sent.labelled, place, images


def _overlap(d: Dossier) -> Iterator[Sequence[Cell]]:
    for sent in d.sent:
        names, n = sent.picked.criteria, sent.picked.n
        shared, kendall = sent.picked.agreement.overlap.tolist(), sent.picked.agreement.kendall.tolist()
        for at, first in enumerate(names):
            for to in range(at + 1, len(names)):
                key = (sent.criterion, sent.trial, sent.picked.round, sent.labelled, first, names[to])
                yield *key, shared[at][to], n, kendall[at][to]


def _per_class(d: Dossier) -> Iterator[Sequence[Cell]]:
    for point in d.classes:
        for number, aps in zip(point.numbers, point.trials, strict=True):
            for name, ap in zip(point.classes, aps, strict=True):
                yield point.criterion, number, point.labelled, name, ap


def _discovery(d: Dossier) -> Iterator[Sequence[Cell]]:
    if d.discovery is None:
        return
    for row in d.discovery.rows:
        for at, name in enumerate(d.campaign.plan.classes):
            yield row.criterion, row.trial, row.labelled, name, row.positives[at], d.discovery.totals[at]


def _claims(d: Dossier) -> Iterator[Sequence[Cell]]:
    for claim in d.claims:
        yield claim.key, claim.text, claim.verdict.value, claim.measured, claim.trials, claim.reason, claim.source


def _standings(d: Dossier) -> Iterator[Sequence[Cell]]:
    for row in d.standings.rows:
        for budget, sample in (*zip(d.standings.budgets, row.readings, strict=True), (None, row.area)):
            if sample is not None:
                ends = (None, None) if sample.interval is None else (sample.interval.low, sample.interval.high)
                students = (None, None) if sample.student is None else (sample.student.low, sample.student.high)
                yield row.criterion, budget, len(sample.values), sample.mean, sample.sd, *ends, *students


def _duels(d: Dossier) -> Iterator[Sequence[Cell]]:
    for duel in d.standings.duels:
        test = duel.test
        key = (duel.criterion, duel.rival, duel.budget, test.trials, test.mean)
        yield *key, test.p, test.least, duel.adjusted, int(test.is_exact), duel.trials_needed


def _picks(d: Dossier) -> Iterator[Sequence[Cell]]:
    for sent in d.sent:
        key = (sent.criterion, sent.trial, sent.picked.round, sent.labelled)
        for place, pick in enumerate(sent.picked.picks, 1):
            yield *key, place, pick.image, pick.votes, pick.value, pick.list, pick.turn


def _sums(d: Dossier) -> Iterator[Sequence[Cell]]:
    for sealed in d.provenance.sums:
        yield sealed.job, sealed.round, sealed.file, sealed.sha256


_ARM = ("criterion", "trial")
TABLES: tuple[Tidy, ...] = (
    Tidy("campaign", ("key", "value"), _campaign),
    Tidy("curves", (*_ARM, "labelled", "value", "relative_percent"), _curves),
    Tidy("standings", ("criterion", "labelled", "trials", "mean", "sd", "bootstrap_low", "bootstrap_high",
                       "student_low", "student_high"), _standings),
    Tidy("duels", ("criterion", "rival", "labelled", "trials", "difference", "p", "least_p", "holm_p", "is_exact",
                   "trials_needed"), _duels),
    Tidy("claims", ("claim", "text", "verdict", "measured", "trials", "reason", "source"), _claims),
    Tidy("votes", (*_ARM, "round", "labelled", "votes", "images"), _votes),
    Tidy("overlap", (*_ARM, "round", "labelled", "first", "second", "shared", "n", "kendall"), _overlap),
    Tidy("per_class", (*_ARM, "labelled", "class", "value"), _per_class),
    Tidy("discovery", (*_ARM, "labelled", "class", "positives", "of"), _discovery),
    Tidy("rounds", ("job", "trial", "criterion", "round", "labelled", "prepare_seconds", "train_seconds",
                    "evaluate_seconds", "score_seconds", "select_seconds", "slot"), _rounds),
    Tidy("further_metrics", ("job", "trial", "criterion", "round", "labelled", "metric", "value"), _further),
    Tidy("picks", (*_ARM, "round", "labelled", "place", "image", "votes", "value", "list", "turn"), _picks),
    Tidy("checksums", ("job", "round", "file", "sha256"), _sums),
)  # fmt: skip
"""In `standings` and `duels` an empty `labelled` means the area under the learning curve."""
