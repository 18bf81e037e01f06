"""Model heads: what is known of each before torch is loaded, where they are found, and how their options are read.

Each of ours is a file of `campaigns.learning.heads`. It holds its options, a frozen dataclass whose fields are keys of
a recipe's `[model]`, and the function that makes the head; torch is imported inside that function.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Annotated, Any, get_type_hints

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, create_model
from pydantic_core import InitErrorDetails, PydanticCustomError

from campaigns.core.registry import Registry
from campaigns.errors import nearest
from campaigns.recipe.factories import PATTERN
from campaigns.recipe.wording import allowed

Count = Annotated[int, Field(ge=1)]
Channels = Annotated[int, Field(ge=0)]
"""Of features; 0 for none."""
Region = Annotated[float, Field(gt=0)]
"""Regions that pooling averages: below 1 a share of the map, from 1 on a number of positions."""
Weight = Annotated[float, Field(ge=0)]


def _factory(value: str) -> str:
    if PATTERN.fullmatch(value) is None:
        text = "should be package.module:function, of an installed package"
        raise PydanticCustomError("factory", "{text}", {"text": text})
    return value


Factory = Annotated[str, Field(validate_default=True), AfterValidator(_factory)]
"""A function of an installed package, `package.module:function`; there is no default for it."""


def _all_maps(_: Any) -> bool:
    return True


def _no_regions(_: Any) -> tuple[float, float]:
    return 0, 0


def _no_folds(_: Any) -> int:
    return 1


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """The trained part above a backbone: from features to class maps, and from class maps to logits."""

    name: str
    title: str
    """For a person: `WELDON`."""
    source: str
    """Where it is printed."""
    options: type
    """A frozen dataclass, every field with a default: what a recipe may say of it besides what every model has."""
    build: Callable[[Any, int, int], Any]
    """Makes it, a `campaigns.learning.models.MapModel`, from its options, the number of classes and the channels of the
    features; what is random in it is from torch's generator."""
    regions: Callable[[Any], tuple[float, float]] = _no_regions
    """How much of a map counts for its class, as `Region`: the top and the bottom, 0 for none; shown to a person."""
    folds: Callable[[Any], int] = _no_folds
    """How many maps of a class train as their mean does where nothing below them trains: `folded()` of the model that
    was made keeps their mean alone."""

    has_maps: Callable[[Any], bool] = _all_maps
    """Whether it has class maps; where it has none, criteria that look at maps are refused."""

    def __str__(self) -> str:
        return self.name

    @property
    def defaults(self) -> Mapping[str, Any]:
        """What a recipe that leaves its keys out means."""
        return {field.name: field.default for field in fields(self.options)}


HEADS: Registry[Head] = Registry(
    "model",
    Head,
    package="campaigns.learning.heads",
    group="alwsl_tui.heads",
    first=("weldon", "wildcat", "gap", "max", "module", "deeplab", "lraspp"),
)
"""Everything that `model.kind` may name."""


def read_options(head: Head, given: Mapping[str, Any], *, others: tuple[str, ...]) -> Any:
    """Return the options of a head from keys of a recipe; `others` are keys that every model has.

    A key of another head may stand there with its default, so that the same recipe serves several heads.

    Raises:
        ValidationError: with every key that is wrong or that no such model has.
    """
    own = {key: value for key, value in given.items() if key in head.defaults}
    foreign = {key: value for key, value in given.items() if key not in head.defaults}
    wrong = list(_foreign(head, foreign, (*others, *head.defaults)))
    try:
        # As the rest of a recipe: from JSON a list may become a tuple, a string never becomes a number.
        read = _form(head).model_validate_json(json.dumps(own, default=str))
    except ValidationError as error:
        wrong = [_again(detail) for detail in error.errors()] + wrong
    if wrong:
        raise ValidationError.from_exception_data(head.title, wrong)
    return head.options(**{name: getattr(read, name) for name in head.defaults})


@cache
def _form(head: Head) -> type[BaseModel]:
    """Return what checks its options, as strictly as the rest of a recipe is checked."""
    hints = get_type_hints(head.options, include_extras=True)
    keys: dict[str, Any] = {name: (hints[name], default) for name, default in head.defaults.items()}
    return create_model(head.title, __config__=ConfigDict(strict=True, allow_inf_nan=False), **keys)


def _foreign(head: Head, foreign: Mapping[str, Any], known: tuple[str, ...]) -> Iterator[InitErrorDetails]:
    for key, value in foreign.items():
        defaults = [other.defaults[key] for other in HEADS.values() if key in other.defaults]
        if not defaults:
            text = f"there is no such key, {nearest(key, known)}"
            yield InitErrorDetails(type=_error("no_such_key", text), loc=(key,), input=value)
        elif value not in defaults:
            text = f"{head.title} has no {key}: leave it at {as_text(defaults[0])}"
            yield InitErrorDetails(type=_error("not_of_this_head", text), loc=(key,), input=value)


def as_text(value: Any) -> str:
    """Return a value as a recipe has it; whole numbers without a point."""
    return f"{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _again(detail: Any) -> InitErrorDetails:
    text = allowed(detail["type"], detail.get("ctx", {}), detail["msg"])
    return InitErrorDetails(type=_error(detail["type"], text), loc=detail["loc"], input=detail["input"])


def _error(kind: Any, text: str) -> PydanticCustomError:
    return PydanticCustomError(kind, "{text}", {"text": text})
