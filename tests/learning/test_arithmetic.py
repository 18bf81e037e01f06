"""What computes in a lower precision, and what never does."""

import pytest
import torch

from campaigns.learning.models import WeakModel, build_model
from campaigns.recipe import ModelSpec

SPEC = ModelSpec(kind="wildcat", backbone="tiny", weights="none", image_size=32, maps=2)


def make() -> WeakModel:
    return build_model(SPEC, 3)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
def test_the_head_computes_in_float32_whatever_the_backbone_does(dtype: torch.dtype) -> None:
    model = make().eval()
    model.precision = dtype
    seen: list[torch.dtype] = []
    model.head.register_forward_pre_hook(lambda _module, args: seen.append(args[0].dtype))
    model.backbone.register_forward_hook(lambda _module, _args, out: seen.append(out.dtype))
    maps = model.maps(torch.zeros(2, 3, 32, 32))
    assert maps.dtype is torch.float32
    assert seen == [dtype]


def test_a_lower_precision_gives_nearly_the_same_maps() -> None:
    model = make().eval()
    x = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        exact = model.maps(x)
        model.precision = torch.bfloat16
        rounded = model.maps(x)
    assert not torch.equal(exact, rounded)
    torch.testing.assert_close(rounded, exact, rtol=0.1, atol=0.05)
