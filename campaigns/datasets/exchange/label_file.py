"""What a file of labels says, and what a person said about how to read or write it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal

from campaigns.core.answers import Opinion
from campaigns.errors import Mistake

Labels = Mapping[str, Opinion]
"""Opinion by class; a class that is not there is unknown."""


class Trait(StrEnum):
    """What a form may be able to carry besides yes and no."""

    UNKNOWN = "unknown"
    UNSURE = "unsure"
    SKIP = "skips"
    SECONDS = "seconds"
    WHO = "who"
    SEVERAL = "several people"


class MatchWay(StrEnum):
    """How the name in a file led to an image."""

    PATH = "by path"
    TAIL = "by the end of their path"
    URL = "from a URL"
    UPLOAD = "without an upload's prefix"
    STEM = "without a suffix"
    SPELLING = "in another spelling"
    BYTES = "by their bytes"


@dataclass(frozen=True, slots=True)
class LabelItem:
    """What a file says of one image in the name of one person."""

    image: str
    """The image's id: its path below the folder, with slashes."""
    says: Labels = field(default_factory=dict)
    """By class: what was said of it expressly."""
    is_rest_no: bool = False
    """Every class of `classes` that is not in `says` is a no."""
    classes: tuple[str, ...] = ()
    """The classes that the form asked about, in order; what `is_rest_no` speaks of."""
    skip: str | None = None
    """Why the image was set aside without labels; None when it was not."""
    seconds: float | None = None
    """That it took; None when the file does not say."""
    by: str | None = None
    """Who said so, as the file calls them; None when it does not say."""

    @property
    def labels(self) -> Labels:
        """The opinion of every class that it speaks of."""
        rest = dict.fromkeys(self.classes, Opinion.NO) if self.is_rest_no else {}
        return {} if self.skip is not None else {**rest, **self.says}

    @property
    def is_silent(self) -> bool:
        """It says nothing: an image that somebody is still to look at."""
        return not self.says and not self.is_rest_no and self.skip is None


@dataclass(frozen=True, slots=True)
class ClassCount:
    """How many images a file says what of, for one class."""

    yes: int = 0
    no: int = 0
    unsure: int = 0


@dataclass(frozen=True, slots=True)
class LabelFile:
    """What a file of labels says, and what is wrong with it."""

    path: Path
    form: str
    """A name of the registry of forms."""
    items: tuple[LabelItem, ...] = ()
    """In the order of the file, later words of the same person after earlier ones; none when there are mistakes."""
    classes: tuple[str, ...] = ()
    """The campaign's classes that the form asked about."""
    images: int = 0
    """Images that the file names, labelled or not."""
    ways: Mapping[MatchWay, int] = field(default_factory=dict)
    """How many of them were matched how."""
    mistakes: tuple[Mistake, ...] = ()
    """When there is one, nothing is to be taken."""
    notes: tuple[str, ...] = ()
    """What was left out or taken for what."""
    splits: Mapping[str, str] = field(default_factory=dict)
    """What the file says an image is for, in its own words, by image."""

    @property
    def skipped(self) -> int:
        """Images that were set aside without labels."""
        return sum(item.skip is not None for item in merged(self.items))

    @property
    def unlabelled(self) -> int:
        """Images of the folder that the file names and says nothing of."""
        return sum(self.ways.values()) - sum(not item.is_silent for item in merged(self.items))

    def counts(self) -> Mapping[str, ClassCount]:
        """Return how many images each class is a yes, a no and unsure of, after the last word of each person."""
        opinions = Counter(pair for item in merged(self.items) for pair in item.labels.items())
        return {
            name: ClassCount(opinions[name, Opinion.YES], opinions[name, Opinion.NO], opinions[name, Opinion.UNSURE])
            for name in self.classes
        }


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a person said about a file; None where it is to be told from the file."""

    empty: Literal["unlabelled", "nothing"] = "unlabelled"
    """What an image without labels is where the form leaves that open."""
    boxes: Literal["left-out", "as-classes"] = "left-out"
    """What boxes and outlines are, in forms that keep them apart from labels of whole images."""
    rest: Literal["no", "unknown"] = "no"
    """What classes are that were offered and not chosen."""
    separator: str | None = None
    """Of the labels in a cell."""
    minus_one: Literal["absent", "unknown", "unsure"] | None = None
    """What `-1` means in a table that holds `0` too."""
    encoding: str | None = None
    """Of a table; when absent, told by a mark or its bytes, or guessed."""
    nothing: str | None = None
    """What a cell says where there is no class."""
    image: str | None = None
    """The column that names images."""
    labels: str | None = None
    """The column that names classes."""
    skip_missing: bool = False
    """Leave out images that are not in the folder."""
    numbered: Sequence[str] | None = None
    """Classes by number, from 0, for forms that write numbers or codes."""
    config: Path | None = None
    """Label Studio's config.xml; when absent, the one beside the file."""
    controls: tuple[str, ...] = ()
    """Names of the Choices of Label Studio that hold classes."""
    root: Path | None = None
    """The folder of the images, where they are to be matched by their bytes."""


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """What a hand-off adds to the labels; forms that have no use for it leave it out."""

    prefix: str = ""
    """Stands before every image's path: `/data/local-files/?d=photos/`."""
    predictions: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Probability by class, by image."""
    model: str = "alwsl-tui"
    """What the predictions are of."""
    split: str = "train"
    """The name of the set, where a form's files bear one."""


def merged(items: Sequence[LabelItem]) -> list[LabelItem]:
    """Return one item an image, in the order of their first: each person's last word; where people differ, unknown."""
    by_image: dict[str, list[LabelItem]] = {}
    for item in items:
        by_image.setdefault(item.image, []).append(item)
    return [several[0] if len(several) == 1 else _agreed(several) for several in by_image.values()]


def _agreed(several: Sequence[LabelItem]) -> LabelItem:
    # Whoever has not looked yet neither agrees nor differs.
    items = [item for item in several if not item.is_silent] or several[:1]
    words: dict[str | None, dict[str, Opinion]] = {}
    skips: dict[str | None, str | None] = {}
    for item in items:
        words[item.by] = {**words.get(item.by, {}), **item.labels}
        skips[item.by] = item.skip
    answered = [labels for by, labels in words.items() if skips[by] is None]
    opinions: dict[str, set[Opinion]] = {}
    for labels in answered:
        for name, opinion in labels.items():
            opinions.setdefault(name, set()).add(opinion)
    says = {name: next(iter(several)) for name, several in opinions.items() if len(several) == 1}
    last = items[-1]
    people = set(words)
    return LabelItem(
        last.image,
        says,
        classes=tuple(dict.fromkeys(name for item in items for name in item.classes)),
        skip=None if answered else next(reason for reason in skips.values() if reason is not None),
        seconds=last.seconds if len(people) == 1 else None,
        by=last.by if len(people) == 1 else None,
    )
