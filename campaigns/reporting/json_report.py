"""A report as one JSON object: the documented schema, version 1. Numbers are as they were measured, none rounded."""

from collections.abc import Sequence
from typing import Any

from campaigns.reporting.dossier import Agreed, Dossier, Provenance
from campaigns.reporting.opening import opening
from campaigns.reporting.series import Curve, Result
from campaigns.reporting.standings import Sample, Standing, Standings
from campaigns.reporting.statistics import Interval

SCHEMA, KIND = 1, "report"
Record = dict[str, Any]


def report(dossier: Dossier) -> Record:
    """All of it, but for pictures and the long list of picks, which is a table."""
    said = opening(dossier)
    return {
        "schema": SCHEMA,
        "kind": KIND,
        "campaign": _campaign(dossier),
        "headline": [said.text, *said.more],
        "checklist": [{"cause": one.cause, "bearing": one.bearing, "found": one.found} for one in dossier.causes],
        "claims": [
            {"key": one.key, "text": one.text, "verdict": one.verdict.value, "measured": one.measured,
             "trials": one.trials, "reason": one.reason, "source": one.source}
            for one in dossier.claims
        ],
        "result": _result(dossier.result),
        "standings": _standings(dossier.standings),
        "agreement": [_agreed(one) for one in dossier.agreed],
        "per_class": [
            {"criterion": one.criterion, "labelled": one.labelled, "trials": list(one.numbers),
             "mean": list(one.means), "sd": list(one.sds)}
            for one in dossier.classes
        ],
        "discovery": None if dossier.discovery is None else {
            "images": dossier.discovery.images,
            "positives": list(dossier.discovery.totals),
            "found": [
                {"criterion": one.criterion, "trial": one.trial, "labelled": one.labelled,
                 "positives": list(one.positives)}
                for one in dossier.discovery.rows
            ],
        },
        "cost": _cost(dossier),
        "provenance": _provenance(dossier.provenance),
        "worries": list(dossier.worries),
    }  # fmt: skip


def _campaign(dossier: Dossier) -> Record:
    row, plan, far = dossier.campaign, dossier.campaign.plan, dossier.progress
    return {
        "name": row.name,
        "id": row.id,
        "recipe": row.recipe,
        "about": row.about,
        "is_shrunk": dossier.is_shrunk,
        "dataset": row.dataset,
        "model": row.model,
        "criteria": list(plan.criteria),
        "trials": plan.trials,
        "schedule": [plan.schedule.labelled(round_) for round_ in plan.schedule.rounds],
        "reading_points": list(plan.reading_points),
        "train_images": plan.train_images,
        "test_images": plan.test_images,
        "classes": list(plan.classes),
        "state": far.state.value,
        "progress": far.share,
        "trials_complete": far.trials,
        "models_measured": far.models,
    }


def _result(found: Result) -> Record:
    return {
        "classes": list(found.classes),
        "left_out": list(found.left_out),
        "full": found.full,
        "curves": [_curve(curve, found) for curve in found.curves],
    }


def _curve(curve: Curve, found: Result) -> Record:
    return {
        "criterion": curve.criterion,
        "points": [
            {"labelled": point.labelled, "numbers": list(point.numbers), "trials": list(point.trials),
             "mean": point.mean, "sd": point.sd, "relative_percent": found.relative(point.mean)}
            for point in curve.points
        ],
    }  # fmt: skip


def _interval(found: Interval | None) -> Record | None:
    return None if found is None else {"low": found.low, "high": found.high, "level": found.level}


def _sample(found: Sample | None) -> Record | None:
    if found is None:
        return None
    return {
        "numbers": list(found.numbers),
        "trials": list(found.values),
        "mean": found.mean,
        "sd": found.sd,
        "bootstrap": _interval(found.interval),
        "student": _interval(found.student),
    }


def _points(row: Standing, budgets: Sequence[int]) -> list[Record]:
    return [
        {"labelled": labelled, **(_sample(one) or {})}
        for labelled, one in zip(budgets, row.readings, strict=True)
        if one is not None
    ]


def _standings(found: Standings) -> Record:
    return {
        "budgets": list(found.budgets),
        "rows": [
            {"criterion": row.criterion, "area": _sample(row.area), "points": _points(row, found.budgets)}
            for row in found.rows
        ],
        "duels": [
            {"criterion": one.criterion, "rival": one.rival, "labelled": one.budget, "numbers": list(one.numbers),
             "differences": list(one.differences), "mean": one.test.mean, "p": one.test.p, "p_least": one.test.least,
             "exact": one.test.is_exact, "p_holm": one.adjusted, "trials_needed": one.trials_needed}
            for one in found.duels
        ],
        "wins": {name: dict(row) for name, row in found.wins.items()},
        "saved": [
            {"criterion": one.criterion, "target": one.target, "what": one.what, "images": one.images,
             "random": one.random, "saved": one.saved, "interval": _interval(one.interval)}
            for one in found.saved
        ],
        "not_better_than_random": list(found.not_better),
    }  # fmt: skip


def _agreed(one: Agreed) -> Record:
    return {
        "criterion": one.criterion,
        "round": one.round,
        "labelled": one.labelled,
        "n": one.n,
        "pool": one.pool,
        "trials": one.trials,
        "criteria": list(one.names),
        "votes": list(one.votes),
        "overlap": [list(row) for row in one.overlap],
        "kendall": [list(row) for row in one.kendall],
        "collapsed": one.collapsed,
    }


def _cost(dossier: Dossier) -> Record:
    found = dossier.cost
    return {
        "seconds": found.seconds,
        "gpu_hours": found.gpu_hours,
        "pass": found.score_pass,
        "criteria": [
            {"criterion": one.criterion, "seconds": one.seconds, "per_image": one.per_image} for one in found.criteria
        ],
        "one": found.one,
        "ag": found.ag,
        "is_ag_bound": found.is_ag_bound,
        "delta_ag_percent": found.delta_ag_percent,
    }


def _provenance(found: Provenance) -> Record:
    return {
        "program": found.program,
        "seed": found.seed,
        "fingerprint": found.fingerprint,
        "notes": list(found.notes),
        "platforms": dict(found.platforms),
        "precisions": dict(found.precisions),
        "taken_over": found.taken_over,
        "recipe": found.recipe,
        "checksums": [
            {"job": one.job, "round": one.round, "file": one.file, "sha256": one.sha256} for one in found.sums
        ],
    }
