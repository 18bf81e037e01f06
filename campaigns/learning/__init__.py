"""Torch: models, pixels, training, scoring, evaluation, checkpoints.

Knows: tensors, images, files of weights. May import `datasets`, `recipe`, `selection`, `core`, `paths`, `errors`;
never the store, the station or a screen. Usable from a notebook by itself: the names below are kept stable.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from campaigns.learning.class_precision import average_precision
    from campaigns.learning.inputs import InMemory
    from campaigns.learning.model_files import load_model
    from campaigns.learning.models import build_model
    from campaigns.learning.pooling import ClassWisePool, WeldonPool, WildcatPool
    from campaigns.learning.scoring import score_pool
    from campaigns.learning.trained import Prediction, TrainedModel

__all__ = [
    "ClassWisePool", "InMemory", "Prediction", "TrainedModel", "WeldonPool", "WildcatPool", "average_precision",
    "build_model", "load_model", "score_pool",
]  # fmt: skip

_HOMES = {
    "ClassWisePool": "pooling",
    "InMemory": "inputs",
    "Prediction": "trained",
    "TrainedModel": "trained",
    "WeldonPool": "pooling",
    "WildcatPool": "pooling",
    "average_precision": "class_precision",
    "build_model": "models",
    "load_model": "model_files",
    "score_pool": "scoring",
}


def __getattr__(name: str) -> Any:
    """Import a public name from the module that defines it: who only measures precision never loads torch."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
