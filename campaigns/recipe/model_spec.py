"""What a recipe says of its model: backbone, head, and the options that the head brings."""

from collections.abc import Mapping
from dataclasses import asdict
from math import ceil
from typing import Annotated, Any, Literal

from pydantic import (
    ConfigDict,
    Field,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    field_validator,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from campaigns.recipe.backbones import BACKBONES
from campaigns.recipe.heads import HEADS, read_options
from campaigns.recipe.keys import in_registry
from campaigns.recipe.section import Section
from campaigns.recipe.tasks import MULTILABEL, TASKS, LearningTask


class ModelSpec(Section):
    """The weakly supervised model and how it pools."""

    model_config = ConfigDict(extra="ignore")  # what is not ours is the head's, which refuses what it does not know

    task: Annotated[str, in_registry(TASKS)] = MULTILABEL
    """What the model learns, and by what it is measured."""
    kind: Annotated[str, in_registry(HEADS)]
    backbone: Annotated[str, in_registry(BACKBONES)] = "resnet101"
    weights: Annotated[str, Field(min_length=1)] = "imagenet"
    """`imagenet`, `none` (random), or a file of weights."""
    image_size: Annotated[int, Field(ge=32, le=1024)] = 448
    """Side of the square every image is warped to, in pixels; some backbones take none but their own."""
    training: Literal["finetune", "frozen"] = "finetune"
    """`finetune` trains everything, as the paper does; `frozen` trains the head on cached feature maps."""
    features: Literal["full", "pooled"] = "full"
    """frozen: `full` keeps the maps of each image and of its mirror image; `pooled` the mean of every 2 × 2 places of
    the image alone, in an eighth of the room."""
    options: Any = Field(default_factory=dict)
    """What the head of that kind lets a recipe say, an instance of its `options`. In a recipe these are keys of
    `[model]` like the others."""

    @model_validator(mode="before")
    @classmethod
    def _keys_of_the_head_apart(cls, tree: Any) -> Any:
        if not isinstance(tree, Mapping):
            return tree
        shared = cls.model_fields.keys() - {"options"}
        mine = {key: value for key, value in tree.items() if key in shared}
        return mine | {"options": {key: value for key, value in tree.items() if key not in shared}}

    @field_validator("options")
    @classmethod
    def _options_are_those_of_the_head(cls, options: Mapping[str, Any], info: ValidationInfo) -> Any:
        kind = info.data.get("kind")
        shared = tuple(key for key in cls.model_fields if key != "options")
        return None if kind is None else read_options(HEADS[kind], options, others=shared)

    @model_serializer(mode="wrap")
    def _keys_of_the_head_among_the_others(
        self, write: SerializerFunctionWrapHandler, info: SerializationInfo
    ) -> dict[str, Any]:
        tree: dict[str, Any] = write(self)
        options = asdict(self.options)
        del tree["options"]
        # What came later is left out where it changes nothing: recipes and keys of before stay what they were.
        if tree["task"] == MULTILABEL:
            del tree["task"]
        return tree | {key: value for key, value in options.items() if value is not None or not info.exclude_none}

    @field_validator("features")
    @classmethod
    def _masks_follow_whole_features(cls, features: str, info: ValidationInfo) -> str:
        task = info.data.get("task")
        if features == "pooled" and task is not None and TASKS[task].is_dense:
            text = f"{task} needs features of each place and of the mirror image: leave it at full"
            raise PydanticCustomError("features", "{text}", {"text": text})
        return features

    @field_validator("weights")
    @classmethod
    def _imagenet_weights_are_published(cls, weights: str, info: ValidationInfo) -> str:
        name = info.data.get("backbone")
        if weights == "imagenet" and name is not None and BACKBONES[name].imagenet is None:
            raise PydanticCustomError(
                "weights", "the backbone {name} has no ImageNet weights: set it to none, or name a file", {"name": name}
            )
        return weights

    @field_validator("image_size")
    @classmethod
    def _the_backbone_takes_such_pictures(cls, size: int, info: ValidationInfo) -> int:
        name = info.data.get("backbone")
        least, most = (size, size) if name is None else BACKBONES[name].sides
        if not least <= size <= most:
            bounds = f"of {least} pixels alone" if least == most else f"from {least} pixels on"
            raise PydanticCustomError(
                "size", "the backbone {name} takes pictures {wrong}", {"name": name, "wrong": bounds}
            )
        return size

    @property
    def learning(self) -> LearningTask:
        """What its task is about."""
        return TASKS[self.task]

    @property
    def weights_mib(self) -> int:
        """Size of the backbone's weights; those of a head are small beside them."""
        return BACKBONES[self.backbone].weights_mib

    @property
    def folded_maps(self) -> int:
        """Maps of each class that are folded into their mean, as nothing below them trains; 1 when none are."""
        return HEADS[self.kind].folds(self.options) if self.training == "frozen" else 1

    @property
    def is_pooled(self) -> bool:
        """Whether the head reads feature maps at half their resolution, and of no mirror image."""
        return self.training == "frozen" and self.features == "pooled"

    def feature_bytes(self, train: int, test: int) -> int:
        """Return the bytes that the feature maps of so many images take, in 16 bits; 0 when the backbone trains."""
        if self.training != "frozen":
            return 0
        backbone = BACKBONES[self.backbone]
        side = ceil(self.image_size / backbone.stride)
        side, views = (ceil(side / 2), 1) if self.is_pooled else (side, 2)
        return (views * train + test) * backbone.channels * side**2 * 2

    @property
    def has_maps(self) -> bool:
        """Whether the head has class maps, which some criteria look at."""
        return HEADS[self.kind].has_maps(self.options)
