"""A module of one's own as a head: where it may come from, and what it is tried for before anything is trained."""

from pathlib import Path

import pytest
import torch

from campaigns.errors import BadPackage, BadRecipe
from campaigns.learning.adopted import adopt
from campaigns.recipe import load_recipe
from campaigns.recipe.factories import require_installed
from tests.distributions import install, package_of_tests

OWN = "tests.learning.own_head"
MODULE = ["model.kind=module", "model.kmax=1.0", "model.alpha=1.0", "model.maps=1"]


@pytest.fixture(autouse=True)
def tests_are_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests count as an installed package."""
    monkeypatch.syspath_prepend(package_of_tests(tmp_path))


def test_what_it_gives_is_what_the_module_gives() -> None:
    head = adopt(f"{OWN}:SoftHead", 5, 16, has_maps=True)
    features = torch.randn(3, 16, 4, 6)
    maps = head.maps(features)
    assert maps.shape == (3, 5, 4, 6)
    assert torch.equal(head(features), torch.logsumexp(maps.flatten(2), 2))
    assert list(head.state_dict()) == ["module.score.weight", "module.score.bias"]


def test_a_module_without_maps_has_logits_for_maps() -> None:
    head = adopt(f"{OWN}:plain", 5, 16, has_maps=False)
    features = torch.randn(3, 16, 4, 6)
    assert head.maps(features).shape == (3, 5, 1, 1)
    assert torch.equal(head(features), head.module(features))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Flattened", "maps() gave (2, 20, 49) where (2, 20, 7, 7) was expected"),
        ("Unpooled", "pool() gave (2, 20, 7, 7) where (2, 20) was expected"),
        ("Dropping", "draws random numbers"),
        ("plain", "made a Sequential without maps and pool"),
        ("fixed", "maps() failed on (2, 32, 7, 7)"),
        ("missing", "cannot be imported"),
        ("OWN", "cannot be imported"),
    ],
)
def test_what_is_no_such_module_is_refused_with_shapes(name: str, told: str) -> None:
    with pytest.raises(BadPackage) as caught:
        adopt(f"{OWN}:{name}", 20, 32, has_maps=True)
    assert told in caught.value.message
    assert caught.value.exit_code == 3


def test_trying_a_module_draws_nothing_from_what_the_next_weights_are_drawn_from() -> None:
    torch.manual_seed(1)
    adopt(f"{OWN}:SoftHead", 5, 16, has_maps=True)
    after = torch.get_rng_state()
    torch.manual_seed(1)
    torch.nn.Conv2d(16, 5, 1)
    assert torch.equal(torch.get_rng_state(), after)


def test_only_an_installed_package_may_bring_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "lying_here.py").write_text("raise SystemExit('it was run')")
    monkeypatch.chdir(tmp_path / "data")
    monkeypatch.syspath_prepend("")
    with pytest.raises(BadPackage, match="no installed package brings 'lying_here'"):
        adopt("lying_here:build", 5, 16, has_maps=True)
    folder = install(tmp_path / "p", "alwsl_one_more", "", group="alwsl_tui.none", entries={})
    (folder / "alwsl_one_more-1.0.dist-info" / "top_level.txt").write_text("alwsl_one_more\n")
    monkeypatch.syspath_prepend(folder)
    require_installed("alwsl_one_more:build")


def test_a_recipe_names_it_and_what_it_lacks_is_refused_with_all_other_mistakes() -> None:
    model = load_recipe("smoke", [*MODULE, "model.module=a.b:c"]).model
    assert (model.options.module, model.has_maps) == ("a.b:c", True)
    wrong = ["model.module=a.b:c", "model.has_maps=false", 'criteria.names=["sepmax", "unc", "ag"]', "training.lr=-1"]
    with pytest.raises(BadRecipe) as caught:
        load_recipe("smoke", [*MODULE, *wrong])
    assert "the model has no class maps, which sepmax, ag look at" in str(caught.value)
    assert "training.lr" in str(caught.value)
    for named in ([], ["model.module=heads.py"], ["model.module=../heads:build"]):
        with pytest.raises(BadRecipe, match=r"should be package\.module:function"):
            load_recipe("smoke", [*MODULE, *named])
