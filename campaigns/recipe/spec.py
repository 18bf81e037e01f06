"""What a recipe says: typed, frozen, strict."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from campaigns.core.convergence import MOST_EPOCHS, Until
from campaigns.core.schedule import Schedule
from campaigns.recipe.augmentations import Augmentation
from campaigns.recipe.backbones import BACKBONES
from campaigns.recipe.data_spec import DataSpec
from campaigns.recipe.heads import Count
from campaigns.recipe.keys import RisingCounts, require_divided
from campaigns.recipe.model_spec import ModelSpec
from campaigns.recipe.people import with_rounds
from campaigns.recipe.run_spec import RunSpec
from campaigns.recipe.section import Section
from campaigns.recipe.tasks import MULTILABEL
from campaigns.selection.criteria import REGISTRY as CRITERIA
from campaigns.selection.question import Need

ASK_ALL = frozenset({"ag", "vote"})
"""Criteria that ask the lists of the paper's six, of which three look at class maps."""


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
    augment: tuple[Augmentation, ...] = ()
    """finetune: other random changes of each training image, in this order, before it is mirrored."""

    @field_validator("augment")
    @classmethod
    def _each_change_once(cls, augment: tuple[Augmentation, ...]) -> tuple[Augmentation, ...]:
        if twice := sorted({name for name in augment if augment.count(name) > 1}):
            raise PydanticCustomError("augment", "{name} is listed twice", {"name": repr(twice[0])})
        return augment


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
    budget: Count | None = None
    """oracle = human: images that are labelled to train on; `initial`, `add` and `epochs` follow from it."""
    batch: Count | None = None
    """oracle = human: images that are asked for at once."""
    test: Annotated[int, Field(ge=0)] | None = None
    """oracle = human: images set aside for testing."""

    @model_validator(mode="before")
    @classmethod
    def _rounds_follow_from_the_budget(cls, tree: Any) -> Any:
        if not isinstance(tree, Mapping):
            return tree
        # What a validator hands on is no JSON any more, in which a list may become a tuple.
        return {key: tuple(value) if isinstance(value, list) else value for key, value in with_rounds(tree).items()}

    @field_validator("budget")
    @classmethod
    def _rounds_add_up_to_the_budget(cls, budget: int | None, info: ValidationInfo) -> int | None:
        initial, add = info.data.get("initial"), info.data.get("add")
        if budget is not None and initial is not None and add is not None and budget != initial + sum(add):
            raise PydanticCustomError(
                "budget", "{text}", {"text": f"protocol.initial and add make {initial + sum(add)}: leave them out"}
            )  # fmt: skip
        return budget

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
        wrong += [f"{name!r} is listed twice" for name in sorted({n for n in names if names.count(n) > 1})]
        if wrong:
            raise PydanticCustomError("criteria", "{wrong}", {"wrong": "; ".join(wrong)})
        return names


class Recipe(Section):
    """Everything about a campaign."""

    about: str = ""
    """One line for a person."""
    oracle: Literal["dataset", "human"] = "dataset"
    """Where labels come from: `dataset` reveals those that the data set has, `human` asks people."""
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

    def at_node(self, node: str) -> Self:
        """Return the same recipe, with the data where they lie on a node."""
        return self.model_copy(update={"data": self.data.at_node(node)})

    @property
    def full_epochs(self) -> int | tuple[int, ...]:
        """Epochs of the fully supervised model, or after which it is measured; an upper limit likewise."""
        return self.protocol.full_epochs if self.training.until == "epochs" else MOST_EPOCHS

    @field_validator("model")
    @classmethod
    def _people_can_answer(cls, model: ModelSpec, info: ValidationInfo) -> ModelSpec:
        if info.data.get("oracle") == "human" and not model.learning.is_answerable:
            text = (
                f"the screen to label on cannot ask for what {model.task} learns: leave it at {MULTILABEL}, or take"
                " labels that are there already, with alwsl-tui data add and oracle = dataset"
            )
            wrong = PydanticCustomError("answerable", "{text}", {"text": text})
            detail = InitErrorDetails(type=wrong, loc=("task",), input=model.task)
            raise ValidationError.from_exception_data("model", [detail])
        return model

    @field_validator("training")
    @classmethod
    def _what_is_changed_is_seen(cls, training: TrainingSpec, info: ValidationInfo) -> TrainingSpec:
        model = info.data.get("model")
        if training.augment and model is not None and model.learning.is_dense:
            text = f"masks do not follow such changes: leave augment out where model.task is {model.task}"
            raise PydanticCustomError("augment", "{text}", {"text": text})
        if training.augment and model is not None and model.training == "frozen":
            text = "the features of a frozen backbone are computed once: leave augment out, or let the backbone train"
            raise PydanticCustomError("augment", "{text}", {"text": text})
        return training

    @field_validator("protocol")
    @classmethod
    def _people_label_no_full_model(cls, protocol: ProtocolSpec, info: ValidationInfo) -> ProtocolSpec:
        if info.data.get("oracle") == "human" and protocol.full:
            raise PydanticCustomError("full", "{text}", {"text": "people label no full model: full should be false"})
        return protocol

    @field_validator("criteria")
    @classmethod
    def _people_know_no_truth_beforehand(cls, criteria: CriteriaSpec, info: ValidationInfo) -> CriteriaSpec:
        blind = [name for name in criteria.names if Need.TRUTH in CRITERIA[name].needs]
        if info.data.get("oracle") == "human" and blind:
            raise PydanticCustomError(
                "truth", "{text}", {"text": f"{blind[0]} chooses by labels that nobody has given yet: leave it out"}
            )
        return criteria

    @field_validator("criteria")
    @classmethod
    def _criteria_are_of_the_task(cls, criteria: CriteriaSpec, info: ValidationInfo) -> CriteriaSpec:
        model = info.data.get("model")
        wrong = [] if model is None else [name for name in criteria.names if not model.learning.takes(name)]
        if model is not None and wrong:
            able = ", ".join(name for name in CRITERIA.ours if model.learning.takes(name))
            text = (
                f"{', '.join(wrong)} say{'s' * (len(wrong) == 1)} nothing where model.task is {model.task}; take {able}"
            )
            raise PydanticCustomError("task", "{text}", {"text": text})
        return criteria

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
    def _every_device_has_images(cls, run: RunSpec, info: ValidationInfo) -> RunSpec:
        training, model = info.data.get("training"), info.data.get("model")
        if training is not None and model is not None:
            require_divided(run.gpus_per_fit, training.batch_size, is_frozen=model.training == "frozen")
        return run

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
