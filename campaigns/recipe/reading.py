"""From TOML to a recipe and back; a wrong one reports every mistake in it."""

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import tomli_w
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from campaigns.errors import BadRecipe, Mistake, nearest
from campaigns.home.files import bounded
from campaigns.recipe.keys import UNION_TAGS
from campaigns.recipe.people import PEOPLE, people_tree
from campaigns.recipe.spec import Recipe
from campaigns.recipe.wording import MISSING, NO_KEY, NOT_TEXT, allowed, is_ours

SHIPPED = Path(__file__).parents[1] / "recipes"
MAX_BYTES = 1 << 20
"""A recipe is a page; a file larger than this is something else."""

MAX_DOTS = 64
"""In a line: a key of a recipe has two parts."""

Tree = dict[str, Any]
"""A recipe as TOML has it: the edge where dicts live."""


def shipped() -> tuple[str, ...]:
    """Return the names of the recipes that come with the program."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.toml")))


def load_recipe(source: Path | str, overrides: Sequence[str] = ()) -> Recipe:
    """Load the recipe in a file, or the shipped recipe of that name, with `key=value` overrides applied.

    Raises:
        BadRecipe: with every mistake in it, each with its key, the value found and what is allowed.
    """
    name, tree = _read(source)
    return overridden(tree, overrides, name=name)


def overridden(tree: Tree, overrides: Sequence[str], *, name: str) -> Recipe:
    """Build the recipe that a TOML tree describes with `key=value` overrides, which are written into the tree.

    Raises:
        BadRecipe: as `load_recipe`.
    """
    wrong = [mistake for override in overrides for mistake in _override(tree, override)]
    return parse(tree, name=name, also_wrong=wrong)


def toml_of(path: Path) -> Tree:
    """Return what a recipe's file says, unchecked.

    Raises:
        BadRecipe: it cannot be read, or is no TOML.
    """
    return _read(path)[1]


def parse(tree: Tree, *, name: str, also_wrong: Sequence[Mistake] = ()) -> Recipe:
    """Build the recipe that a TOML tree describes.

    Raises:
        BadRecipe: as `load_recipe`.
    """
    try:
        # JSON is the strict mode we want: a list may become a tuple, a string never becomes a number.
        recipe = Recipe.model_validate_json(json.dumps(tree, default=str))
    except RecursionError as error:  # dotted keys nest without a bracket
        raise BadRecipe(f"recipe {name} is nested too deeply", hint="a recipe has tables of keys, no deeper") from error
    except ValidationError as error:
        mistakes = [*also_wrong, *_mistakes(error.errors())]
    else:
        if not also_wrong:
            return recipe
        mistakes = list(also_wrong)
    raise BadRecipe(
        f"recipe {name} has {len(mistakes)} mistake{'s' if len(mistakes) > 1 else ''}",
        mistakes=mistakes,
        hint="mend each line above, or give --set key=value",
    )


def dump_recipe(recipe: Recipe) -> str:
    """Write the recipe as TOML that `load_recipe` reads back to an equal one."""
    return tomli_w.dumps(json.loads(recipe.model_dump_json(exclude_none=True)))


def recipe_sum(path: Path) -> str:
    """Sha-256 of what a frozen recipe says, but for where its data lie: that may change when a campaign is carried.

    Raises:
        BadRecipe: the file cannot be read, or is no TOML.
    """
    return hashlib.sha256(json.dumps(_rooted(path, None), sort_keys=True, default=str).encode()).hexdigest()


def with_root(path: Path, root: str | None, each: Mapping[str, str] | None = None) -> str:
    """Return the recipe in a file as TOML, with `data.root` and `data.each` as given; all else as it stands there.

    Raises:
        BadRecipe: as `recipe_sum`.
    """
    return tomli_w.dumps(_rooted(path, root, each))


def _rooted(path: Path, root: str | None, each: Mapping[str, str] | None = None) -> Tree:
    _, tree = _read(path)
    if isinstance(tree.get("data"), dict):
        for key, value in (("root", root), ("each", each and dict(each))):
            tree["data"].pop(key, None)
            tree["data"] |= {key: value} if value else {}
    return tree


def _read(source: Path | str) -> tuple[str, Tree]:
    path = Path(source)
    if source == PEOPLE:
        return PEOPLE, people_tree()
    if isinstance(source, str) and not path.suffix and "/" not in source:
        if source not in shipped():
            raise BadRecipe(f"there is no shipped recipe {source!r}", hint=nearest(source, shipped()))
        path = SHIPPED / f"{source}.toml"
    try:
        if path.exists() and not path.is_file():
            what = "a directory" if path.is_dir() else "not a file"
            raise BadRecipe(f"cannot read {path}: it is {what}", hint="`alwsl-tui recipes` lists shipped ones")
        if path.stat().st_size > MAX_BYTES:
            raise BadRecipe(f"{path} is larger than a recipe can be ({MAX_BYTES} bytes)")
        return path.name, _toml(bounded(path, MAX_BYTES).decode("utf-8"))
    except OSError as error:
        raise BadRecipe(
            f"cannot read {path}: {error.strerror}", hint="`alwsl-tui recipes` lists shipped ones"
        ) from error
    except (ValueError, RecursionError) as error:  # no TOML, no text, or numbers beyond what Python reads
        raise BadRecipe(f"{path} is not TOML: {error}") from error


def _toml(text: str) -> Tree:
    """Parse TOML.

    Raises:
        ValueError: it is no TOML, or has a line with more than MAX_DOTS dots.
        RecursionError: it is nested too deeply.
    """
    # The library takes minutes over a key of ten thousand parts, which is a line of twenty kilobytes.
    lines = enumerate(text.split("\n"), 1)
    dotted = [n for n, line in lines if line.count(".") > MAX_DOTS and not line.lstrip().startswith("#")]
    if dotted:
        raise ValueError(f"line {dotted[0]} has more than {MAX_DOTS} dots")
    return tomllib.loads(text)


def _override(tree: Tree, text: str) -> Iterator[Mistake]:
    key, equals, value = text.partition("=")
    parts = key.strip().split(".")
    if not equals or not all(parts):
        yield Mistake(f"--set {text}", "should be key=value, as in protocol.trials=5")
        return
    at = tree
    for part in parts[:-1]:
        below = at.setdefault(part, {})
        if not isinstance(below, dict):
            yield Mistake(f"--set {text}", f"{part} is a value, it has no keys below it")
            return
        at = below
    at[parts[-1]] = override_value(value.strip())


def override_value(text: str) -> Any:
    """Parse a TOML value, or return the text itself: `--set model.kind=weldon` needs no quotes."""
    try:
        return _toml(f"value = {text}")["value"]
    except (ValueError, RecursionError):  # no TOML, or a number or a nesting beyond what Python reads
        return text


def _mistakes(details: Sequence[ErrorDetails]) -> Iterator[Mistake]:
    parents = {detail["loc"][:-1] for detail in details}
    for detail in details:
        # A list that lacks what is wrong in it may be too short for that reason alone.
        if not (detail["type"] == "too_short" and detail["loc"] in parents):
            yield _mistake(detail)


def _mistake(detail: ErrorDetails) -> Mistake:
    # A head's options are keys of the model as a recipe has them.
    named = (str(part) for part in detail["loc"] if part not in UNION_TAGS)
    where = ".".join(named).replace("model.options.", "model.", 1)
    value = detail.get("input")
    if detail["type"] in NOT_TEXT:
        return Mistake(where or "recipe", "holds a text that is not UTF-8")
    if detail["type"] == NO_KEY:
        return Mistake(where, f"there is no such key, {nearest(str(detail['loc'][-1]), _keys(detail['loc'][:-1]))}")
    if detail["type"] == MISSING:
        return Mistake(where, "is missing and has no default")
    text = allowed(detail["type"], detail.get("ctx", {}), detail["msg"])
    is_of_several = isinstance(value, Mapping) and is_ours(detail.get("ctx", {}))
    if detail["type"] == "no_such_key" or is_of_several:  # the text says which key of the table does not fit
        return Mistake(where, text)
    shown = "a table" if isinstance(value, Mapping) else json.dumps(value, default=str)
    return Mistake(where, f"is {shown[:80]}; {text}")


def _keys(loc: tuple[int | str, ...]) -> list[str]:
    at: Any = Recipe
    for part in loc:
        kind: Any = at.model_fields[part].annotation
        # A table that may be left out is one of two types.
        at = next((each for each in get_args(kind) if hasattr(each, "model_fields")), kind)
    return list(at.model_fields)
