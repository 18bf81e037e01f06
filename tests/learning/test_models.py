from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from campaigns.learning.backbones import BACKBONES
from campaigns.learning.models import (
    MapModel,
    WeakHead,
    WeakModel,
    build_head,
    build_model,
    normalise,
    parameter_groups,
)
from campaigns.learning.pooling import ClassWisePool, WeldonPool, WildcatPool
from campaigns.recipe import ModelSpec

WELDON = ModelSpec(kind="weldon", backbone="tiny", weights="none", image_size=64, kmax=3)
WILDCAT = ModelSpec(kind="wildcat", backbone="tiny", weights="none", image_size=64, kmax=0.2, alpha=0.7, maps=4)
SPECS = [pytest.param(WELDON, id="weldon"), pytest.param(WILDCAT, id="wildcat")]


def head_of(spec: ModelSpec, classes: int, channels: int) -> WeakHead:
    """The head of a recipe, one of ours."""
    head = build_head(spec, classes, channels)
    assert isinstance(head, WeakHead)
    return head


def pictures(n: int = 2, side: int = 64) -> Tensor:
    return torch.randn(n, 3, side, side, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("spec", SPECS)
def test_a_model_gives_maps_and_pooled_maps_are_its_logits(spec: ModelSpec) -> None:
    model = build_model(spec, classes=5).eval()
    with torch.no_grad():
        maps, logits = model.maps(pictures()), model(pictures())
    assert maps.shape == (2, 5, 8, 8)
    assert logits.shape == (2, 5)
    assert torch.equal(model.pool(maps), logits)


@pytest.mark.parametrize("spec", SPECS)
def test_a_head_on_features_is_the_model_on_pictures(spec: ModelSpec) -> None:
    model = build_model(spec, classes=5).eval()
    with torch.no_grad():
        features = model.backbone(pictures())
        assert features.shape == (2, BACKBONES["tiny"].channels, 8, 8)
        assert torch.equal(model.head.maps(features), model.maps(pictures()))
        assert torch.equal(model.head(features), model(pictures()))


def test_the_head_is_one_convolution_with_bias_and_the_pools_of_the_recipe() -> None:
    weldon, wildcat = head_of(WELDON, 5, channels=16), head_of(WILDCAT, 5, channels=16)
    assert {name: tuple(p.shape) for name, p in weldon.named_parameters()} == {
        "convolution.weight": (5, 16, 1, 1),
        "convolution.bias": (5,),
    }
    assert wildcat.convolution.weight.shape == (20, 16, 1, 1)
    assert isinstance(weldon.spatial, WeldonPool)
    assert (weldon.spatial.kmax, weldon.spatial.kmin, weldon.classwise) == (3, 3, None)
    assert (wildcat.spatial.kmax, wildcat.spatial.kmin, wildcat.spatial.alpha) == (0.2, 0.2, 0.7)
    assert isinstance(wildcat.classwise, ClassWisePool)
    assert (wildcat.classwise.maps, wildcat.classwise.gradient) == (4, "reference")


def test_the_exact_gradient_is_the_recipe_s_to_choose() -> None:
    head = head_of(
        WILDCAT.model_copy(update={"options": replace(WILDCAT.options, classwise_gradient="exact")}), 5, channels=16
    )
    assert head.classwise is not None
    assert head.classwise.gradient == "exact"


def test_one_map_a_class_needs_no_class_wise_pooling() -> None:
    assert (
        head_of(WILDCAT.model_copy(update={"options": replace(WILDCAT.options, maps=1)}), 5, channels=16).classwise
        is None
    )


def test_the_maps_of_a_class_lie_side_by_side_in_the_head() -> None:
    head = head_of(WILDCAT, 3, channels=16)
    features = torch.randn(2, 16, 5, 7, generator=torch.Generator().manual_seed(0))
    assert head.convolution.bias is not None
    with torch.no_grad():
        by_hand = nn.functional.conv2d(features, head.convolution.weight[4:8], head.convolution.bias[4:8])
        torch.testing.assert_close(head.maps(features)[:, 1], by_hand.mean(dim=1))


def test_the_head_starts_as_torch_starts_a_convolution() -> None:
    torch.manual_seed(3)
    plain = nn.Conv2d(16, 5, 1)
    torch.manual_seed(3)
    head = head_of(WELDON, 5, channels=16)
    assert torch.equal(head.convolution.weight, plain.weight)
    assert plain.bias is not None
    assert head.convolution.bias is not None
    assert torch.equal(head.convolution.bias, plain.bias)
    assert head.convolution.weight.abs().max() <= 1 / 16**0.5


def test_one_seed_gives_one_model_and_the_same_head_alone() -> None:
    torch.manual_seed(7)
    first = build_model(WILDCAT, 5).state_dict()
    torch.manual_seed(7)
    second = build_model(WILDCAT, 5).state_dict()
    torch.manual_seed(7)
    head = head_of(WILDCAT, 5, BACKBONES["tiny"].channels).state_dict()
    assert all(torch.equal(first[key], second[key]) for key in first)
    assert all(torch.equal(first[f"head.{key}"], head[key]) for key in head)


def test_the_backbone_steps_at_lr_times_lrp_and_the_head_at_lr() -> None:
    model = build_model(WILDCAT, 5)
    backbone, head = parameter_groups(model, lr=0.01, lrp=0.1)
    assert backbone["lr"] == pytest.approx(0.001)
    assert head["lr"] == 0.01
    assert {id(p) for p in head["params"]} == {id(p) for p in model.head.parameters()}
    together = [id(p) for p in backbone["params"] + head["params"]]
    assert sorted(together) == sorted(id(p) for p in model.parameters())


def test_a_head_alone_is_one_group_at_lr() -> None:
    head = head_of(WELDON, 5, channels=16)
    (group,) = parameter_groups(head, lr=0.01, lrp=0.1)
    assert (group["lr"], len(group["params"])) == (0.01, 2)


def test_normalising_is_scale_then_shift_and_leaves_the_bytes_alone() -> None:
    pixels = torch.randint(0, 256, (2, 6, 5, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    before = pixels.clone()
    mean, std = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
    normal = normalise(pixels, mean, std)
    assert normal.shape == (2, 3, 6, 5)
    assert normal.dtype == torch.float32
    assert normal.is_contiguous(memory_format=torch.channels_last)
    for c in range(3):
        torch.testing.assert_close(normal[:, c], (pixels[..., c] / 255 - mean[c]) / std[c])
    assert torch.equal(pixels, before)


def test_lite0_gets_the_normalisation_it_was_trained_with() -> None:
    lite0 = BACKBONES["efficientnet_lite0"]
    pixels = torch.arange(256, dtype=torch.uint8).view(1, 16, 16, 1).expand(1, 16, 16, 3)
    expected = ((pixels.float() - 127) / 128).permute(0, 3, 1, 2)
    torch.testing.assert_close(normalise(pixels, lite0.mean, lite0.std), expected, atol=1e-6, rtol=0)


def separable(n: int) -> tuple[Tensor, Tensor]:
    """Bright squares somewhere on noise; red means class 0, green means class 1, a picture may have both."""
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(n, 3, 32, 32, generator=generator)
    y = torch.randint(0, 2, (n, 2), generator=generator).float()
    corner = torch.randint(0, 24, (n, 2, 2), generator=generator)
    for i in range(n):
        for c in range(2):
            top, left = corner[i, c].tolist()
            x[i, c, top : top + 8, left : left + 8] += 2 * y[i, c]
    return x, y


@pytest.mark.parametrize("spec", SPECS)
def test_a_tiny_model_learns_a_toy_problem(spec: ModelSpec) -> None:
    torch.manual_seed(0)
    model: MapModel = build_model(spec, classes=2)
    x, y = separable(96)
    optimiser = torch.optim.SGD(parameter_groups(model, lr=0.05, lrp=1.0), momentum=0.9)
    for _ in range(10):
        for batch in torch.arange(64).view(4, 16):
            loss = nn.functional.binary_cross_entropy_with_logits(model(x[batch]), y[batch])
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            optimiser.step()
    model.eval()
    with torch.no_grad():
        right = (model(x[64:]) > 0).float() == y[64:]
    assert right.float().mean() > 0.9


def test_model_and_head_are_the_same_to_whoever_trains_them() -> None:
    assert issubclass(WeakHead, MapModel)
    assert issubclass(WeakModel, MapModel)
    assert WildcatPool in WeldonPool.__mro__
