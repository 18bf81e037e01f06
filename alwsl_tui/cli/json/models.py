"""Trained models and what they say of photographs, as JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from campaigns.home.model_file import ModelDescription
from campaigns.services.results.predict import LabelledPhotograph, Predictions


def description_record(description: ModelDescription) -> dict[str, Any]:
    """Return what a model file says of itself."""
    return asdict(description)


def predictions_record(predictions: Predictions) -> dict[str, Any]:
    """Return what is said of all predictions together: the model, and from which probability on a class is present."""
    return {"model": description_record(predictions.description), "thresholds": dict(predictions.thresholds)}


def prediction_record(prediction: LabelledPhotograph, classes: Sequence[str]) -> dict[str, Any]:
    """Return one photograph: its labels and probabilities, or why it cannot be read."""
    if prediction.problem is not None:
        return {"image": str(prediction.path), "problem": prediction.problem.message}
    return {
        "image": str(prediction.path),
        "labels": list(prediction.labels),
        "probabilities": dict(zip(classes, prediction.probabilities, strict=True)),
    }
