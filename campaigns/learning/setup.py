"""From a recipe and a data set to what a model reads: caches of pixels or of features, filled where they lack."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import numpy as np
import torch

from campaigns.datasets.dataset import Dataset, Split
from campaigns.errors import BadData, Mistake
from campaigns.home.allotment import Allotment
from campaigns.home.caches import readable_name
from campaigns.home.paths import HomePaths
from campaigns.learning.backbones import BACKBONES
from campaigns.learning.features import CachedFeatures, FrozenBackbone, cached_features
from campaigns.learning.inputs import Bools, InMemory, Inputs, Ints
from campaigns.learning.models import DTYPES, MapModel, build_head, build_model, halved
from campaigns.learning.pixels import CachedPixels, DecodedPixels, cached_pixels, decode
from campaigns.learning.shared_array import ChunkedArray, Progress
from campaigns.learning.weights import build_backbone
from campaigns.recipe import Recipe

NAMED = 20
"""How many unreadable images an error or a warning lists."""

Working = Callable[[str, int, int], None]
"""What is being done, how much of it is done, how much there is."""


@contextmanager
def drawing(entropy: tuple[int, ...]) -> Iterator[None]:
    """Inside, torch's CPU generator draws from `entropy`; outside, it never notices."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(np.random.SeedSequence(entropy).generate_state(1, np.uint64)[0] >> 1))
        yield


def new_model(recipe: Recipe, classes: int, *, entropy: tuple[int, ...], device: torch.device) -> MapModel:
    """Build an untrained model on the device: weights as the recipe says, all else drawn from `entropy`.

    With a frozen backbone it is the head alone, folded, which reads features. The recipe is one that was frozen: its
    precision is decided.

    Raises:
        NoWeights: the backbone's weights are not to be had.
    """
    with drawing(entropy):
        if recipe.model.training == "frozen":
            head = build_head(recipe.model, classes, BACKBONES[recipe.model.backbone].channels)
            return head.folded().to(device)
        model = build_model(recipe.model, classes)
    # Channels last is what convolutions compute in; values and order of all else stay the same.
    model.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    model.precision = DTYPES[recipe.run.precision]
    if recipe.run.compile:
        model.backbone.compile()  # in place: the names of the weights stay
    return model


def open_inputs(
    recipe: Recipe,
    dataset: Dataset,
    *,
    home: HomePaths,
    device: torch.device,
    working: Working,
    tell: Callable[[str], None],
) -> tuple[Inputs, Inputs]:
    """Open what a model of this recipe reads of both splits; tell when a cache would be too large.

    Raises:
        BadHome: there is no room for a cache.
        NoWeights: the weights of a frozen backbone are not to be had.
    """
    opened = opener(recipe, dataset, home=home, device=device, working=working, tell=tell)

    def input_of(part: str, split: Split) -> Inputs:
        return opened(part, split) if len(split) else InMemory(torch.empty((0, 1, 1, 1)))

    return input_of("train", dataset.train), input_of("test", dataset.test)


def opener(
    recipe: Recipe,
    dataset: Dataset,
    *,
    home: HomePaths,
    device: torch.device,
    working: Working,
    tell: Callable[[str], None],
) -> Callable[[str, Split], Inputs]:
    """Return what opens one split by its name, `train` or `test`; as `open_inputs`."""
    about = BACKBONES[recipe.model.backbone]
    if recipe.model.training == "frozen":
        backbone = frozen_backbone(recipe, device)

        def features(part: str, split: Split) -> Inputs:
            cache = replace(cached_features(home.features, dataset, part, backbone), tell=tell)
            return CachedFeatures.of(split, cache, backbone=backbone, progress=partial(working, f"features of {part}"))

        return features

    def pixels(part: str, split: Split) -> Inputs:
        cache = replace(cached_pixels(home.pixels, dataset, part, recipe.model.image_size), tell=tell)
        progress = partial(working, f"pixels of {part}")
        limit, why = recipe.run.pixel_cache_gib, "run.pixel_cache_gib"
        # A cache that is larger than the memory of its container is read from the disk again and again.
        if (allotted := Allotment().memory_limit()) is not None and allotted / 2**30 < limit:
            limit, why = allotted / 2**30, "the memory of this container"
        if cache.nbytes <= limit * 2**30:
            return CachedPixels.of(split, cache, backbone=about, device=device, progress=progress)
        tell(f"decoding {part} in every epoch: {cache.nbytes / 2**30:.1f} GiB, {why} is {limit:.3g}")
        readable = np.ones(len(split), np.bool_)
        if recipe.data.on_unreadable == "skip":
            readable = _tried(home, dataset, part, split, progress)
        return DecodedPixels(split, recipe.model.image_size, readable, about, device)

    return pixels


def readable_rows(split: Split, inputs: Inputs, *, on_unreadable: str, warn: Callable[[str], None]) -> Ints:
    """Return the rows whose image can be decoded; the others are an error, or are left out by name.

    Raises:
        BadData: an image cannot be decoded, and `on_unreadable` is "stop".
    """
    bad = np.flatnonzero(~inputs.readable)
    if len(bad) and on_unreadable == "stop":
        raise BadData(
            f"{len(bad)} image{'s' * (len(bad) != 1)} cannot be read",
            mistakes=[_why(split, int(row)) for row in bad[:NAMED]],
            hint="mend or remove them, or leave them out with --set data.on_unreadable=skip",
        )
    if len(bad):
        names = ", ".join(split.ids[int(row)] for row in bad[:NAMED])
        more = f" and {len(bad) - NAMED} more" if len(bad) > NAMED else ""
        warn(f"left out, because they cannot be read: {names}{more}")
    return np.flatnonzero(inputs.readable)


def frozen_backbone(recipe: Recipe, device: torch.device) -> FrozenBackbone:
    """Return the backbone of a campaign that does not train it.

    Raises:
        NoWeights: its weights are not to be had.
    """
    about = BACKBONES[recipe.model.backbone]
    with drawing((recipe.protocol.seed,)):  # weights = none: one random backbone for the whole campaign
        module = build_backbone(about, recipe.model.weights)
    if recipe.model.is_pooled:
        module = halved(module)
    has_mirrors = not recipe.model.is_pooled
    return FrozenBackbone(module.eval().to(device), about, recipe.model.image_size, device, has_mirrors)


def _tried(home: HomePaths, dataset: Dataset, part: str, split: Split, progress: Progress) -> Bools:
    """(N,) which images can be read: each is decoded once per home, for a split that is too large to cache."""
    path = home.pixels / readable_name(dataset.fingerprint.images, part)
    cache = ChunkedArray(path, rows=len(split), row_shape=(1,), dtype=np.uint8, chunk=64)
    return cache.open(lambda rows: (np.zeros((len(rows), 1)), decode(split, rows, 32)[1]), progress)[1]


def _why(split: Split, row: int) -> Mistake:
    try:
        split.picture(row)
    except BadData as error:
        return Mistake(split.ids[row], error.message)
    return Mistake(split.ids[row], "could not be read before, but can be now: run again")
