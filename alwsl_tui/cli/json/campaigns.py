"""What services return of campaigns and data sets, as JSON objects: the documented schema, version 1."""

from collections.abc import Sequence

from campaigns.core.makespan import Spread
from campaigns.datasets.inspection import Check, SplitSummary, Summary
from campaigns.reporting.json.campaigns import (
    Record,
    attempt_record,
    campaign_record,
    job_record,
    plan_record,
    round_record,
)
from campaigns.services.campaigns.arithmetic import Arithmetic
from campaigns.services.campaigns.draft import Draft
from campaigns.services.campaigns.extend import Extended
from campaigns.services.data import Known
from campaigns.services.monitor.show import CampaignView, JobView
from campaigns.services.repair.repair import Repaired
from campaigns.services.results.rounds import RoundKey, RoundsOf, RoundsToday


def arithmetic_record(arithmetic: Arithmetic) -> Record:
    """Return how workers of a campaign compute, as it is frozen in its recipe."""
    return {
        "device": arithmetic.device,
        "threads": arithmetic.threads,
        "precision": arithmetic.precision,
        "why": arithmetic.why,
    }


def draft_record(draft: Draft) -> Record:
    """Return a campaign that is not yet made."""
    known = draft.estimate
    return {
        "name": draft.name,
        "dataset": draft.dataset,
        "model": draft.model,
        "plan": None if draft.plan is None else plan_record(draft.plan),
        "arithmetic": None if draft.arithmetic is None else arithmetic_record(draft.arithmetic),
        "order": draft.order,
        "estimate": None
        if known is None
        else {
            "seconds": known.seconds,
            "seconds_from": known.seconds_from or None,
            "disk_bytes": known.disk_bytes,
            "disk_from": known.disk_from or None,
        },
        "notes": list(draft.notes),
        "command": draft.command,
    }


def spread_record(over: Spread) -> Record:
    """Return how a plan spreads over slots."""
    return {"count": over.slots, "speedup": over.speedup, "share_at_work": over.share, "most": over.most}


def extended_record(extended: Extended) -> Record:
    """Return a campaign that has a larger budget now, and what is asked for besides."""
    row = extended.campaign
    return {
        "name": row.name,
        "id": row.id,
        "add": list(extended.add),
        "budget": row.plan.schedule.budget,
        "left": extended.left,
        "was_cut_off": extended.was_cut_off,
    }


def view_record(view: CampaignView) -> Record:
    """Return what a campaign is doing."""
    return campaign_record(view.row) | {
        "state": view.state,
        "progress": view.progress,
        "seconds_left": view.seconds_left,
        "has_station": view.has_station,
        "jobs": [_job(job) for job in view.jobs],
    }


def _job(job: JobView) -> Record:
    return job_record(job.row.job) | {
        "state": job.standing,
        "progress": job.progress,
        "value": job.value,
        "waits_because": job.reason or None,
        "attempt": None if job.attempt is None else attempt_record(job.attempt, pid=job.pid),
    }


def rounds_record(rounds: RoundsOf) -> list[Record]:
    """Return every round with its average precision by class."""
    classes = rounds.campaign.plan.classes
    return [
        round_record(job_row.job, row, classes, rounds.further.get((row.job, row.number)))
        | {"today": _today(rounds.today, (row.job, row.number), classes)}
        for job_row, row in rounds.rounds
    ]


def _today(today: RoundsToday, key: RoundKey, classes: Sequence[str]) -> Record | None:
    row = today.rounds.get(key)
    if row is None:
        return None
    return {"value": row.value, "per_class": row.by_class(classes), "further": dict(today.further.get(key, {}))}


def repaired_record(repaired: Repaired) -> Record:
    """Return what a repair restored."""
    return {
        "store": repaired.store or None,
        "set_aside": None if repaired.set_aside is None else str(repaired.set_aside),
        "restored": [
            {
                "name": restored.name,
                "id": restored.id,
                "is_new": restored.is_new,
                "is_longer": restored.is_longer,
                "renamed_from": restored.renamed_from or None,
            }
            | {"jobs": restored.added.jobs, "attempts": restored.added.attempts}
            | {"rounds": restored.added.rounds, "epochs": restored.added.epochs}
            for restored in repaired.restored
        ],
        "unreadable": [{"where": mistake.where, "what": mistake.what} for mistake in repaired.unreadable],
        "folderless": list(repaired.folderless),
        "cleared": list(repaired.cleared),
        "running": repaired.running,
        "moved": None if repaired.moved is None else str(repaired.moved),
    }


def known_record(dataset: Known) -> Record:
    """Return a data set that a recipe may name."""
    return {"name": dataset.name, "title": dataset.title, "root": dataset.root, "is_ready": dataset.is_ready}


def summary_record(summary: Summary) -> Record:
    """Return a data set in numbers."""
    return {
        "name": summary.name,
        "notes": list(summary.notes),
        "train": _split(summary.train, summary.classes),
        "test": _split(summary.test, summary.classes),
    }


def check_record(check: Check) -> Record:
    """Return what is wrong with a data set, or worth knowing."""
    return summary_record(check.summary) | {
        "is_good": check.is_good,
        "unreadable": [{"split": u.split, "image": u.image, "why": u.why} for u in check.unreadable],
        "unlabelled": list(check.unlabelled),
        "leaks": [{"train": leak.train, "test": leak.test} for leak in check.leaks],
        "differences": [
            {"split": d.split, "what": d.what, "found": d.found, "published": d.published} for d in check.differences
        ],
    }


def _split(split: SplitSummary, classes: tuple[str, ...]) -> Record:
    return {
        "images": split.images,
        "labelled": split.labelled,
        "labels_per_image": split.labels_per_image,
        "positives": dict(zip(classes, split.positives, strict=True)),
        "difficult": dict(zip(classes, split.difficult, strict=True)),
    }
