"""A report as one JSON object: the documented schema, version 1. Numbers are as they were measured, none rounded."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from campaigns.reporting.dossier import Dossier, Provenance
from campaigns.reporting.json.campaigns import Record, campaign_record
from campaigns.reporting.json.cost import cost_record
from campaigns.reporting.json.curves import result_record
from campaigns.reporting.json.picks import pool_record
from campaigns.reporting.opening import opening
from campaigns.reporting.standings import Sample, Standing, Standings
from campaigns.reporting.statistics import Interval

SCHEMA, KIND = 1, "report"


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
        "result": result_record(dossier.result),
        "standings": _standings(dossier.standings),
        "agreement": list(_agreement(dossier)),
        "per_class": [
            {"criterion": one.criterion, "labelled": one.labelled, "trial_numbers": list(one.numbers),
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
        "cost": cost_record(dossier.cost),
        "provenance": _provenance(dossier.provenance),
        "worries": list(dossier.worries),
    }  # fmt: skip


def _campaign(dossier: Dossier) -> Record:
    progress = dossier.progress
    return campaign_record(dossier.campaign) | {
        "is_shrunk": dossier.is_shrunk,
        "state": progress.state.value,
        "progress": progress.share,
        "trials_complete": progress.trials,
        "models_measured": progress.models,
    }


def _agreement(dossier: Dossier) -> Iterator[Record]:
    """Yield every pool that criteria were compared on, trial by trial; round 0 once, for all arms share its pool."""
    told = set()
    for one in sorted(dossier.sent, key=lambda one: one.trial):
        is_shared = one.picked.round == 0
        if is_shared and one.trial in told:
            continue
        told.add(one.trial)
        record = pool_record(one.picked, trial=one.trial, labelled=one.labelled)
        yield record | ({"criterion": None} if is_shared else {})


def _interval(found: Interval | None) -> Record | None:
    return None if found is None else {"low": found.low, "high": found.high, "level": found.level}


def _sample(found: Sample | None) -> Record | None:
    if found is None:
        return None
    return {
        "trial_numbers": list(found.numbers),
        "values": list(found.values),
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
            {"criterion": one.criterion, "rival": one.rival, "labelled": one.budget, "trial_numbers": list(one.numbers),
             "differences": list(one.differences), "mean": one.test.mean, "p": one.test.p, "p_least": one.test.least,
             "is_exact": one.test.is_exact, "p_holm": one.adjusted, "trials_needed": one.trials_needed}
            for one in found.duels
        ],
        "wins": {name: dict(row) for name, row in found.wins.items()},
        "saved": [
            {"criterion": one.criterion, "target": one.target, "what": one.what, "images": one.images,
             "random_images": one.random, "saved_images": one.saved, "interval": _interval(one.interval)}
            for one in found.saved
        ],
        "not_better_than_random": list(found.not_better),
    }  # fmt: skip


def _provenance(found: Provenance) -> Record:
    return {
        "program": found.program,
        "seed": found.seed,
        "fingerprint": asdict(found.fingerprint),
        "notes": list(found.notes),
        "platforms": dict(found.platforms),
        "precisions": dict(found.precisions),
        "taken_over": found.taken_over,
        "recipe": found.recipe,
        "checksums": [
            {"job": one.job, "round": one.round, "file": one.file, "sha256": one.sha256} for one in found.sums
        ],
    }
