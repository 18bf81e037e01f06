"""What services return, as JSON objects: the documented schema, version 1."""

from typing import Any

from campaigns.core.plan import Plan
from campaigns.core.states import JobState
from campaigns.datasets.inspection import Check, SplitSummary, Summary
from campaigns.reporting.series import Result
from campaigns.services.campaigns.draft import Draft
from campaigns.services.data import Known
from campaigns.services.monitor.list import CampaignLine
from campaigns.services.monitor.show import CampaignView, JobView
from campaigns.services.repair.repair import Repaired
from campaigns.services.results.picks import PicksOf
from campaigns.services.results.rounds import RoundsOf
from campaigns.store.rows import CampaignRow

Record = dict[str, Any]


def campaign_record(row: CampaignRow) -> Record:
    """What a campaign is."""
    plan = row.plan
    return {
        "name": row.name,
        "id": row.id,
        "recipe": row.recipe,
        "about": row.about,
        "dataset": row.dataset,
        "model": row.model,
        "created": row.created,
        "plan": sizes_record(plan),
    }


def sizes_record(plan: Plan) -> Record:
    """How large a campaign is."""
    return {
        "trials": plan.trials,
        "criteria": list(plan.criteria),
        "initial": plan.schedule.initial,
        "add": list(plan.schedule.add),
        "epochs": list(plan.schedule.epochs),
        "budget": plan.schedule.budget,
        "reading_points": list(plan.reading_points),
        "train_images": plan.train_images,
        "test_images": plan.test_images,
        "full_epochs": plan.full_epochs if plan.has_full else None,
        "jobs": len(plan.jobs),
        "models": plan.models,
        "classes": list(plan.classes),
    }


def draft_record(found: Draft) -> Record:
    """A campaign that is not yet made."""
    known = found.estimate
    return {
        "name": found.name,
        "dataset": found.dataset,
        "model": found.model,
        "plan": None if found.plan is None else sizes_record(found.plan),
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
        "jobs": [job_record(one) for one in seen.jobs],
    }


def job_record(seen: JobView) -> Record:
    """What a job is doing."""
    attempt = seen.attempt
    return {
        "id": seen.row.job.id,
        "kind": seen.row.job.kind,
        "trial": seen.row.job.trial,
        "criterion": seen.row.job.criterion,
        "state": "stranded" if seen.is_stranded else seen.row.state,
        "progress": seen.progress,
        "mean_ap": seen.mean_ap,
        "waits_because": seen.reason or None,
        "attempt": None
        if attempt is None
        else {
            "number": attempt.number,
            "state": attempt.state,
            "slot": attempt.slot,
            "pid": seen.pid,
            "activity": attempt.activity or None,
            "round": attempt.round,
            "epoch": attempt.epoch,
            "epochs": attempt.epochs,
            "loss": attempt.loss,
            "started": attempt.started,
            "ended": attempt.ended,
            "exit_code": attempt.exit_code,
            "last_words": attempt.last_words or None,
        },
    }


def line_record(seen: CampaignLine) -> Record:
    """A campaign in a list."""
    lead = seen.best
    return campaign_record(seen.row) | {
        "state": seen.state,
        "jobs": {"done": seen.done, "failed": seen.failed, "running": seen.running, "all": len(seen.row.plan.jobs)},
        "progress": seen.progress,
        "seconds_left": seen.seconds_left,
        "best": None
        if lead is None
        else {"criterion": lead.criterion, "mean_ap": lead.mean, "labelled": lead.labelled, "gap": lead.gap},
        "touched": seen.touched,
    }


def result_record(found: Result) -> Record:
    """Learning curves."""
    return {
        "classes": list(found.classes),
        "left_out": list(found.left_out),
        "full": found.full,
        "curves": [
            {
                "criterion": curve.criterion,
                "points": [
                    {
                        "labelled": point.labelled,
                        "decisions": point.decisions,
                        "seconds": point.seconds,
                        "gpu_seconds": point.gpu_seconds,
                        "trials": list(point.trials),
                        "numbers": list(point.numbers),
                        "mean": point.mean,
                        "sd": point.sd,
                        "relative": found.relative(point.mean),
                    }
                    for point in curve.points
                ],
            }
            for curve in found.curves
        ],
    }


def rounds_record(found: RoundsOf) -> list[Record]:
    """Every round with its average precision by class."""
    return [
        {
            "job": job_row.job.id,
            "kind": job_row.job.kind,
            "trial": job_row.job.trial,
            "criterion": job_row.job.criterion,
            "round": row.number,
            "labelled": row.labelled,
            "mean_ap": row.mean_ap,
            "ap": dict(zip(found.campaign.plan.classes, row.ap, strict=True)) if row.ap else None,
            "seconds": {
                "train": row.train_seconds,
                "evaluate": row.evaluate_seconds,
                "score": row.score_seconds,
                "select": row.select_seconds,
            },
            "reused_from": row.reused_from,
            "state": JobState.RUNNING if row.done is None else JobState.DONE,
        }
        for job_row, row in found.rounds
    ]


def picks_record(found: PicksOf) -> Record:
    """What one round sent for labelling, and why."""
    about = {"name": found.campaign.name, "trial": found.trial, "collapsed": False}
    return about | {key: value for key, value in found.content.items() if key != "schema"}


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
    return {"name": found.name, "title": found.title, "root": found.root, "ready": found.is_ready}


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
        "good": found.is_good,
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
