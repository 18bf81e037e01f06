"""Above a frozen backbone the maps of a class are one map, their mean: what is folded trains as what is not."""

from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import torch

from campaigns.learning.backbones import BACKBONES
from campaigns.learning.models import MapModel, WeakHead, build_head, build_model
from campaigns.learning.pooling import FoldedPool
from campaigns.learning.setup import drawing, new_model
from campaigns.learning.training import begin, fit, training_on
from campaigns.recipe import HEADS, ModelSpec, TrainingSpec, load_recipe
from campaigns.recipe.heads import Head
from tests.distributions import package_of_tests
from tests.learning.heads import CHANNELS, CLASSES, CPU, SPEC, Maps, least_options, some_labels, some_maps

Gradient = Literal["reference", "exact"]
GRADIENTS: tuple[Gradient, ...] = ("reference", "exact")
TRAINING = TrainingSpec(lr=0.5, momentum=0.9, weight_decay=0.01, batch_size=8, lr_drops=(15,))
ROWS = np.arange(40)


def wildcat(maps: int, gradient: Gradient = "reference") -> ModelSpec:
    return SPEC.model_copy(update={"options": replace(SPEC.options, maps=maps, classwise_gradient=gradient)})


def a_head(maps: int, gradient: Gradient = "reference") -> MapModel:
    """In float64, so that whatever differs is no rounding."""
    with drawing((3,)):
        return build_head(wildcat(maps, gradient), CLASSES, CHANNELS).double()


def inputs() -> Maps:
    return Maps(some_maps().values.double())


def trained(head: MapModel, *, epochs: int, spec: TrainingSpec = TRAINING) -> torch.Tensor:
    """The logits of all images after so many epochs of five steps."""
    training = training_on(ROWS, some_labels(), CPU)
    training = replace(training, targets=training.targets.double())
    list(fit(begin(head, spec), inputs(), training, spec=spec, epochs=epochs, entropy=(1,)))
    with torch.no_grad():
        return head(inputs().values)


@pytest.mark.parametrize("gradient", GRADIENTS)
@pytest.mark.parametrize("maps", [2, 4, 8])
def test_a_folded_head_gives_the_same_logits_after_the_same_steps(maps: int, gradient: Gradient) -> None:
    head = a_head(maps, gradient)
    folded = head.folded()
    with torch.no_grad():
        before = head(inputs().values)
        assert torch.allclose(folded(inputs().values), before, rtol=0, atol=1e-14)
    whole, mean = trained(head, epochs=32), trained(folded, epochs=32)
    assert (whole - before).abs().max() > 0.1, "it has learnt something"
    assert torch.allclose(mean, whole, rtol=0, atol=1e-12)


def test_the_exact_gradient_is_not_that_of_the_reference() -> None:
    reference, exact = (trained(a_head(8, gradient).folded(), epochs=2) for gradient in GRADIENTS)
    assert (reference - exact).abs().max() > 0.01


@pytest.mark.parametrize("gradient", GRADIENTS)
def test_a_folded_head_has_one_map_a_class(gradient: Gradient) -> None:
    head = a_head(8, gradient).folded()
    assert {name: tuple(parameter.shape) for name, parameter in head.named_parameters()} == {
        "convolution.weight": (CLASSES, CHANNELS, 1, 1),
        "convolution.bias": (CLASSES,),
    }
    assert head.folded() is head


def test_a_head_of_one_map_a_class_is_itself() -> None:
    weldon = ModelSpec(kind="weldon", backbone="tiny", weights="none", image_size=32)
    for spec in (wildcat(1), wildcat(1, "exact"), weldon):
        head = build_head(spec, CLASSES, CHANNELS)
        assert head.folded() is head
        assert spec.model_copy(update={"training": "frozen"}).folded_maps == 1


def test_what_a_folded_pool_returns_is_not_rounded() -> None:
    maps = torch.randn(4, 3, 5, 5)
    assert torch.equal(FoldedPool(7)(maps), maps)


def recipe(training: str, maps: int = 4) -> list[str]:
    return [f"model.training={training}", f"model.maps={maps}", "run.precision=float32"]


def test_only_a_model_whose_backbone_is_frozen_is_folded() -> None:
    frozen, tuned = load_recipe("smoke", recipe("frozen")), load_recipe("smoke", recipe("finetune"))
    assert (frozen.model.folded_maps, tuned.model.folded_maps) == (4, 1)
    head = new_model(frozen, 5, entropy=(0,), device=CPU)
    whole = new_model(tuned, 5, entropy=(0,), device=CPU)
    assert isinstance(head, WeakHead)
    assert head.convolution.out_channels == 5
    assert dict(whole.named_parameters())["head.convolution.weight"].shape[0] == 20


def test_a_folded_head_begins_as_the_mean_of_what_it_was_drawn_as() -> None:
    frozen = load_recipe("smoke", recipe("frozen"))
    head = new_model(frozen, 5, entropy=(0,), device=CPU)
    with drawing((0,)):
        drawn = build_model(frozen.model, 5).head
    features = torch.randn(6, BACKBONES["tiny"].channels, 4, 4, generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        assert torch.allclose(head(features), drawn(features), rtol=0, atol=1e-6)


@pytest.mark.parametrize("head", HEADS.values(), ids=str)
def test_a_head_folds_where_it_says_so(head: Head, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(package_of_tests(tmp_path))
    options = least_options(head)
    for given in (options, replace(options, maps=3) if "maps" in head.defaults else options):
        made = head.build(given, CLASSES, CHANNELS)
        assert isinstance(made, MapModel)
        assert (made.folded() is made) is (head.folds(given) == 1)
