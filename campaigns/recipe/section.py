"""What the sections of a recipe have in common: pydantic validates them, and nothing else of the program."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A table of a recipe, or all of it."""

    # Defaults are checked too: imagenet weights are wrong for some backbones also when nobody wrote them down.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, validate_default=True)
