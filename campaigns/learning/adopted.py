"""Modules of other packages as heads: taken from installed packages alone, and tried before anything is trained.

As a program, `python -m campaigns.learning.adopted PACKAGE.MODULE:FUNCTION CLASSES CHANNELS maps|logits`, it tries one
and prints on two lines what is wrong and what to do; it then ends with 3.
"""

import sys
from collections.abc import Callable
from copy import deepcopy
from importlib import import_module
from typing import Any

import torch
from torch import Tensor, nn

from campaigns.errors import BadPackage
from campaigns.learning.models import MapModel
from campaigns.recipe.factories import require_installed

IMAGES, SIDE = 2, 7
"""Of the features that a module is tried on."""
# What code of others may fail with on features that it does not expect.
_FAILURES = (RuntimeError, TypeError, ValueError, AttributeError, LookupError, AssertionError, NotImplementedError)


class AdoptedModule(MapModel):
    """A module of another package; without class maps, each logit is a map of one position."""

    def __init__(self, module: Any, *, has_maps: bool) -> None:
        super().__init__()
        self.module = module
        self.has_maps = has_maps

    def maps(self, inputs: Tensor) -> Tensor:
        """Compute class maps; features (B, D, H, W) -> (B, C, H, W)."""
        maps: Tensor = self.module.maps(inputs) if self.has_maps else self.module(inputs)[:, :, None, None]
        return maps

    def pool(self, maps: Tensor) -> Tensor:
        """Pool class maps into logits; (B, C, H, W) -> (B, C)."""
        logits: Tensor = self.module.pool(maps) if self.has_maps else maps.flatten(1)
        return logits


def adopt(factory: str, classes: int, channels: int, *, has_maps: bool) -> AdoptedModule:
    """Return the module that a function of an installed package makes for so many classes and channels.

    Raises:
        BadPackage: there is no such package or function, or what it returns is not such a module.
    """
    require_installed(factory)
    module = _made(factory, classes, channels)
    lacking = [name for name in (("maps", "pool") if has_maps else ()) if not hasattr(module, name)]
    if not isinstance(module, nn.Module) or lacking:
        what = f"a {type(module).__name__}" + (f" without {' and '.join(lacking)}" if lacking else "")
        raise BadPackage(
            f"{factory} made {what}, where a torch.nn.Module with maps and pool was expected",
            hint="give it maps(x) and pool(maps), or set model.has_maps=false: it is then called",
        )
    adopted = AdoptedModule(module, has_maps=has_maps)
    with torch.random.fork_rng(devices=[]):
        _require_shapes(factory, adopted, classes, torch.randn(IMAGES, channels, SIDE, SIDE))
    return adopted


def _made(factory: str, classes: int, channels: int) -> Any:
    place, _, name = factory.partition(":")
    try:
        made: Callable[[int, int], Any] = getattr(import_module(place), name)
    except (ImportError, AttributeError) as error:
        raise BadPackage(f"{factory} cannot be imported: {error}", hint="model.module names it") from error
    try:
        return made(classes, channels)
    except _FAILURES as error:
        raise BadPackage(
            f"{factory}({classes}, {channels}) failed: {type(error).__name__}: {error}",
            hint="it is called with the number of classes and the channels of the features",
        ) from error


def _require_shapes(factory: str, adopted: AdoptedModule, classes: int, features: Tensor) -> None:
    """Raise BadPackage unless what it gives for some features has the shapes of class maps and of logits.

    It is tried as a copy: a pass in training mode may change what a module keeps.
    """
    tried = deepcopy(adopted).train()
    images = len(features)
    first = "maps()" if adopted.has_maps else "forward()"
    before = torch.get_rng_state()
    maps = _passed(factory, first, tried.maps if adopted.has_maps else tried.module, features)
    wanted = (images, classes, SIDE, SIDE) if adopted.has_maps else (images, classes)
    if maps.ndim != len(wanted) or maps.shape[:2] != wanted[:2]:
        raise _misshapen(factory, first, maps, wanted)
    if adopted.has_maps and (logits := _passed(factory, "pool()", tried.pool, maps)).shape != (images, classes):
        raise _misshapen(factory, "pool()", logits, (images, classes))
    if hasattr(tried.module, "embed"):
        vectors = _passed(factory, "embed()", tried.module.embed, features)
        if vectors.ndim != 2 or len(vectors) != images:
            raise _misshapen(factory, "embed()", vectors, (images, "D"))
    if not torch.equal(before, torch.get_rng_state()):
        raise BadPackage(
            f"{factory} draws random numbers while it computes",
            hint="take dropout and the like out of it: a round that is repeated has to give the same bytes",
        )


def _passed(factory: str, call: str, compute: Callable[[Tensor], Any], given: Tensor) -> Tensor:
    shape = tuple(given.shape)
    try:
        with torch.no_grad():
            result = compute(given)
    except _FAILURES as error:
        raise BadPackage(
            f"{factory}: {call} failed on {shape}: {type(error).__name__}: {error}",
            hint="features are (images, channels, height, width), class maps (images, classes, height, width)",
        ) from error
    if not isinstance(result, Tensor):
        raise BadPackage(f"{factory}: {call} gave a {type(result).__name__}", hint="it should return a tensor")
    return result


def _misshapen(factory: str, call: str, result: Tensor, wanted: tuple[int | str, ...]) -> BadPackage:
    shown = f"({', '.join(map(str, wanted))})"
    return BadPackage(
        f"{factory}: {call} gave {tuple(result.shape)} where {shown} was expected",
        hint=f"tried on features of {IMAGES} images, {SIDE} x {SIDE} positions each",
    )


if __name__ == "__main__":
    try:
        adopt(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), has_maps=sys.argv[4] == "maps")
    except BadPackage as mistake:
        sys.stdout.write(f"{mistake.message}\n{mistake.hint}")
        sys.exit(mistake.exit_code)
