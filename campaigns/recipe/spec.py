"""What a recipe says: typed, frozen, strict."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from campaigns.core.convergence import MOST_EPOCHS, Until
from campaigns.core.ids import NAME
from campaigns.core.schedule import Schedule
from campaigns.recipe.backbones import BACKBONES
from campaigns.recipe.heads import Count
from campaigns.recipe.keys import RisingCounts
from campaigns.recipe.model_spec import ModelSpec
from campaigns.recipe.section import Section
from campaigns.selection.criteria import REGISTRY as CRITERIA
from campaigns.selection.question import Need

ASK_ALL = frozenset({"ag", "vote"})
"""Criteria that ask the lists of the paper's six, of which three look at class maps."""


class DataSpec(Section):
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
    split: str | None = None
    """folder: the column that says the split, or `COLUMN=VALUE` with the value of the test split; `-`: none."""
    separator: Annotated[str, Field(min_length=1, max_length=8)] | None = None
    """folder: what separates the labels in a cell; when absent, told from the CSV."""
    skip_missing: bool = False
    """folder: leave out lines of images that are not there."""
    minus_one: Literal["absent", "unknown"] | None = None
    """folder: what `-1` means in a CSV that holds `0` too."""
    test_share: Annotated[float, Field(gt=0, lt=1)] = 0.3
    """Share of labelled images held out for the test set. folder: when the CSV has no `split` column; coco: when there
    is a single file of annotations."""
    classes: str | None = None
    """voc2007, voc2012, folder: a file that lists the classes; when absent, they are those that have labels.
    folder: when absent, `classes.txt` if it is there."""
    depth: Annotated[int, Field(ge=8, le=16)] | None = None
    """Bits that grey pictures of 16 bits use; when absent, measured once for the whole data set."""
    follow_links: bool = False
    """Links are followed wherever they lead; otherwise only inside the data set's folder."""
    images: Count = 1000
    """shapes: size of the training split."""
    test_images: Count = 400
    """shapes: size of the test split."""
    size: Annotated[int, Field(ge=16, le=1024)] = 64
    """shapes: side of a drawn picture, in pixels."""


class TrainingSpec(Section):
    """The optimiser: SGD with a smaller step for the backbone."""

    lr: Annotated[float, Field(gt=0)] = 0.01
    lrp: Annotated[float, Field(ge=0)] = 0.1
    """The backbone's learning rate is `lr` times this."""
    momentum: Annotated[float, Field(ge=0, lt=1)] = 0.9
    weight_decay: Annotated[float, Field(ge=0)] = 1e-4
    batch_size: Count = 16
    lr_drops: tuple[Count, ...] = ()
    """Epochs after which the learning rate is divided by ten. No loss counts as converged before the last of them."""
    until: Until = "epochs"
    """`epochs`: as many as `protocol` says; `converged`: until the loss falls no more, see `core.convergence`."""
    flip: bool = True
    """Mirror each training image with probability one half."""


class ProtocolSpec(Section):
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
    full_epochs: RisingCounts = 20
    """Epochs of that model. A rising list: it is measured after each of these, and trained to the last."""
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
        """The same numbers as a schedule."""
        return Schedule(self.initial, self.add, self.epochs)

    @property
    def reading_points(self) -> tuple[int, ...]:
        """Budgets that tables report."""
        return self.report_at or (self.schedule.budget,)


class CriteriaSpec(Section):
    """Which criteria choose, one arm each."""

    names: Annotated[tuple[str, ...], Field(min_length=1)]
    on_duplicate: Literal["skip_turn", "advance"] = "skip_turn"
    """ag: a list whose next image is taken already loses its turn (Algorithm 1 as printed), or offers its next."""

    @field_validator("names")
    @classmethod
    def _known_and_once(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        wrong = [f"{name!r} is not a criterion, {CRITERIA.hint(name)}" for name in names if name not in CRITERIA]
        wrong += [f"{name!r} stands there twice" for name in sorted({n for n in names if names.count(n) > 1})]
        if wrong:
            raise PydanticCustomError("criteria", "{wrong}", {"wrong": "; ".join(wrong)})
        return names


class RunSpec(Section):
    """Where and how workers run. Nothing here changes what a campaign means."""

    device: Literal["auto", "cpu", "cuda"] = "auto"
    workers_per_gpu: Count = 1
    threads: Annotated[int, Field(ge=0)] = 0
    """Threads of a worker on the CPU; 0 means chosen when the campaign is created, from the cores there are."""
    precision: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    """What a backbone that trains computes in; `auto`: chosen when the campaign is created, by model and machine."""
    compile: bool = False
    """Compile a backbone that trains: worth the minutes it takes on a GPU and in long campaigns only."""
    deterministic: bool = True
    """cuda: use only kernels that give the same bytes each time."""
    retries: Annotated[int, Field(ge=0, le=10)] = 2
    """How often a lost worker is started again before its job counts as failed."""
    pixel_cache_gib: Annotated[float, Field(ge=0)] = 20.0
    """Decoded images are cached up to this size; beyond it they are decoded in every epoch."""


class Recipe(Section):
    """Everything about a campaign."""

    about: str = ""
    """One line for a person."""
    data: DataSpec
    model: ModelSpec
    training: TrainingSpec = TrainingSpec()
    protocol: ProtocolSpec
    criteria: CriteriaSpec
    run: RunSpec = RunSpec()

    @property
    def schedule(self) -> Schedule:
        """The schedule of every arm; its epochs are upper limits where models train until their loss has converged."""
        schedule, is_fixed = self.protocol.schedule, self.training.until == "epochs"
        return schedule if is_fixed else replace(schedule, epochs=(MOST_EPOCHS,) * len(schedule.epochs))

    @property
    def full_epochs(self) -> int | tuple[int, ...]:
        """Epochs of the fully supervised model, or after which it is measured; an upper limit likewise."""
        return self.protocol.full_epochs if self.training.until == "epochs" else MOST_EPOCHS

    @field_validator("criteria")
    @classmethod
    def _the_model_has_what_criteria_look_at(cls, criteria: CriteriaSpec, info: ValidationInfo) -> CriteriaSpec:
        model = info.data.get("model")
        if model is None or model.options is None or model.has_maps:
            return criteria
        wrong = [name for name in criteria.names if name in ASK_ALL or Need.MAPS in CRITERIA[name].needs]
        if wrong:
            text = f"the model has no class maps, which {', '.join(wrong)} look{'s' * (len(wrong) == 1)} at"
            raise PydanticCustomError("maps", "{text}", {"text": text})
        return criteria

    @field_validator("run")
    @classmethod
    def _backbone_trains_in_that_precision(cls, run: RunSpec, info: ValidationInfo) -> RunSpec:
        model = info.data.get("model")
        if model is not None and run.precision not in ("auto", *BACKBONES[model.backbone].precisions):
            raise PydanticCustomError(
                "precision", "{name} trains in {known}; run.precision is {wrong}",
                {
                    "name": model.backbone, "known": " or ".join(BACKBONES[model.backbone].precisions),
                    "wrong": run.precision,
                },
            )  # fmt: skip
        return run


def _list(numbers: Sequence[int]) -> str:
    return ", ".join(str(n) for n in numbers)
