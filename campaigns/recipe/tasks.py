"""Tasks: what a model learns, and by what it is measured, known before torch is loaded.

Each of ours is a file of `campaigns.learning.tasks`; torch is imported inside its functions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from campaigns.core.registry import Registry
from campaigns.core.yardstick import Yardstick
from campaigns.recipe.metrics import METRICS, Metric
from campaigns.selection.criteria import LISTS, REGISTRY
from campaigns.selection.question import Need
from campaigns.selection.scores import Link

Labels = NDArray[np.int8]
"""(N, C), as data sets have them."""
Loss = Callable[[Any, Any, Any], Any]
"""What the model gave for some images of a batch (a tensor), what it should have given (`KnownTargets`), and the same
of the whole batch -> their part in the mean loss of the batch."""


def _none_wrong(_: Labels) -> dict[int, str]:
    return {}


@dataclass(frozen=True, slots=True, eq=False)
class LearningTask:
    """What a model learns."""

    name: str
    title: str
    """For a person: `any number of classes`."""
    source: str
    """What is trained and measured, and where it is printed."""
    link: Link
    """What probabilities of the logits are, and so which criteria mean something."""
    metric: str
    """What its models are measured by, a name of `METRICS`."""
    targets: Callable[[Labels], NDArray[np.float32]]
    """Labels (n, C) of which some are known -> what the model should say, (n, C)."""
    loss: Loss
    wrong_rows: Callable[[Labels], dict[int, str]] = _none_wrong
    """Labels (N, C) -> what is wrong with each row that this task cannot learn, by row."""
    is_dense: bool = False
    """Whether it learns a class for each place of an image, from masks: what it looks at are class maps, not logits."""
    is_answerable: bool = True
    """Whether people can give its labels on the screen to label on."""

    def __str__(self) -> str:
        return self.name

    def takes(self, criterion: str) -> bool:
        """Return whether a criterion means something in this task."""
        rule = REGISTRY[criterion]
        return self.link in rule.links and (self.is_dense or Need.PIXELS not in rule.needs)

    def criteria(self, names: Sequence[str]) -> list[str]:
        """Return the criteria that mean something here; where some do not, AG's lists stand for them."""
        kept = [name for name in names if self.takes(name)]
        return kept if len(kept) == len(names) else list(dict.fromkeys([*kept, *LISTS[self.link]]))

    @property
    def measure(self) -> Metric:
        """What its models are measured by."""
        return METRICS[self.metric]

    @property
    def yardstick(self) -> Yardstick:
        """The same in the words of plans, screens and reports."""
        metric = self.measure
        return Yardstick(self.name, metric.name, metric.title, metric.each, metric.long)


MULTILABEL = "multilabel"
"""What a recipe that names no task means."""
TASKS: Registry[LearningTask] = Registry(
    "task",
    LearningTask,
    package="campaigns.learning.tasks",
    group="alwsl_tui.tasks",
    first=(MULTILABEL, "single", "segment"),
)  # fmt: skip
"""Everything that `model.task` may name."""
