"""What is wrong with a recipe is said in our words: no library's message reaches a person."""

import datetime
import json
import re
from typing import Any

import pytest

from campaigns.errors import BadRecipe, Mistake
from campaigns.recipe import Recipe, Tree, load_recipe, parse
from campaigns.recipe.reading import SHIPPED, toml_of

FOREIGN = re.compile(
    r"Input|Field required|Extra inputs|validation|valid (integer|string|number|boolean|array|dictionary)|Tuple should"
    r"|String should|List should|Value error|instance of|unable to|parse|pattern|pydantic|JSON|ctx|\bitems? after\b"
    r"|greater than or equal|less than or equal|an object"
)
"""Words of the libraries that check values."""
WRONG: tuple[Any, ...] = (
    None, True, -1, 0, 1.5, 10**30, float("inf"), float("nan"), "x", "", "../x", [], [1], ["x"], [[]], {}, {"a": 1},
    datetime.date(2020, 1, 1), "\udcff", "\x00",
)  # fmt: skip
SECTIONS = {
    name: field.annotation for name, field in Recipe.model_fields.items() if hasattr(field.annotation, "model_fields")
}
HEAD = ("kmax", "kmin", "alpha", "maps", "classwise_gradient")
KEYS = [
    *Recipe.model_fields,
    *(f"{name}.{key}" for name, section in SECTIONS.items() for key in getattr(section, "model_fields", {})),
    *(f"model.{key}" for key in HEAD),
    *(f"{name}.no_such_key" for name in SECTIONS),
    "no_such_section",
]


def mistakes_of(tree: Tree) -> tuple[Mistake, ...]:
    """Return what is wrong with a recipe; nothing where all is well."""
    try:
        parse(tree, name="mine")
    except BadRecipe as error:
        return error.mistakes
    return ()


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("base", ["voc2007-wildcat", "demo"])
def test_no_wrong_value_is_answered_in_words_of_a_library(base: str, key: str) -> None:
    for value in WRONG:
        tree = toml_of(SHIPPED / f"{base}.toml")
        section, _, name = key.rpartition(".")
        (tree.setdefault(section, {}) if section else tree)[name] = value
        for mistake in mistakes_of(tree):
            assert mistake.where
            # What stands there is quoted; what is told of it is ours.
            told = mistake.what.rpartition("; ")[2]
            assert not FOREIGN.search(told), (value, str(mistake))


def test_a_key_that_is_missing_is_named() -> None:
    with pytest.raises(BadRecipe) as error:
        parse({"data": {}}, name="mine")
    told = json.dumps([str(mistake) for mistake in error.value.mistakes])
    assert "data.name: is missing and has no default" in told
    assert not FOREIGN.search(told)


@pytest.mark.parametrize(
    ("override", "told"),
    [
        ("protocol.trials=0", "is 0; should be 1 or more"),
        ("protocol.trials=many", 'is "many"; should be a whole number'),
        ("protocol.add=5", "is 5; should be a list in brackets"),
        ("data.test_share=2", "is 2; should be less than 1"),
        ("data.name=../x", "should be a name: 1 to 64 letters"),
        ("run.device=tpu", 'is "tpu"; should be auto, cpu or cuda'),
        ("model.kmax=-1", "is -1; should be more than 0"),
        ("training.flip=3", "is 3; should be true or false"),
        ("data=5", "is 5; should be a table of keys"),
        ("about=\udcff", "holds a text that is not UTF-8"),
    ],
)
def test_what_is_allowed_is_said(override: str, told: str) -> None:
    with pytest.raises(BadRecipe) as error:
        load_recipe("voc2007-wildcat", [override])
    assert told in str(error.value)


def test_a_list_with_a_wrong_entry_is_one_mistake() -> None:
    with pytest.raises(BadRecipe) as error:
        load_recipe("demo", ["criteria.names=[3]"])
    assert [mistake.where for mistake in error.value.mistakes] == ["criteria.names.0"]
