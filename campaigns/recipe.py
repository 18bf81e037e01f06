"""Recipes: TOML in, one frozen and fully checked object out, or every mistake at once.

Knows: the shape of a recipe, the recipes that are shipped. May import `selection`, `core`, `paths`, `errors`.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import tomli_w
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from campaigns.core.ids import NAME
from campaigns.core.schedule import Schedule
from campaigns.errors import BadRecipe, Mistake, nearest
from campaigns.selection.criteria import names as criterion_names

SHIPPED = Path(__file__).parent / "recipes"
MAX_BYTES = 1 << 20
"""A recipe is a page; a file larger than this is something else."""

BACKBONES = (
    "resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "vgg16", "efficientnet_lite0", "tiny",
)  # fmt: skip
"""Backbones that `campaigns.learning` can build; a test holds the two lists together."""

Tree = dict[str, Any]
"""A recipe as TOML has it: the edge where dicts live."""


def _one_of(known: Sequence[str]) -> AfterValidator:
    def check(value: str) -> str:
        if value not in known:
            raise PydanticCustomError("unknown", "{hint}", {"hint": nearest(value, known)})
        return value

    return AfterValidator(check)


class _Section(BaseModel):
    # Defaults are checked too: imagenet weights are wrong for some backbones also when nobody wrote them down.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, validate_default=True)


Count = Annotated[int, Field(ge=1)]
Region = Annotated[float, Field(gt=0)]
"""Regions that pooling averages: below 1 a share of the map, from 1 on a number of positions."""


class DataSpec(_Section):
    """Which images, which labels."""

    name: Annotated[str, Field(pattern=f"^{NAME.pattern}$")]
    """`voc2007`, `voc2012`, `coco`, `shapes`, or a name given to `data add`."""
    root: str | None = None
    """The folder the data set lies in; when absent, what `data add` registered."""
    train: str | None = None
    """Training split; when absent, the one the protocols use (voc2007: trainval, voc2012: train, coco: train)."""
    test: str | None = None
    """Test split; when absent, the one the protocols use (voc2007: test, voc2012: val, coco: val)."""
    on_unreadable: Literal["stop", "skip"] = "stop"
    """An image that cannot be decoded stops the campaign, or is left out by name."""
    keep_crowd: bool = True
    """coco: crowd annotations count as the class being there, as in the authors' line of code."""
    keep_unannotated: bool = False
    """coco: keep images without a single annotation, as images of nothing."""
    labels: str | None = None
    """folder: the CSV of labels; when absent, `labels.csv` in the root."""
    test_share: Annotated[float, Field(gt=0, lt=1)] = 0.3
    """folder: share of labelled images held out for the test set when the CSV has no `split` column."""
    images: Count = 1000
    """shapes: size of the training split."""
    test_images: Count = 400
    """shapes: size of the test split."""
    size: Annotated[int, Field(ge=16, le=1024)] = 64
    """shapes: side of a drawn picture, in pixels."""


class ModelSpec(_Section):
    """The weakly supervised model and how it pools."""

    kind: Literal["weldon", "wildcat"]
    backbone: Annotated[str, _one_of(BACKBONES)] = "resnet101"
    weights: Annotated[str, Field(min_length=1)] = "imagenet"
    """`imagenet`, `none` (random), or a file of weights."""
    image_size: Annotated[int, Field(ge=32, le=1024)] = 448
    """Side of the square every image is warped to, in pixels."""
    training: Literal["finetune", "frozen"] = "finetune"
    """`finetune` trains everything, as the paper does; `frozen` trains the head on cached feature maps."""
    kmax: Region = 1.0
    """Top regions that are averaged."""
    kmin: Region | None = None
    """Bottom regions that are averaged; as many as `kmax` when absent."""
    alpha: Annotated[float, Field(ge=0)] = 1.0
    """wildcat: weight of the bottom regions."""
    maps: Count = 1
    """wildcat: maps per class."""
    classwise_gradient: Literal["reference", "exact"] = "reference"
    """wildcat: the gradient of class-wise pooling as the authors' code has it (times `maps`), or the true one."""

    @field_validator("weights")
    @classmethod
    def _tiny_starts_from_nothing(cls, weights: str, info: ValidationInfo) -> str:
        if info.data.get("backbone") == "tiny" and weights == "imagenet":
            raise PydanticCustomError(
                "tiny", "the backbone tiny has no ImageNet weights: set it to none, or name a file"
            )
        return weights

    @field_validator("maps", "alpha")
    @classmethod
    def _weldon_has_none(cls, value: float, info: ValidationInfo) -> float:
        if info.data.get("kind") == "weldon" and value != 1:
            raise PydanticCustomError("weldon", "WELDON has no {field}: leave it at 1", {"field": info.field_name})
        return value


class TrainingSpec(_Section):
    """The optimiser: SGD with a smaller step for the backbone."""

    lr: Annotated[float, Field(gt=0)] = 0.01
    lrp: Annotated[float, Field(ge=0)] = 0.1
    """The backbone's learning rate is `lr` times this."""
    momentum: Annotated[float, Field(ge=0, lt=1)] = 0.9
    weight_decay: Annotated[float, Field(ge=0)] = 1e-4
    batch_size: Count = 16
    lr_drops: tuple[Count, ...] = ()
    """Epochs after which the learning rate is divided by ten."""
    flip: bool = True
    """Mirror each training image with probability one half."""


class ProtocolSpec(_Section):
    """How many images when, for how long, how often."""

    initial: Count
    """Random images a trial starts with."""
    add: Annotated[tuple[Count, ...], Field(min_length=1)]
    """Images that each round after the baseline adds."""
    epochs: tuple[Count, ...]
    """Epochs of each round, the baseline's first."""
    trials: Count = 3
    seed: Annotated[int, Field(ge=0, lt=1 << 63)] = 0
    full: bool = True
    """Train the fully supervised model, which relative mAP is measured against."""
    full_epochs: Count = 20
    report_at: tuple[Count, ...] = ()
    """Budgets that tables report; the last one when empty."""

    @field_validator("epochs")
    @classmethod
    def _one_epoch_count_per_round(cls, epochs: tuple[int, ...], info: ValidationInfo) -> tuple[int, ...]:
        add = info.data.get("add")
        if add is not None and len(epochs) != len(add) + 1:
            raise PydanticCustomError(
                "rounds",
                "{found} numbers for {rounds} rounds (the baseline and one for each of protocol.add)",
                {"found": len(epochs), "rounds": len(add) + 1},
            )
        return epochs

    @field_validator("report_at")
    @classmethod
    def _reported_budgets_are_reached(cls, report_at: tuple[int, ...], info: ValidationInfo) -> tuple[int, ...]:
        initial, add = info.data.get("initial"), info.data.get("add")
        if initial is not None and add is not None:
            reached = [initial + sum(add[:r]) for r in range(len(add) + 1)]
            if missed := [n for n in report_at if n not in reached]:
                raise PydanticCustomError(
                    "budget", "no round labels {missed} images; rounds label {reached}",
                    {"missed": _list(missed), "reached": _list(reached)},
                )  # fmt: skip
        return report_at

    @property
    def schedule(self) -> Schedule:
        """The same numbers as the schedule of every arm."""
        return Schedule(self.initial, self.add, self.epochs)

    @property
    def reading_points(self) -> tuple[int, ...]:
        """Budgets that tables report."""
        return self.report_at or (self.schedule.budget,)


class CriteriaSpec(_Section):
    """Which criteria choose, one arm each."""

    names: Annotated[tuple[str, ...], Field(min_length=1)]
    on_duplicate: Literal["skip_turn", "advance"] = "skip_turn"
    """ag: a list whose next image is taken already loses its turn (Algorithm 1 as printed), or offers its next."""

    @field_validator("names")
    @classmethod
    def _known_and_once(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        known = criterion_names()
        wrong = [f"{name!r} is not a criterion, {nearest(name, known)}" for name in names if name not in known]
        wrong += [f"{name!r} stands there twice" for name in sorted({n for n in names if names.count(n) > 1})]
        if wrong:
            raise PydanticCustomError("criteria", "{wrong}", {"wrong": "; ".join(wrong)})
        return names


class RunSpec(_Section):
    """Where and how workers run. Nothing here changes what a campaign means."""

    device: Literal["auto", "cpu", "cuda"] = "auto"
    workers_per_gpu: Count = 1
    threads: Annotated[int, Field(ge=0)] = 0
    """Threads of a worker on the CPU; 0 means chosen when the campaign is created, from the cores there are."""
    deterministic: bool = True
    """cuda: use only kernels that give the same bytes each time."""
    retries: Annotated[int, Field(ge=0, le=10)] = 2
    """How often a lost worker is started again before its job counts as failed."""
    pixel_cache_gib: Annotated[float, Field(ge=0)] = 20.0
    """Decoded images are cached up to this size; beyond it they are decoded in every epoch."""


class Recipe(_Section):
    """Everything about a campaign."""

    about: str = ""
    """One line for a person."""
    data: DataSpec
    model: ModelSpec
    training: TrainingSpec = TrainingSpec()
    protocol: ProtocolSpec
    criteria: CriteriaSpec
    run: RunSpec = RunSpec()


def shipped() -> tuple[str, ...]:
    """Names of the recipes that come with the program."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.toml")))


def load_recipe(source: Path | str, overrides: Sequence[str] = ()) -> Recipe:
    """The recipe in a file, or the shipped recipe of that name, with `key=value` overrides applied.

    Raises:
        BadRecipe: with every mistake in it, each with its key, the value found and what is allowed.
    """
    name, tree = _read(source)
    wrong = [mistake for override in overrides for mistake in _override(tree, override)]
    return parse(tree, name=name, also_wrong=wrong)


def parse(tree: Tree, *, name: str, also_wrong: Sequence[Mistake] = ()) -> Recipe:
    """The recipe that a TOML tree says.

    Raises:
        BadRecipe: as `load_recipe`.
    """
    try:
        # JSON is the strict mode we want: a list may become a tuple, a string never becomes a number.
        recipe = Recipe.model_validate_json(json.dumps(tree, default=str))
    except ValidationError as error:
        mistakes = [*also_wrong, *(_mistake(detail) for detail in error.errors())]
    else:
        if not also_wrong:
            return recipe
        mistakes = list(also_wrong)
    raise BadRecipe(
        f"recipe {name} has {len(mistakes)} mistake{'s' if len(mistakes) > 1 else ''}",
        mistakes=mistakes,
        hint="mend each line above, or give --set key=value",
    )


def dump_recipe(recipe: Recipe) -> str:
    """The recipe as TOML that `load_recipe` reads back to an equal one."""
    return tomli_w.dumps(json.loads(recipe.model_dump_json(exclude_none=True)))


def _read(source: Path | str) -> tuple[str, Tree]:
    path = Path(source)
    if isinstance(source, str) and not path.suffix and "/" not in source:
        if source not in shipped():
            raise BadRecipe(f"there is no shipped recipe {source!r}", hint=nearest(source, shipped()))
        path = SHIPPED / f"{source}.toml"
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadRecipe(f"{path} is larger than a recipe can be ({MAX_BYTES} bytes)")
        return path.name, tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadRecipe(
            f"cannot read {path}: {error.strerror}", hint="`alwsl-tui recipes` lists shipped ones"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRecipe(f"{path} is not TOML: {error}") from error


def _override(tree: Tree, text: str) -> Iterator[Mistake]:
    key, equals, value = text.partition("=")
    parts = key.strip().split(".")
    if not equals or not all(parts):
        yield Mistake(f"--set {text}", "should be key=value, as in protocol.trials=5")
        return
    at = tree
    for part in parts[:-1]:
        below = at.setdefault(part, {})
        if not isinstance(below, dict):
            yield Mistake(f"--set {text}", f"{part} is a value, it has no keys below it")
            return
        at = below
    at[parts[-1]] = _value(value.strip())


def _value(text: str) -> Any:
    """A TOML value, or the text itself: `--set model.kind=weldon` needs no quotes."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _mistake(detail: ErrorDetails) -> Mistake:
    where = ".".join(str(part) for part in detail["loc"])
    found = detail.get("input")
    if detail["type"] == "extra_forbidden":
        return Mistake(where, f"there is no such key, {nearest(str(detail['loc'][-1]), _keys(detail['loc'][:-1]))}")
    if detail["type"] == "missing":
        return Mistake(where, "is missing and has no default")
    text = detail["msg"].removeprefix("Input ")
    shown = "a table" if isinstance(found, Mapping) else json.dumps(found, default=str)
    return Mistake(where, f"is {shown[:80]}; {text}")


def _keys(loc: tuple[int | str, ...]) -> list[str]:
    at: Any = Recipe
    for part in loc:
        at = at.model_fields[part].annotation
    return list(at.model_fields)


def _list(numbers: Sequence[int]) -> str:
    return ", ".join(str(n) for n in numbers)
