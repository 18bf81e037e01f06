"""How far a model foresaw what people then answered about the images that it picked. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaigns.core.ids import Job
from campaigns.core.labels import Label, Labelling

LIKELY = 0.5
"""Probability from which on a model says that a class is present."""
_SAID = {Label.YES: True, Label.NO: False}

Shares = Mapping[str, float]
"""By class: a model's probability that it is present, in [0, 1]."""


@dataclass(frozen=True, slots=True)
class ForeseenClass:
    """How far a model foresaw the answers about one class."""

    name: str
    images: int
    """Of which people said yes or no."""
    agreed: int
    """Of these, where the model said the same."""
    present: int
    """Of these, where people said yes."""
    missed: int
    """Of those, where the model said no."""


@dataclass(frozen=True, slots=True)
class Foresight:
    """How far the model that picked a batch foresaw the answers about it; it had not trained on any of them."""

    job: Job
    round: int
    """The one that asked for the batch; the model is of the round before."""
    images: int
    """With an answer, of the batch."""
    asked: int
    """Of the batch."""
    classes: tuple[ForeseenClass, ...]
    changed: float | None = None
    """Share of decisions about images in the pool that this model takes otherwise than the one before; in [0, 1].
    None where either of them scored no pool."""

    @property
    def decisions(self) -> int:
        """Yes or no, over images and classes."""
        return sum(each.images for each in self.classes)

    @property
    def agreed(self) -> int:
        """Of these, where the model said the same."""
        return sum(each.agreed for each in self.classes)

    @property
    def worst(self) -> ForeseenClass | None:
        """The class missed in most images, and of two such in the larger share; None where none was missed."""
        missed = [each for each in self.classes if each.missed]
        return max(missed, key=lambda each: (each.missed, each.missed / each.present), default=None)

    @property
    def words(self) -> str:
        """Say it in a line: `model agreed in 212 of 250 decisions; bus: it missed 3 of 9`."""
        text = f"model agreed in {self.agreed} of {self.decisions} decisions"
        worst = self.worst
        return text if worst is None else f"{text}; {worst.name}: it missed {worst.missed} of {worst.present}"


def foreseen(shares: Mapping[str, Shares], labelling: Labelling, classes: Sequence[str]) -> tuple[ForeseenClass, ...]:
    """Return, of each class, how far probabilities of images foresaw what they are labelled as.

    `shares` are by image. Unsure, disputed and skipped ones are no decisions.
    """
    return tuple(_of_class(name, shares, labelling) for name in classes)


def _of_class(name: str, shares: Mapping[str, Shares], labelling: Labelling) -> ForeseenClass:
    pairs: list[tuple[bool, bool]] = []
    for image, by_class in shares.items():
        labelled = labelling.images.get(image)
        if labelled is None or labelled.skips or name not in by_class:
            continue
        told = _SAID.get(labelled.labels.get(name, Label.UNSURE))
        if told is not None:
            pairs.append((told, by_class[name] >= LIKELY))
    return ForeseenClass(
        name, len(pairs), sum(is_present == is_likely for is_present, is_likely in pairs),
        sum(is_present for is_present, _ in pairs),
        sum(is_present and not is_likely for is_present, is_likely in pairs),
    )  # fmt: skip
