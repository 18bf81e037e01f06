"""Features at half their resolution: an eighth of the room, and the same numbers wherever a model goes."""

from math import ceil
from pathlib import Path

import numpy as np
import pytest
import torch

from campaigns.datasets.catalogue import open_dataset
from campaigns.datasets.dataset import Dataset
from campaigns.errors import BadRecipe
from campaigns.learning.features import CachedFeatures, cached_features
from campaigns.learning.models import halved
from campaigns.learning.setup import frozen_backbone
from campaigns.recipe import DataSpec, Recipe, load_recipe
from campaigns.services.campaigns.requirements import facts_of, fits

CPU = torch.device("cpu")


def recipe(*overrides: str) -> Recipe:
    return load_recipe("smoke", ("model.training=frozen", *overrides))


@pytest.fixture
def data(tmp_path: Path) -> Dataset:
    return open_dataset(DataSpec(name="shapes", images=7, test_images=3, size=32), indexes=tmp_path)


@pytest.mark.parametrize("side", [1, 2, 5, 8])
def test_each_place_is_the_mean_of_those_it_stands_for(side: int) -> None:
    maps = torch.rand(2, 3, side, side)
    half = halved(torch.nn.Identity())(maps)
    assert half.shape == (2, 3, ceil(side / 2), ceil(side / 2))
    for y in range(half.shape[2]):
        for x in range(half.shape[3]):
            mean = maps[:, :, 2 * y : 2 * y + 2, 2 * x : 2 * x + 2].mean(dim=(2, 3))
            assert torch.allclose(half[:, :, y, x], mean)


@pytest.mark.parametrize("features", ["full", "pooled"])
def test_a_recipe_knows_the_bytes_that_its_features_take(tmp_path: Path, data: Dataset, features: str) -> None:
    chosen = recipe(f"model.features={features}")
    backbone = frozen_backbone(chosen, CPU)
    caches = [cached_features(tmp_path, data, part, backbone) for part in ("train", "test")]
    assert sum(cache.nbytes for cache in caches) == chosen.model.feature_bytes(len(data.train), len(data.test))
    assert caches[0].row_shape[0] == (2 if features == "full" else 1)


def test_what_is_mirrored_reads_the_image_itself_where_no_mirror_image_is_kept(tmp_path: Path, data: Dataset) -> None:
    backbone = frozen_backbone(recipe("model.features=pooled"), CPU)
    cache = cached_features(tmp_path, data, "train", backbone)
    inputs = CachedFeatures.of(data.train, cache, backbone=backbone, progress=lambda *_: None)
    rows = np.arange(4)
    plain, mirrored = (inputs.gather(rows, np.full(4, flag)) for flag in (False, True))
    assert torch.equal(plain, mirrored)


def test_features_that_would_take_more_than_allowed_are_refused_with_what_would_fit(data: Dataset) -> None:
    facts = facts_of(data)
    small = ("protocol.initial=2", "protocol.add=[2,2]", "run.feature_cache_gib=0.000001")
    with pytest.raises(BadRecipe, match="the features of 10 images would take") as caught:
        fits(recipe(*small), facts)
    assert "--set model.features=pooled (" in caught.value.hint
    with pytest.raises(BadRecipe) as caught:
        fits(recipe(*small, "model.features=pooled"), facts)
    assert "pooled" not in caught.value.hint
    fits(recipe(*small, "run.feature_cache_gib=1"), facts)
    fits(load_recipe("smoke", small), facts)  # nothing is kept of a backbone that trains
