"""What keys of a recipe may hold, where one type of Python does not say it."""

from itertools import pairwise
from typing import Annotated, Any

from pydantic import AfterValidator, Discriminator, Field, Tag, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from campaigns.core.registry import Registry
from campaigns.recipe.heads import Count

_NUMBER, _NUMBERS = "number", "numbers"
UNION_TAGS = frozenset({_NUMBER, _NUMBERS})
"""Names of alternatives, which the library puts into the place of a mistake."""


def in_registry(registry: Registry[Any]) -> AfterValidator:
    """Check that a name is in a registry; nothing is imported for it."""

    def check(value: str) -> str:
        if value not in registry:
            raise PydanticCustomError("unknown", "{hint}", {"hint": registry.hint(value)})
        return value

    return AfterValidator(check)


def require_divided(devices: int, batch: int, *, is_frozen: bool) -> None:
    """Raise the library's error where some devices of a fit would have none of so many images of a batch."""
    each = -(-batch // devices)
    if is_frozen and devices > 1:
        text = "a head on the features of a frozen backbone trains in seconds, on one device: leave gpus_per_fit out"
    elif (busy := -(-batch // each)) < devices:
        text = f"a batch of {batch} images makes {busy} part{'s' * (busy > 1)} of {each}, for {devices} devices"
    else:
        return
    wrong = PydanticCustomError("divided", "{text}", {"text": text})
    detail = InitErrorDetails(type=wrong, loc=("gpus_per_fit",), input=devices)
    raise ValidationError.from_exception_data("run", [detail])


def _require_rising(counts: int | tuple[int, ...]) -> int | tuple[int, ...]:
    """Raise the library's error unless each number of a list is larger than the one before it."""
    if isinstance(counts, tuple) and any(after <= before for before, after in pairwise(counts)):
        raise PydanticCustomError("rise", "{text}", {"text": "should rise from each number to the next"})
    return counts


RisingCounts = Annotated[
    Annotated[Count, Tag(_NUMBER)] | Annotated[tuple[Count, ...], Field(min_length=1), Tag(_NUMBERS)],
    Discriminator(lambda value: _NUMBERS if isinstance(value, list | tuple) else _NUMBER),
    AfterValidator(_require_rising),
]
"""A count, or a rising list of counts."""
