"""What a campaign has cost as JSON objects."""

from campaigns.reporting.cost import CostOf, RoundCost
from campaigns.reporting.json.campaigns import Record


def cost_record(cost: CostOf) -> Record:
    """Return what a campaign has cost, and what it takes to choose once."""
    return {
        "seconds": cost.seconds,
        "gpu_hours": cost.gpu_hours,
        "choosing": {
            "pass_seconds": cost.score_pass,
            "criteria": [
                {
                    "criterion": criterion.criterion,
                    "seconds": criterion.seconds,
                    "seconds_per_image": criterion.per_image,
                }
                for criterion in cost.criteria
            ],
            "one_seconds": cost.one,
            "ag_seconds": cost.ag,
            "is_ag_bound": cost.is_ag_bound,
            "delta_ag_percent": cost.delta_ag_percent,
            "first_delta_ag_percent": cost.first_delta_ag_percent,
        },
        "rounds": [round_cost_record(row) for row in cost.rounds],
    }


def round_cost_record(row: RoundCost) -> Record:
    """Return what one round took, step by step."""
    return {
        "job": row.job,
        "trial": row.trial,
        "criterion": row.criterion,
        "round": row.round,
        "labelled": row.labelled,
        "slot": row.slot or None,
        "prepare_seconds": row.prepare,
        "train_seconds": row.train,
        "evaluate_seconds": row.evaluate,
        "score_seconds": row.score,
        "select_seconds": row.select,
    }
