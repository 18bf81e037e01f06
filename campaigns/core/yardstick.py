"""What the models of a campaign are measured by, and what that is called: fixed when the campaign is made."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Yardstick:
    """A task's metric, in the words that screens and reports have for it."""

    task: str = "multilabel"
    """What the campaign's models learn."""
    metric: str = "map"
    """Its name, as evaluations have it."""
    title: str = "mAP"
    """Of the value over all classes, for a person."""
    each: str = "AP"
    """Of the value of one class."""
    long: str = "mean average precision"
    """The title, spelt out."""

    @property
    def begins(self) -> str:
        """The title spelt out, as a sentence begins."""
        return self.long[:1].upper() + self.long[1:]

    @property
    def column(self) -> str:
        """What a column of values is headed by, in per cent."""
        return f"{self.title} %"

    @property
    def by_class(self) -> str:
        """What values of single classes are headed by."""
        return f"{'Average precision' if self.each == 'AP' else self.each[:1].upper() + self.each[1:]} by class"


MEAN_AP = Yardstick()
"""Of a campaign whose plan says nothing of it."""


def as_written(plan: Mapping[str, Any]) -> dict[str, Any]:
    """Return a plan as files and store keep it: without its yardstick where that is the one that is meant anyway."""
    return {key: value for key, value in plan.items() if key != "yardstick" or value != asdict(MEAN_AP)}
