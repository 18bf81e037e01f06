"""What every section of a recipe is: frozen, strict, and nothing in it that is not known."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A table of a recipe."""

    # Defaults are checked too: imagenet weights are wrong for some backbones also when nobody wrote them down.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, validate_default=True)
