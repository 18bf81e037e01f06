"""From pictures to what a model reads: cached or decoded, as pixels or as the features of a frozen backbone."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL.Image import Image
from torch import Tensor

from campaigns.datasets.dataset import Dataset, Split
from campaigns.datasets.shapes import open_shapes
from campaigns.errors import BadData
from campaigns.home.paths import HomePaths
from campaigns.learning.backbones import BACKBONES
from campaigns.learning.features import CachedFeatures, FrozenBackbone, weights_digest
from campaigns.learning.inputs import AHEAD, Bools, Feed, Inputs, Ints
from campaigns.learning.models import normalise
from campaigns.learning.pixels import CachedPixels, DecodedPixels, decode
from campaigns.learning.setup import drawing, open_inputs, readable_rows
from campaigns.learning.weights import build_backbone
from campaigns.recipe import load_recipe
from tests.learning.heads import CPU, some_maps

PIXELS = ("data.images=20", "data.test_images=10")
ROWS = np.array([3, 0, 7, 19])
FLAGS = np.array([True, False, True, False])
NO = np.zeros(4, np.bool_)


@pytest.fixture
def data() -> Dataset:
    return open_shapes(images=20, test_images=10, size=32)


def nothing(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody looks at."""


def inputs_of(folder: Path, data: Dataset, *overrides: str) -> tuple[Inputs, Inputs]:
    recipe = load_recipe("smoke", [*PIXELS, *overrides])
    return open_inputs(recipe, data, home=HomePaths(folder), device=CPU, working=nothing, tell=lambda _: None)


def batch(inputs: Inputs, rows: Ints = ROWS, flags: Bools = NO) -> Tensor:
    return inputs.place(inputs.gather(rows, flags), flags)


def damaged(split: Split, *rows: int) -> Split:
    """The same split with files that cannot be decoded."""
    whole = split.picture

    def picture(row: int) -> Image:
        if row in rows:
            raise BadData(f"{split.ids[row]} is damaged")
        return whole(row)

    return replace(split, picture=picture)


def test_cached_and_decoded_pixels_are_the_same(tmp_path: Path, data: Dataset) -> None:
    cached, _ = inputs_of(tmp_path, data)
    decoded, _ = inputs_of(tmp_path, data, "run.pixel_cache_gib=0.0")
    assert isinstance(cached, CachedPixels)
    assert isinstance(decoded, DecodedPixels)
    assert torch.equal(batch(cached, flags=FLAGS), batch(decoded, flags=FLAGS))


def test_a_batch_is_the_normalised_pictures_in_the_order_asked_for(tmp_path: Path, data: Dataset) -> None:
    inputs, _ = inputs_of(tmp_path, data)
    pixels, readable = decode(data.train, ROWS, 32)
    about = BACKBONES["tiny"]
    assert readable.all()
    assert torch.equal(batch(inputs), normalise(torch.from_numpy(pixels), about.mean, about.std))


@pytest.mark.parametrize("overrides", [(), ("run.pixel_cache_gib=0.0",)])
def test_what_is_mirrored_is_mirrored_left_to_right(tmp_path: Path, data: Dataset, overrides: tuple[str, ...]) -> None:
    inputs, _ = inputs_of(tmp_path, data, *overrides)
    plain, mixed = batch(inputs), batch(inputs, flags=FLAGS)
    assert torch.equal(mixed[0], plain[0].flip(2))
    assert torch.equal(mixed[1], plain[1])
    assert not torch.equal(mixed[0], plain[0])


def test_train_and_test_have_files_of_their_own(tmp_path: Path, data: Dataset) -> None:
    train, test = inputs_of(tmp_path, data)
    assert (len(train.readable), len(test.readable)) == (20, 10)
    assert len([path for path in (tmp_path / "pixels").iterdir() if path.suffix == ".u8"]) == 2
    assert not torch.equal(batch(train), batch(test, np.array([3, 0, 7, 9])))


def frozen(data: Dataset) -> FrozenBackbone:
    with drawing((0,)):
        module = build_backbone(BACKBONES["tiny"], "none").eval()
    return FrozenBackbone(module, BACKBONES["tiny"], 32, CPU)


def test_cached_features_are_the_backbones_to_half_precision(tmp_path: Path, data: Dataset) -> None:
    inputs, tested = inputs_of(tmp_path, data, "model.training=frozen")
    assert isinstance(inputs, CachedFeatures)
    assert not (tmp_path / "pixels").exists()
    pixels, _ = decode(data.train, ROWS, 32)
    backbone = frozen(data)
    for flags, seen in ((NO, pixels), (~NO, np.ascontiguousarray(pixels[:, :, ::-1]))):
        expected = backbone.maps(seen).astype(np.float32)
        found = batch(inputs, flags=flags)
        assert found.dtype == torch.float32
        np.testing.assert_allclose(found.numpy(), expected, rtol=2e-3, atol=2e-3)
    assert batch(tested, np.array([0, 1]), NO[:2]).shape[1:] == found.shape[1:]


def test_backbones_share_features_exactly_when_their_weights_are_equal(data: Dataset) -> None:
    one, same = frozen(data), frozen(data)
    assert weights_digest(one.module) == weights_digest(same.module)
    with torch.no_grad():
        next(one.module.parameters()).view(-1)[0] += 1e-3
    assert weights_digest(one.module) != weights_digest(same.module)


@pytest.mark.parametrize("overrides", [(), ("run.pixel_cache_gib=0.0",), ("model.training=frozen",)])
def test_what_cannot_be_decoded_is_known_before_it_is_asked_for(
    tmp_path: Path, data: Dataset, overrides: tuple[str, ...]
) -> None:
    broken = replace(data, train=damaged(data.train, 4, 11))
    train, _ = inputs_of(tmp_path, broken, "data.on_unreadable=skip", *overrides)
    assert np.flatnonzero(~train.readable).tolist() == [4, 11]


def rows_of(data: Dataset, inputs: Inputs, how: str, said: Callable[[str], None]) -> list[int]:
    return [int(row) for row in readable_rows(data.train, inputs, on_unreadable=how, warn=said)]


def test_unreadable_images_stop_it_all_by_name_or_are_left_out_by_name(tmp_path: Path, data: Dataset) -> None:
    broken = replace(data, train=damaged(data.train, 4, 11))
    train, _ = inputs_of(tmp_path, broken)
    said: list[str] = []
    with pytest.raises(BadData, match="2 images cannot be read") as caught:
        rows_of(broken, train, "stop", said.append)
    assert [mistake.where for mistake in caught.value.mistakes] == ["shape-0000004", "shape-0000011"]
    assert said == []
    assert rows_of(broken, train, "skip", said.append) == [n for n in range(20) if n not in {4, 11}]
    assert said == ["left out, because they cannot be read: shape-0000004, shape-0000011"]


def test_an_image_that_was_mended_is_read_again(tmp_path: Path, data: Dataset) -> None:
    inputs_of(tmp_path, replace(data, train=damaged(data.train, 4)))
    train, _ = inputs_of(tmp_path, data)
    assert train.readable.all()
    expected, _ = inputs_of(tmp_path / "another home", data)
    assert torch.equal(batch(train, np.array([4]), NO[:1]), batch(expected, np.array([4]), NO[:1]))


def test_a_feed_gives_every_row_once_in_order_and_never_runs_far_ahead() -> None:
    maps = some_maps()
    rows = np.arange(39, -1, -1)
    feed = Feed(maps, rows, np.zeros(40, np.bool_), 7)
    seen: list[int] = []
    for at, (part, x) in enumerate(feed):
        assert torch.equal(x, maps.values[torch.from_numpy(rows[part])])
        assert len(maps.asked) <= at + AHEAD
        seen += rows[part].tolist()
    assert seen == rows.tolist()
    assert feed.waited >= 0


def test_what_goes_wrong_while_gathering_reaches_who_asked(data: Dataset) -> None:
    split = damaged(data.train, 7)
    inputs = DecodedPixels(split, 32, np.ones(20, np.bool_), BACKBONES["tiny"], CPU)
    with pytest.raises(BadData, match="shape-0000007 is damaged"):
        list(Feed(inputs, ROWS, NO, 2))


def test_what_is_drawn_inside_is_not_noticed_outside() -> None:
    torch.manual_seed(5)
    before = torch.get_rng_state()
    with drawing((1, 2)):
        first = torch.rand(3)
    assert torch.equal(torch.get_rng_state(), before)
    with drawing((1, 2)):
        assert torch.equal(torch.rand(3), first)
    with drawing((1, 3)):
        assert not torch.equal(torch.rand(3), first)
