"""Our DeepLab and LR-ASPP are torchvision's, to the bit, once they have its weights."""

from importlib import import_module
from typing import Any

import pytest
import torch

from campaigns.learning.backbones import BACKBONES
from campaigns.learning.device import load_torchvision
from campaigns.learning.segmenters import DeepLab, LrAspp
from campaigns.recipe import load_recipe
from tests.stage import refusal

CLASSES = 5


def theirs(name: str) -> Any:
    load_torchvision()
    torch.manual_seed(3)
    segmentation = import_module("torchvision.models.segmentation")
    return getattr(segmentation, name)(weights=None, weights_backbone=None, num_classes=CLASSES).eval()


def pictures(size: int = 64) -> torch.Tensor:
    return torch.randn(2, 3, size, size, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("size", [64, 72])
def test_lraspp_is_theirs(size: int) -> None:
    model = theirs("lraspp_mobilenet_v3_large")
    backbone, head = BACKBONES["lraspp_mobilenet_v3_large"].architecture().eval(), LrAspp(1000, CLASSES, low=40).eval()
    mine = backbone.state_dict()
    backbone.load_state_dict(dict(zip(mine, model.backbone.state_dict().values(), strict=True)))
    head.network.load_state_dict(model.classifier.state_dict())
    with torch.no_grad():
        wanted = model.classifier(model.backbone(pictures(size)))
        torch.testing.assert_close(head.maps(backbone(pictures(size))), wanted, rtol=0, atol=0)


def test_deeplab_is_theirs() -> None:
    model = theirs("deeplabv3_resnet50")
    backbone, head = BACKBONES["deeplab_resnet50"].architecture().eval(), DeepLab(2048, CLASSES).eval()
    backbone.load_state_dict(model.backbone.state_dict())
    head.network.load_state_dict(model.classifier.state_dict())
    with torch.no_grad():
        wanted = model.classifier(model.backbone(pictures())["out"])
        torch.testing.assert_close(head.maps(backbone(pictures())), wanted, rtol=0, atol=0)


def test_a_last_batch_of_one_image_trains() -> None:
    head = DeepLab(16, CLASSES).train()
    head.maps(torch.randn(1, 16, 4, 4)).sum().backward()  # type: ignore[no-untyped-call]
    assert all(parameter.grad is not None for parameter in head.parameters())


def test_more_fine_channels_than_there_are_is_refused() -> None:
    with pytest.raises(ValueError, match="low is 16; the features have 16 channels"):
        LrAspp(16, CLASSES, low=16)
    assert "model.low" in refusal(lambda: load_recipe("smoke", ["model.kind=lraspp", "model.low=-1"]))
