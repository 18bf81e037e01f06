"""A campaign, its plan, its jobs, attempts and rounds as JSON objects."""

from collections.abc import Mapping, Sequence
from typing import Any

from campaigns.core.ids import Job, JobKind
from campaigns.core.plan import Plan
from campaigns.core.states import JobState
from campaigns.store.rows import AttemptRow, CampaignRow, RoundRow

Record = dict[str, Any]


def campaign_record(row: CampaignRow) -> Record:
    """Return what a campaign is."""
    return {
        "name": row.name,
        "id": row.id,
        "recipe": row.recipe,
        "about": row.about,
        "dataset": row.dataset,
        "model": row.model,
        "created": row.created,
        "plan": plan_record(row.plan),
    }


def plan_record(plan: Plan) -> Record:
    """Return how large a campaign is."""
    schedule = plan.schedule
    return {
        "trials": plan.trials,
        "criteria": list(plan.criteria),
        "initial": schedule.initial,
        "add": list(schedule.add),
        "epochs": list(schedule.epochs),
        "labelled": [schedule.labelled(round_) for round_ in schedule.rounds],
        "budget": schedule.budget,
        "reading_points": list(plan.reading_points),
        "train_images": plan.train_images,
        "test_images": plan.test_images,
        "until": plan.until,
        "task": plan.yardstick.task,
        "metric": plan.yardstick.metric,
        "full_epochs": _full_epochs(plan) if plan.has_full else None,
        "jobs": len(plan.jobs),
        "models": plan.models,
        "classes": list(plan.classes),
    }


def _full_epochs(plan: Plan) -> int | list[int]:
    return list(plan.full_epochs) if isinstance(plan.full_epochs, tuple) else plan.full_epochs


def job_record(job: Job) -> Record:
    """Return which job it is; of one that scores a part of a long pool also the round and the part."""
    record: Record = {"job": job.id, "kind": job.kind, "trial": job.trial, "criterion": job.criterion}
    return record | {"round": job.round, "shard": job.shard} if job.kind is JobKind.SCORE else record


def attempt_record(attempt: AttemptRow, *, pid: int | None) -> Record:
    """Return how one attempt at a job goes, or went; `pid` is of its process on this machine."""
    return {
        "number": attempt.number,
        "state": attempt.state,
        "slot": attempt.slot,
        "pid": pid,
        "activity": attempt.doing or None,
        "standing": attempt.standing or None,
        "standing_since": attempt.standing_since,
        "node": attempt.node or None,
        "round": attempt.round,
        "epoch": attempt.epoch,
        "epochs": attempt.epochs,
        "loss": attempt.loss,
        "started": attempt.started,
        "ended": attempt.ended,
        "exit_code": attempt.exit_code,
        "last_words": attempt.last_words or None,
    }


def round_record(
    job: Job, row: RoundRow, classes: Sequence[str], further: Mapping[str, float | None] | None = None
) -> Record:
    """Return what one round of a job came to, with the value of each class; `classes` are those of the plan."""
    return job_record(job) | {
        "round": row.number,
        "labelled": row.labelled,
        "state": JobState.RUNNING if row.done is None else JobState.DONE,
        "metric": row.metric,
        "value": row.value,
        "per_class": row.by_class(classes) if row.per_class else None,
        "further": dict(further or {}),
        "train_seconds": row.train_seconds,
        "evaluate_seconds": row.evaluate_seconds,
        "score_seconds": row.score_seconds,
        "select_seconds": row.select_seconds,
        "reused_from": row.reused_from,
    }
