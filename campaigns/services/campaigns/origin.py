"""What a campaign is called that was made from a shipped recipe and differs from it."""

from collections.abc import Iterator, Mapping
from typing import Any

from campaigns.recipe import Recipe, load_recipe, shipped
from campaigns.reporting.paper import TRAINING_IMAGES

_SECTIONS = ("data", "model", "training", "protocol", "criteria")
"""Of a recipe; `run` changes nothing that a campaign means."""
_FREE = {"data.root", "data.each", "data.follow_links", "data.on_unreadable", "protocol.seed"}
"""Keys of these that say where and which, not what."""
_ALIKE = 0.01
"""Share by which the training images may be more or fewer than the paper's: publishers mend their archives."""


def about_of(recipe: Recipe, *, images: int) -> str:
    """Return the line that describes a campaign: the recipe's own, where that is still true.

    Where it is that of a shipped recipe which was changed, it is `after NAME, with other …`, with the keys that differ,
    `images` among them where the training images are not as many as the paper's.
    """
    for name in shipped():
        original = load_recipe(name)
        if recipe.about and original.about == recipe.about:
            keys = [key for key in _differences(original, recipe) if key not in _FREE]
            of = TRAINING_IMAGES.get(original.data.name)
            if "-" in name and of is not None and abs(images - of) > _ALIKE * of:
                keys.insert(0, "images")
            return f"after {name}, with other {', '.join(dict.fromkeys(keys))}" if keys else recipe.about
    return recipe.about


def _differences(original: Recipe, recipe: Recipe) -> Iterator[str]:
    """Yield the keys in which a recipe is not the original. More trials or criteria take nothing from it."""
    for section in _SECTIONS:
        old, new = (getattr(of, section).model_dump() for of in (original, recipe))
        yield from (f"{section}.{key}" for key in (old | new) if _differs(f"{section}.{key}", old, new, key))


def _differs(where: str, old: Mapping[str, Any], new: Mapping[str, Any], key: str) -> bool:
    before: Any = old.get(key)
    after: Any = new.get(key)
    if where == "protocol.trials":
        return bool(after < before)
    if where == "criteria.names":
        return not set(before) <= set(after)
    return bool(before != after)
