"""A module of one's own as the head: what a function of an installed package returns."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.recipe.heads import Factory, Head

if TYPE_CHECKING:
    from campaigns.learning.adopted import AdoptedModule


@dataclass(frozen=True)
class ModuleOptions:
    """Where it comes from, and what it lacks."""

    module: Factory = ""
    """`package.module:function` of an installed package."""
    has_maps: bool = True
    """Whether it has class maps; without them, criteria that look at maps are refused."""


def _build(options: ModuleOptions, classes: int, channels: int) -> "AdoptedModule":
    from campaigns.learning.adopted import adopt

    return adopt(options.module, classes, channels, has_maps=options.has_maps)


def _has_maps(options: ModuleOptions) -> bool:
    return options.has_maps


ENTRIES = (Head("module", "a module of one's own", "its package", ModuleOptions, _build, has_maps=_has_maps),)
