"""Mean average precision: the area under each class's ranking, averaged over the classes that have positives."""

from campaigns.learning.class_precision import average_precision
from campaigns.recipe.metrics import Metric

ENTRIES = (
    Metric(
        "map", "mAP", "mean over positives of the precision at their rank, as the authors' meter", average_precision,
        each="AP", long="mean average precision",
    ),
)  # fmt: skip
