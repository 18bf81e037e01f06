"""A report as one JSON object: the documented schema, version 1. Numbers are as they were measured, none rounded."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from campaigns.reporting.dossier import Dossier, Provenance
from campaigns.reporting.json.campaigns import Record, campaign_record
from campaigns.reporting.json.cost import cost_record
from campaigns.reporting.json.curves import result_record
from campaigns.reporting.json.forecast import campaign_forecast_record
from campaigns.reporting.json.foresight import foresight_records
from campaigns.reporting.json.picks import pool_record
from campaigns.reporting.opening import opening
from campaigns.reporting.standings import Sample, Standing, Standings
from campaigns.reporting.statistics import Interval

SCHEMA, KIND = 1, "report"


def report(dossier: Dossier) -> Record:
    """Return all of it but pictures and the long list of picks, which is a table."""
    headline = opening(dossier)
    return {
        "schema": SCHEMA,
        "kind": KIND,
        "campaign": _campaign(dossier),
        "headline": [headline.text, *headline.more],
        "checklist": [
            {"cause": possible.cause, "bearing": possible.bearing, "found": possible.found}
            for possible in dossier.causes
        ],
        "claims": [
            {"key": claim.key, "text": claim.text, "verdict": claim.verdict.value, "measured": claim.measured,
             "trials": claim.trials, "reason": claim.reason, "source": claim.source}
            for claim in dossier.claims
        ],
        "result": result_record(dossier.result),
        "forecast": campaign_forecast_record(dossier.campaign.plan, dossier.result),
        "foresight": foresight_records(dossier.foresights),
        "standings": _standings(dossier.standings),
        "agreement": list(_agreement(dossier)),
        "per_class": [
            {"criterion": row.criterion, "labelled": row.labelled, "trial_numbers": list(row.numbers),
             "mean": list(row.means), "sd": list(row.sds)}
            | ({"classes": list(row.classes)} if row.classes != dossier.campaign.plan.classes else {})
            for row in dossier.classes
        ],
        "discovery": None if dossier.discovery is None else {
            "images": dossier.discovery.images,
            "positives": list(dossier.discovery.totals),
            "found": [
                {"criterion": row.criterion, "trial": row.trial, "labelled": row.labelled,
                 "positives": list(row.positives)}
                for row in dossier.discovery.rows
            ],
        },
        "further_metrics": [
            {"job": entry.job.id, "round": entry.round, "labelled": entry.labelled, "metric": entry.metric,
             "value": entry.value}
            for entry in dossier.further
        ],
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
    for sent in sorted(dossier.sent, key=lambda sent: sent.trial):
        is_shared = sent.picked.round == 0
        if is_shared and sent.trial in told:
            continue
        told.add(sent.trial)
        record = pool_record(sent.picked, trial=sent.trial, labelled=sent.labelled)
        yield record | ({"criterion": None} if is_shared else {})


def _interval(interval: Interval | None) -> Record | None:
    return None if interval is None else {"low": interval.low, "high": interval.high, "level": interval.level}


def _sample(sample: Sample | None) -> Record | None:
    if sample is None:
        return None
    return {
        "trial_numbers": list(sample.numbers),
        "values": list(sample.values),
        "mean": sample.mean,
        "sd": sample.sd,
        "bootstrap": _interval(sample.interval),
        "student": _interval(sample.student),
    }


def _points(row: Standing, budgets: Sequence[int]) -> list[Record]:
    return [
        {"labelled": labelled, **(_sample(reading) or {})}
        for labelled, reading in zip(budgets, row.readings, strict=True)
        if reading is not None
    ]


def _standings(standings: Standings) -> Record:
    return {
        "budgets": list(standings.budgets),
        "rows": [
            {"criterion": row.criterion, "area": _sample(row.area), "points": _points(row, standings.budgets)}
            for row in standings.rows
        ],
        "duels": [
            {"criterion": duel.criterion, "rival": duel.rival, "labelled": duel.budget,
             "trial_numbers": list(duel.numbers), "differences": list(duel.differences), "mean": duel.test.mean,
             "p": duel.test.p, "p_least": duel.test.least, "is_exact": duel.test.is_exact, "p_holm": duel.adjusted,
             "trials_needed": duel.trials_needed}
            for duel in standings.duels
        ],
        "wins": {name: dict(row) for name, row in standings.wins.items()},
        "saved": [
            {"criterion": goal.criterion, "target": goal.target, "what": goal.what, "images": goal.images,
             "random_images": goal.random, "saved_images": goal.saved, "interval": _interval(goal.interval)}
            for goal in standings.saved
        ],
        "not_better_than_random": list(standings.not_better),
    }  # fmt: skip


def _provenance(provenance: Provenance) -> Record:
    return {
        "program": provenance.program,
        "seed": provenance.seed,
        "fingerprint": asdict(provenance.fingerprint),
        "notes": list(provenance.notes),
        "platforms": dict(provenance.platforms),
        "precisions": dict(provenance.precisions),
        "node_kinds": dict(provenance.node_kinds),
        "taken_over": provenance.taken_over,
        "recipe": provenance.recipe,
        "checksums": [
            {"job": sealed.job, "round": sealed.round, "file": sealed.file, "sha256": sealed.sha256}
            for sealed in provenance.sums
        ],
    }
