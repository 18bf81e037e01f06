"""What every model head is held to by being in the registry, and one that is added in one file."""

import json
import sys
import tomllib
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
import torch

from campaigns.core.ids import NAME
from campaigns.learning.models import MapModel
from campaigns.recipe import HEADS, dump_recipe, load_recipe, parse
from campaigns.recipe.heads import Head
from tests.distributions import alwsl, install, package_of_tests, run_with
from tests.learning.heads import least_options
from tests.stage import TINY

every_head = pytest.mark.parametrize("head", HEADS.values(), ids=str)


@pytest.fixture(autouse=True)
def tests_are_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests count as an installed package: they bring a module of one's own."""
    monkeypatch.syspath_prepend(package_of_tests(tmp_path))


def built(head: Head, seed: int = 7) -> MapModel:
    """A head of five classes as a recipe that says no more of it than it must means it."""
    torch.manual_seed(seed)
    module = head.build(least_options(head), 5, 16)
    assert isinstance(module, MapModel)
    return module


def features() -> torch.Tensor:
    return torch.randn(3, 16, 6, 7, generator=torch.Generator().manual_seed(0))


@every_head
def test_it_says_what_it_is(head: Head) -> None:
    assert NAME.fullmatch(head.name)
    assert all((head.title, head.source))
    assert is_dataclass(head.options)
    assert hash(head.options()) == hash(head.options())
    assert set(head.defaults) == {field.name for field in fields(head.options)}
    top, bottom = head.regions(head.options())
    assert min(top, bottom) >= 0


@every_head
def test_its_options_are_keys_of_a_recipe_and_come_back_from_a_frozen_one(head: Head) -> None:
    smoke = load_recipe("smoke").model.model_dump()
    back = [f"model.{key}={head.defaults.get(key, 1)}" for key in ("kmax", "alpha", "maps") if key in smoke]
    own = ["model.module=tests.learning.own_head:SoftHead"] if head.name == "module" else []
    recipe = load_recipe("smoke", [f"model.kind={head.name}", *back, *own])
    assert recipe.model.options == least_options(head)
    assert parse(tomllib.loads(dump_recipe(recipe)), name="frozen") == recipe


@every_head
def test_maps_are_one_a_class_and_their_pooling_is_the_logits(head: Head) -> None:
    module = built(head).eval()
    with torch.no_grad():
        maps, logits = module.maps(features()), module(features())
    assert maps.shape == (3, 5, 6, 7)
    assert logits.shape == (3, 5)
    assert torch.equal(module.pool(maps), logits)
    assert logits.isfinite().all()


@every_head
def test_one_seed_makes_one_head_and_every_weight_of_it_trains(head: Head) -> None:
    first, second = built(head), built(head)
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))
    before = torch.random.get_rng_state()
    first.train()(features()).square().sum().backward()  # type: ignore[no-untyped-call]
    assert torch.equal(before, torch.random.get_rng_state())
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in first.parameters())


@every_head
def test_an_image_has_the_logits_it_has_alone(head: Head) -> None:
    module = built(head).eval()
    with torch.no_grad():
        together = module(features())
        alone = torch.cat([module(features()[at : at + 1]) for at in range(3)])
    torch.testing.assert_close(together, alone)


@pytest.mark.parametrize(("name", "over"), [("gap", torch.mean), ("max", torch.amax)])
def test_gap_is_the_mean_of_a_map_and_max_its_best_position(name: str, over: Callable[..., torch.Tensor]) -> None:
    module = built(HEADS[name])
    maps = module.maps(features())
    torch.testing.assert_close(module.pool(maps), over(maps, dim=(2, 3)))
    assert HEADS[name].defaults == {}


SOURCE = """
from dataclasses import dataclass
from typing import Annotated
from campaigns.recipe.heads import Head, Weight

@dataclass(frozen=True)
class Options:
    sharpness: Weight = 4.0

def build(options, classes, channels):
    import torch
    from torch import nn
    from campaigns.learning.models import MapModel

    class Soft(MapModel):
        def __init__(self):
            super().__init__()
            self.convolution = nn.Conv2d(channels, classes, 1)

        def maps(self, inputs):
            return self.convolution(inputs)

        def pool(self, maps):
            return torch.logsumexp(options.sharpness * maps.flatten(2), 2) / options.sharpness

    return Soft()

SOFT = Head("soft", "Log-sum-exp", "Pinheiro and Collobert, CVPR 2015", Options, build)
"""
SHOWN = """
import sys
from pathlib import Path
from campaigns.errors import BadRecipe
from campaigns.recipe import load_recipe
from campaigns.services.campaigns.form import choices, overrides_of, settings_of
from campaigns.services.workspace import open_workspace
print(*(name for name, _ in choices(open_workspace(Path(sys.argv[1]))).models))
print(*overrides_of(settings_of("smoke"), {"model.kind": "soft"}))
for overrides in (["model.sharpness=-1"], ["model.sharpnes=2"]):
    try:
        load_recipe("smoke", ["model.kind=soft", "model.kmax=1", "model.alpha=1", "model.maps=1", *overrides])
    except BadRecipe as error:
        print(error)
print("torch" in sys.modules)
"""


@pytest.mark.slow
def test_a_head_of_one_file_with_an_option_of_its_own_is_offered_checked_and_trained(tmp_path: Path) -> None:
    packages = install(tmp_path / "p", "alwsl_soft", SOURCE, group="alwsl_tui.heads", entries={"soft": "SOFT"})
    home = tmp_path / "home"
    assert "soft" in run_with(packages, alwsl("new", "--help"))
    offered, brought, *told, has_torch = run_with(packages, [sys.executable, "-c", SHOWN, str(home)]).splitlines()
    assert offered.split() == ["weldon", "wildcat", "gap", "max", "module", "deeplab", "lraspp", "soft"]
    assert set(brought.split()) == {"model.kind=soft", "model.kmax=1", "model.alpha=1", "model.maps=1"}
    assert "model.sharpness: is -1; should be 0 or more" in "\n".join(told)
    assert "model.sharpnes: there is no such key, did you mean 'sharpness'?" in "\n".join(told)
    assert has_torch == "False"
    overrides = (*TINY, *brought.split(), "model.sharpness=2", "protocol.full=false", 'criteria.names=["unc"]')
    sets = [word for override in overrides for word in ("--set", override)]
    run_with(packages, alwsl("run", "smoke", "--headless", "--name", "s", *sets, "--home", str(home)))
    (picks,) = home.glob("campaigns/*/jobs/arm*/rounds/1/picks.json")
    assert len(json.loads(picks.read_text())["picks"]) == 6
