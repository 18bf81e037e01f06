"""Recipes in files and on the command line."""

import tomllib
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from campaigns.errors import BadRecipe
from campaigns.recipe import SHIPPED, Recipe, dump_recipe, load_recipe, parse, shipped
from campaigns.selection.criteria import REGISTRY as CRITERIA
from campaigns.selection.question import Need
from tests.stage import refusal

OF_MANY_LABELS = sorted(
    name for name, rule in CRITERIA.ours.items() if "sigmoid" in rule.links and Need.PIXELS not in rule.needs
)
KEYS: dict[str, st.SearchStrategy[object]] = {
    "about": st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
    "data.name": st.sampled_from(["shapes", "a.b-c_9"]),
    "data.root": st.sampled_from(["/a b/é", "C:\\x", "'\""]),
    "data.test_share": st.floats(0.01, 0.99),
    "model.kmax": st.floats(0.001, 100),
    "model.kmin": st.floats(0.001, 100),
    "model.alpha": st.floats(0, 10),
    "model.maps": st.integers(1, 16),
    "model.training": st.sampled_from(["finetune", "frozen"]),
    "training.weight_decay": st.floats(0, 1),
    "training.lr_drops": st.lists(st.integers(1, 30), max_size=3),
    "training.flip": st.booleans(),
    "protocol.seed": st.integers(0, 2**63 - 1),
    "protocol.report_at": st.lists(st.sampled_from([40, 60, 80]), max_size=2),
    "criteria.names": st.lists(st.sampled_from(OF_MANY_LABELS), min_size=1, max_size=4, unique=True),
    "run.pixel_cache_gib": st.floats(0, 1e6),
    "run.retries": st.integers(0, 10),
}


@st.composite
def some_recipes(draw: st.DrawFn) -> Recipe:
    tree = tomllib.loads((SHIPPED / "smoke.toml").read_text())
    for key in draw(st.lists(st.sampled_from(sorted(KEYS)), unique=True)):
        *sections, last = key.split(".")
        at = tree
        for section in sections:
            at = at[section]
        at[last] = draw(KEYS[key])
    return parse(tree, name="drawn")


@given(recipe=some_recipes())
def test_a_frozen_recipe_is_read_back_as_it_was(recipe: Recipe) -> None:
    assert parse(tomllib.loads(dump_recipe(recipe)), name="frozen") == recipe


@pytest.mark.parametrize("name", shipped())
def test_a_recipe_is_the_same_from_the_shelf_and_from_a_file(name: str, tmp_path: Path) -> None:
    path = tmp_path / "copy.toml"
    path.write_text(dump_recipe(load_recipe(name)))
    assert load_recipe(path) == load_recipe(str(path)) == load_recipe(name)


def test_overrides_of_every_form_are_understood() -> None:
    recipe = load_recipe(
        "smoke",
        [
            "about=one = two",
            "model.kind=weldon",  # text without quotes
            'model.weights="none"',
            "model.maps = 1",
            "model.alpha=1.0",
            "training.lr_drops=[3, 5]",
            "training.flip=false",
            "run={device = 'cpu', retries = 0}",
            "run.retries=1",  # into the table before
            "protocol.trials=4",
            "protocol.trials=5",  # the last one wins
        ],
    )
    assert recipe.about == "one = two"
    assert (recipe.model.kind, recipe.model.weights, recipe.model.options.kmax) == ("weldon", "none", 0.2)
    assert (recipe.training.lr_drops, recipe.training.flip) == ((3, 5), False)
    assert (recipe.run.device, recipe.run.retries, recipe.protocol.trials) == ("cpu", 1, 5)


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("protocol.trials", "should be key=value"),
        ("=5", "should be key=value"),
        ("protocol..trials=5", "should be key=value"),
        ("", "should be key=value"),
        ("protocol.trials.more=5", "trials is a value"),
        ("protocol.add.0=5", "add is a value"),
    ],
)
def test_an_override_that_sets_nothing_is_quoted(override: str, said: str) -> None:
    text = refusal(lambda: load_recipe("smoke", [override]))
    assert f"--set {override}" in text
    assert said in text


def test_a_recipe_cannot_be_changed_once_it_is_read() -> None:
    recipe = load_recipe("smoke")
    with pytest.raises(ValueError, match="frozen"):
        recipe.protocol.trials = 9  # type: ignore[misc]  # mypy knows it too


def test_a_number_is_never_made_out_of_text() -> None:
    assert "protocol.trials" in refusal(lambda: load_recipe("smoke", ['protocol.trials="5"']))
    assert load_recipe("smoke", ["training.lr=1"]).training.lr == 1.0


@pytest.mark.parametrize("counts", [20, (20,), (20, 25, 35)])
def test_full_epochs_are_a_number_or_a_rising_list_and_stay_what_they_are(counts: int | tuple[int, ...]) -> None:
    written = list(counts) if isinstance(counts, tuple) else counts
    recipe = load_recipe("voc2007-weldon", [f"protocol.full_epochs={written}"])
    assert recipe.full_epochs == counts
    assert parse(tomllib.loads(dump_recipe(recipe)), name="again") == recipe
    assert f"full_epochs = {counts}" in dump_recipe(recipe) or isinstance(counts, tuple)


@pytest.mark.parametrize(
    ("value", "where", "what"),
    [
        ("[20, 20]", "protocol.full_epochs", "should rise from each number to the next"),
        ("[35, 20]", "protocol.full_epochs", "should rise from each number to the next"),
        ("[]", "protocol.full_epochs", "a list of 1 or more"),
        ("[20, 0]", "protocol.full_epochs.1", "should be 1 or more"),
        ("[20, 'a']", "protocol.full_epochs.1", "should be a whole number"),
        ("0", "protocol.full_epochs", "should be 1 or more"),
        ("'many'", "protocol.full_epochs", "should be a whole number"),
    ],
)
def test_wrong_full_epochs_are_named_where_they_stand(value: str, where: str, what: str) -> None:
    with pytest.raises(BadRecipe) as caught:
        load_recipe("voc2007-weldon", [f"protocol.full_epochs={value}"])
    (mistake,) = caught.value.mistakes
    assert mistake.where == where
    assert what in mistake.what
