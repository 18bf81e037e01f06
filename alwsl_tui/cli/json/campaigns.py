"""What services return of campaigns and data sets, as JSON objects: the documented schema, version 1."""

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
from campaigns.services.data import Known
from campaigns.services.monitor.list import CampaignLine
from campaigns.services.monitor.show import CampaignView, JobView
from campaigns.services.repair.repair import Repaired
from campaigns.services.results.rounds import RoundsOf


def arithmetic_record(arithmetic: Arithmetic) -> Record:
    """How workers of a campaign compute, as it is frozen in its recipe."""
    return {
        "device": arithmetic.device,
        "threads": arithmetic.threads,
        "precision": arithmetic.precision,
        "why": arithmetic.why,
    }


def draft_record(found: Draft) -> Record:
    """A campaign that is not yet made."""
    known = found.estimate
    return {
        "name": found.name,
        "dataset": found.dataset,
        "model": found.model,
        "plan": None if found.plan is None else plan_record(found.plan),
        "arithmetic": None if found.arithmetic is None else arithmetic_record(found.arithmetic),
        "estimate": None
        if known is None
        else {
            "seconds": known.seconds,
            "seconds_from": known.seconds_from or None,
            "disk_bytes": known.disk_bytes,
            "disk_from": known.disk_from or None,
        },
        "notes": list(found.notes),
        "command": found.command,
    }


def view_record(seen: CampaignView) -> Record:
    """What a campaign is doing."""
    return campaign_record(seen.row) | {
        "state": seen.state,
        "progress": seen.progress,
        "seconds_left": seen.seconds_left,
        "has_station": seen.has_station,
        "jobs": [_job(one) for one in seen.jobs],
    }


def _job(seen: JobView) -> Record:
    return job_record(seen.row.job) | {
        "state": "stranded" if seen.is_stranded else seen.row.state,
        "progress": seen.progress,
        "mean_ap": seen.mean_ap,
        "waits_because": seen.reason or None,
        "attempt": None if seen.attempt is None else attempt_record(seen.attempt),
    }


def line_record(seen: CampaignLine) -> Record:
    """A campaign in a list."""
    lead = seen.best
    return campaign_record(seen.row) | {
        "state": seen.state,
        "job_counts": {
            "done": seen.done,
            "failed": seen.failed,
            "running": seen.running,
            "all": len(seen.row.plan.jobs),
        },
        "progress": seen.progress,
        "seconds_left": seen.seconds_left,
        "best": None
        if lead is None
        else {"criterion": lead.criterion, "mean_ap": lead.mean, "labelled": lead.labelled, "gap": lead.gap},
        "touched": seen.touched,
    }


def rounds_record(found: RoundsOf) -> list[Record]:
    """Return every round with its average precision by class."""
    classes = found.campaign.plan.classes
    return [round_record(job_row.job, row, classes) for job_row, row in found.rounds]


def repaired_record(found: Repaired) -> Record:
    """What a repair found."""
    return {
        "store": found.store or None,
        "set_aside": None if found.set_aside is None else str(found.set_aside),
        "restored": [
            {"name": one.name, "id": one.id, "is_new": one.is_new, "renamed_from": one.renamed_from or None}
            | {"jobs": one.added.jobs, "attempts": one.added.attempts}
            | {"rounds": one.added.rounds, "epochs": one.added.epochs}
            for one in found.restored
        ],
        "unreadable": [{"where": mistake.where, "what": mistake.what} for mistake in found.unreadable],
        "folderless": list(found.folderless),
        "cleared": list(found.cleared),
        "running": found.running,
    }


def known_record(found: Known) -> Record:
    """A data set that a recipe may name."""
    return {"name": found.name, "title": found.title, "root": found.root, "is_ready": found.is_ready}


def summary_record(found: Summary) -> Record:
    """A data set in numbers."""
    return {
        "name": found.name,
        "notes": list(found.notes),
        "train": _split(found.train, found.classes),
        "test": _split(found.test, found.classes),
    }


def check_record(found: Check) -> Record:
    """What is wrong with a data set, or worth knowing."""
    return summary_record(found.summary) | {
        "is_good": found.is_good,
        "unreadable": [{"split": u.split, "image": u.image, "why": u.why} for u in found.unreadable],
        "unlabelled": list(found.unlabelled),
        "leaks": [{"train": leak.train, "test": leak.test} for leak in found.leaks],
        "differences": [
            {"split": d.split, "what": d.what, "found": d.found, "published": d.published} for d in found.differences
        ],
    }


def _split(found: SplitSummary, classes: tuple[str, ...]) -> Record:
    return {
        "images": found.images,
        "labelled": found.labelled,
        "labels_per_image": found.labels_per_image,
        "positives": dict(zip(classes, found.positives, strict=True)),
        "difficult": dict(zip(classes, found.difficult, strict=True)),
    }
