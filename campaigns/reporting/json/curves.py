"""Learning curves as JSON objects."""

from collections.abc import Iterable

from campaigns.reporting.json.campaigns import Record
from campaigns.reporting.series import Curve, Point, Result


def result_record(result: Result) -> Record:
    """Return learning curves, and what they are measured against."""
    return (
        {
            "classes": list(result.classes),
            "left_out": list(result.left_out),
            "full": result.full,
            "curves": [curve_record(curve, result) for curve in result.curves],
        }
        | _passing(result)
        | ({"full_by_epochs": by_epochs(result.fulls)} if result.fulls else {})
    )


def _passing(result: Result) -> Record:
    return {"not_in_all_rounds": list(result.passing)} if result.passing else {}


def curve_record(curve: Curve, result: Result) -> Record:
    """Return what one criterion has reached, budget by budget."""
    return {"criterion": curve.criterion, "points": [point_record(point, result) for point in curve.points]}


def point_record(point: Point, result: Result) -> Record:
    """Return one budget of a curve; `values` are of the trials in `trial_numbers`, in this order."""
    return {
        "labelled": point.labelled,
        "decisions": point.decisions,
        "seconds": point.seconds,
        "gpu_seconds": point.gpu_seconds,
        "trial_numbers": list(point.numbers),
        "values": list(point.trials),
        "mean": point.mean,
        "sd": point.sd,
        "relative_percent": result.relative(point.mean),
    } | ({"relative_percent_by_epochs": by_epochs(result.relatives(point.mean))} if result.fulls else {})


def by_epochs(values: Iterable[tuple[int, float]]) -> Record:
    """Return values by the epochs of the full model that they belong to."""
    return {str(epochs): value for epochs, value in values}
