"""A model file: a trained model that travels alone. What it says of itself stands in the header of a safetensors file.

Backbone and head lie in one file, with all that is needed to use them: classes in order, how pictures are prepared,
thresholds. Neither torch nor a data set is needed to read what it says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from campaigns.core.fingerprint import Fingerprint
from campaigns.core.ids import NAME
from campaigns.errors import BadData
from campaigns.home.checksums import METADATA, metadata_of, require_stamp
from campaigns.home.files import json_text
from campaigns.home.records import NewerSchema, decode, plain, require_schema, require_share

SCHEMA = 1
KEY = "alwsl"
"""Of the header's metadata: what the description stands under."""
MOST_DESCRIPTION_BYTES = 1 << 24
"""Ten thousand classes with thresholds have a tenth of it."""
SIDES = range(32, 1025)
"""Pixels that a picture may be warped to, as in a recipe."""

Triple = tuple[float, float, float]
Option = bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which probability on a class is called present, as chosen on held-out images."""

    value: float
    """A probability: present is what reaches it."""
    f1: float
    """F1 of the class at this threshold on the images it was chosen on, and so a little too good."""
    low: float
    high: float
    """Between `low` and `high` lie 95 % of the thresholds that resampled images choose."""
    positives: int
    """Held-out images that show the class."""

    def check(self) -> None:
        """Raise ValueError unless its numbers are probabilities and a count."""
        require_share(self.value, self.f1, self.low, self.high)
        if self.positives < 1:
            raise ValueError(f"{self.positives} is not a number of positives")


@dataclass(frozen=True, slots=True)
class Preparation:
    """What a picture goes through before a model sees it."""

    size: int
    """Side of the square that the whole picture is warped to by bilinear interpolation, in pixels."""
    mean: Triple
    std: Triple
    """With `mean`, of red, green and blue, on the scale from 0 to 1."""
    bits: int
    """Bits that grey pictures of 16 bits use."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a model comes from."""

    campaign: str
    job: str
    round: int
    recipe: str
    """Sha-256 of the campaign's frozen recipe."""
    dataset: str
    fingerprint: Fingerprint
    labelled: int
    """Images it trained on."""
    version: str
    """Of the program that wrote the file."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a model was measured to be worth on the test set of its campaign."""

    metric: str
    images: int
    value: float | None
    per_class: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class ModelDescription:
    """What a model file says of itself."""

    task: str
    """What it learnt: `multilabel`, each class is present or not, whatever the others are. Whether this installation
    knows the task is for whoever uses the model to see."""
    classes: tuple[str, ...]
    """In the order of the outputs."""
    head: str
    """What its maps are made and pooled by: `weldon`."""
    options: dict[str, Option]
    """Of the head."""
    backbone: str
    licence: str
    """Of the backbone's weights."""
    training: str
    """`finetune` or `frozen`: features of a frozen backbone are rounded to 16 bits, as they were for its head."""
    precision: str
    """What the backbone computes in: `float32`."""
    preparation: Preparation
    thresholds: dict[str, Threshold]
    """By class; one that no held-out image shows has none."""
    measured: Measured | None
    origin: Origin
    features: str = "full"
    """frozen: `full`, or `pooled`: the head reads the mean of every 2 × 2 places of the backbone's maps."""

    def metadata(self) -> dict[str, str]:
        """Return the metadata that a safetensors file of this model has to be written with."""
        return METADATA | {KEY: json_text(plain(self, schema=SCHEMA))}

    def check(self) -> None:
        """Raise ValueError unless its fields fit each other."""
        if not NAME.fullmatch(self.task):
            raise ValueError(f"task: cannot be {self.task[:80]!r}")
        if not self.classes or len(set(self.classes)) < len(self.classes):
            raise ValueError("classes: there are none, or one is listed twice")
        if self.training not in ("finetune", "frozen"):
            raise ValueError(f"training: cannot be {self.training[:80]!r}")
        if self.features not in ("full", "pooled"):
            raise ValueError(f"features: cannot be {self.features[:80]!r}")
        if self.preparation.size not in SIDES:
            raise ValueError(f"preparation.size: {self.preparation.size} is not a side from 32 to 1024")
        if not 8 <= self.preparation.bits <= 16:
            raise ValueError(f"preparation.bits: {self.preparation.bits} is not from 8 to 16")
        if min(self.preparation.std) <= 0:
            raise ValueError("preparation.std: it has to be above 0")
        for name, threshold in self.thresholds.items():
            if name not in self.classes:
                raise ValueError(f"thresholds: {name[:80]!r} is none of its classes")
            threshold.check()


def read_description(path: Path) -> ModelDescription:
    """Return what a model file says of itself, once its checksum is found to be right.

    Raises:
        BadData: there is no such file, it is damaged or no model file, or a newer version wrote it.
    """
    try:
        require_stamp(path)
        return _described(metadata_of(path))
    except FileNotFoundError as error:
        raise BadData(f"there is no file {path}", hint="write one: alwsl-tui model export NAME") from error
    except NewerSchema as error:
        raise BadData(f"{path}: {error}", hint="update alwsl-tui") from error
    except OSError as error:
        raise BadData(f"cannot read {path}: {error.strerror}", hint="check who may read it") from error
    except ValueError as error:
        hint = "copy it again, or write one: alwsl-tui model export NAME"
        raise BadData(f"{path} is no model file, or is damaged: {error}", hint=hint) from error


def _described(metadata: Mapping[str, str]) -> ModelDescription:
    if KEY not in metadata:
        raise ValueError("it does not say what model it is: it may be a round's weights alone")
    content = metadata[KEY].encode()
    if len(content) > MOST_DESCRIPTION_BYTES:
        raise ValueError("what it says of itself is too long")
    require_schema(content, SCHEMA)
    description = decode(ModelDescription, content)
    description.check()
    return description
