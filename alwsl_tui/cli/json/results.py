"""Agreement, cost and comparison as JSON objects: the documented schema, version 1."""

from collections.abc import Sequence

from alwsl_tui.cli.json.campaigns import Record, campaign_record, result_record
from campaigns.reporting.cost import CostOf
from campaigns.services.campaigns.recipe import RecipeDifference
from campaigns.services.results.agreement import AgreementOf
from campaigns.services.results.compare import Comparison


def agreement_record(found: AgreementOf) -> Record:
    """What the criteria have in common in one round."""
    return {
        "trial": found.trial,
        "criterion": found.criterion,
        "round": found.round,
        "n": found.n,
        "pool": found.pool,
        "criteria": list(found.criteria),
        "overlap": [list(row) for row in found.overlap],
        "votes": list(found.votes),
        "kendall": [list(row) for row in found.kendall],
    }


def cost_record(found: CostOf) -> Record:
    """What a campaign has cost."""
    return {
        "name": found.campaign.name,
        "seconds": found.seconds,
        "gpu_hours": found.gpu_hours,
        "choosing": {
            "pass": found.score_pass,
            "criteria": [
                {"criterion": one.criterion, "seconds": one.seconds, "per_image": one.per_image}
                for one in found.criteria
            ],
            "one": found.one,
            "ag": found.ag,
            "is_ag_bound": found.is_ag_bound,
            "delta_ag_percent": found.delta_ag_percent,
        },
        "rounds": [
            {
                "job": row.job,
                "trial": row.trial,
                "criterion": row.criterion,
                "round": row.round,
                "labelled": row.labelled,
                "slot": row.slot or None,
                "seconds": {
                    "train": row.train,
                    "evaluate": row.evaluate,
                    "score": row.score,
                    "select": row.select,
                },
            }
            for row in found.rounds
        ],
    }


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
