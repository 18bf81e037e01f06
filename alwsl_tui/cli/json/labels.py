"""What people are asked to label, as JSON."""

from collections.abc import Mapping
from typing import Any

from alwsl_tui.drawing.label import why_wanted
from campaigns.core.kappa import PairKappa
from campaigns.services.labelling.requests import LabellingProgress, WantedImage


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
    classes = [
        {"class": each.name, "images": each.images, "same": each.same, "kappa": each.kappa} for each in pair.classes
    ]
    return {"people": [pair.first, pair.second], "classes": classes}
