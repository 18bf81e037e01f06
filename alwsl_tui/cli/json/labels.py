"""What people are asked to label, as JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

from alwsl_tui.drawing.label import why_wanted
from campaigns.core.kappa import ClassKappa, PairKappa
from campaigns.core.recheck import SelfKappa
from campaigns.services.labelling.backfill import Backfill
from campaigns.services.labelling.classes import AskedClasses, ChangedClasses, words_of
from campaigns.services.labelling.export import SaidLabels
from campaigns.services.labelling.hand_off import HandedOff
from campaigns.services.labelling.import_ import ImportedLabels
from campaigns.services.labelling.recheck import ChangedLabel
from campaigns.services.labelling.requests import LabellingProgress, WantedImage
from campaigns.services.labelling.watch import WatchedFile


def progress_record(progress: LabellingProgress) -> Mapping[str, Any]:
    """Return how far people are."""
    return {
        "round": progress.round,
        "answered": progress.answered,
        "asked": progress.asked,
        "labelled": progress.labelled,
        "budget": progress.budget,
        "tested": progress.tested,
        "tests": progress.tests,
    }


def wanted_record(wanted: WantedImage) -> Mapping[str, Any]:
    """Return one image that is asked for, and why."""
    return {
        "image": wanted.image,
        "path": None if wanted.path is None else str(wanted.path),
        "request": wanted.request,
        "is_test": wanted.is_test,
        "why": why_wanted(wanted),
    }


def kappa_record(pair: PairKappa) -> Mapping[str, Any]:
    """Return how far two people agree, by class."""
    return {"people": [pair.first, pair.second], "classes": _kappas(pair.classes)}


def self_kappa_record(own: SelfKappa) -> Mapping[str, Any]:
    """Return how far a person agrees with themselves, by class."""
    return {"person": own.person, "classes": _kappas(own.classes)}


def _kappas(classes: Sequence[ClassKappa]) -> Sequence[Mapping[str, Any]]:
    return [{"class": each.name, "images": each.images, "same": each.same, "kappa": each.kappa} for each in classes]


def changes_record(image: str, changes: Sequence[ChangedLabel]) -> Mapping[str, Any]:
    """Return which labels of an image an answer changed."""
    return {"image": image, "changes": [{"class": each.name, "was": each.was, "now": each.now} for each in changes]}


def classes_record(asked: AskedClasses) -> Mapping[str, Any]:
    """Return what people are asked about, and how it changed."""
    return {
        "name": asked.campaign.name,
        "classes": [
            {"class": each.name, "yes": each.yes, "no": each.no, "unsure": each.unsure, "unasked": each.unasked}
            for each in asked.classes
        ],
        "changes": [
            {"line": line, "at": change.at, "by": change.by, **words_of(change)} for line, change in asked.changes
        ],
    }


def changed_record(changed: ChangedClasses) -> Mapping[str, Any]:
    """Return what came of a change of classes."""
    return {"lines": list(changed.lines), "notes": list(changed.notes), **classes_record(changed.now)}


def backfill_record(left: Backfill) -> Mapping[str, Any]:
    """Return what is left to be said of one class."""
    return {
        "name": left.progress.campaign.name,
        "class": left.class_name,
        "unasked": left.count,
        "progress": progress_record(left.progress),
        "images": [wanted_record(image) for image in left.images],
    }


def imported_record(imported: ImportedLabels, *, is_trial: bool) -> Mapping[str, Any]:
    """Return what a file of labels said, and what was new of it."""
    labels = imported.labels
    return {
        "name": imported.campaign.name,
        "file": str(labels.path),
        "form": labels.form,
        "is_trial": is_trial,
        "by": imported.by,
        "line": imported.line,
        "answers": imported.answers,
        "known": imported.known,
        "tests": imported.tests,
        "people": imported.people,
        "images": labels.images,
        "ways": {way.value: count for way, count in labels.ways.items()},
        "classes": {
            name: {"yes": count.yes, "no": count.no, "unsure": count.unsure} for name, count in labels.counts().items()
        },
        "skipped": labels.skipped,
        "unlabelled": labels.unlabelled,
        "notes": list(imported.notes),
        "progress": progress_record(imported.progress),
    }


def said_record(labels: SaidLabels) -> Mapping[str, Any]:
    """Return what people said of all images; a class that is not there is unknown."""
    return {
        "name": labels.campaign.name,
        "classes": list(labels.classes),
        "disputed": labels.disputed,
        "images": [
            {
                "image": item.image,
                "labels": {name: str(opinion) for name, opinion in item.labels.items()},
                "skip": item.skip,
                "by": item.by,
                "seconds": item.seconds,
            }
            for item in labels.items
        ],
    }


def handed_off_record(handed: HandedOff) -> Mapping[str, Any]:
    """Return what was handed off, and where it lies."""
    return {
        "name": handed.campaign.name,
        "folder": str(handed.folder),
        "file": str(handed.file),
        "form": handed.form,
        "images": handed.images,
        "tests": handed.tests,
        "predicted": handed.predicted,
        "copied": handed.copied,
        "notes": list(handed.notes),
    }


def watched_record(watched: WatchedFile) -> Mapping[str, Any]:
    """Return what came of a file in a folder that is watched."""
    problem, imported = watched.problem, watched.imported
    return {
        "file": str(watched.file),
        "imported": None if imported is None else imported_record(imported, is_trial=False),
        "error": None if problem is None else problem.message,
        "mistakes": [] if problem is None else [{"where": m.where, "what": m.what} for m in problem.mistakes],
    }
