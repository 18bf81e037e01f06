"""What a recipe asks of a node of Ray: its table `run.needs`."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from campaigns.core.execution import NODE_LABEL, NODE_RESOURCE

_Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?$")]
_Amount = Annotated[int | float, Field(gt=0)]
Needs = Annotated[dict[_Word, _Word | _Amount], Field(max_length=16)]
"""By name: the text of a label, as `ray start --labels` gives it, or how much of a resource a worker takes."""


def as_options(needs: Mapping[str, str | int | float]) -> tuple[str, ...]:
    """Return each need in one text: `label:gpu_kind=H100`, `resource:disk=2`."""
    return tuple(
        f"{NODE_LABEL}:{name}={value}" if isinstance(value, str) else f"{NODE_RESOURCE}:{name}={value:g}"
        for name, value in sorted(needs.items())
    )
