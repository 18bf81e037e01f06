"""Comparisons as JSON objects: the documented schema, version 1."""

from collections.abc import Sequence

from campaigns.reporting.json.campaigns import Record, campaign_record
from campaigns.reporting.json.curves import result_record
from campaigns.services.campaigns.recipe import RecipeDifference
from campaigns.services.results.compare import Comparison


def differences_record(differences: Sequence[RecipeDifference]) -> list[Record]:
    """Return the keys in which recipes differ; None where a recipe does not have the key."""
    return [
        {"key": difference.key, "values": [value or None for value in difference.values]} for difference in differences
    ]


def comparison_record(comparison: Comparison) -> Record:
    """Return several campaigns side by side."""
    return {
        "campaigns": [
            campaign_record(row)
            | {
                "result": result_record(curves),
                "taken": None if taken is None else {"criterion": taken[0], "labelled": taken[1]},
            }
            for row, curves, taken in zip(comparison.rows, comparison.results, comparison.taken, strict=True)
        ],
        "differences": differences_record(comparison.differences),
        "per_class": [{"class": bars.name, "values": list(bars.values)} for bars in comparison.per_class],
    }
