"""Comparisons as JSON objects: the documented schema, version 1."""

from collections.abc import Sequence

from campaigns.reporting.json.campaigns import Record, campaign_record
from campaigns.reporting.json.curves import result_record
from campaigns.services.campaigns.recipe import RecipeDifference
from campaigns.services.results.compare import Comparison


def differences_record(found: Sequence[RecipeDifference]) -> list[Record]:
    """Keys in which recipes differ; None where a recipe does not have the key."""
    return [{"key": one.key, "values": [value or None for value in one.values]} for one in found]


def comparison_record(found: Comparison) -> Record:
    """Several campaigns side by side."""
    return {
        "campaigns": [
            campaign_record(row)
            | {
                "result": result_record(curves),
                "taken": None if taken is None else {"criterion": taken[0], "labelled": taken[1]},
            }
            for row, curves, taken in zip(found.rows, found.results, found.taken, strict=True)
        ],
        "differences": differences_record(found.differences),
        "per_class": [{"class": one.name, "ap": list(one.ap)} for one in found.per_class],
    }
