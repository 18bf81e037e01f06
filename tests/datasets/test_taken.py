"""Photographs that were taken in are opened one by one, and as the whole folder would open them."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from campaigns.datasets.campaign_data import first_intake
from campaigns.datasets.catalogue import open_dataset
from campaigns.datasets.taken import TakenPictures
from campaigns.recipe import DataSpec


@pytest.fixture
def spec(tmp_path: Path) -> DataSpec:
    """A folder of three photographs that people label."""
    root = tmp_path / "photos"
    root.mkdir()
    for name in ("a.jpg", "b.jpg"):
        Image.effect_noise((20, 10), 60).convert("RGB").save(root / name)
    Image.fromarray(np.full((8, 8), 4095, np.uint16)).save(root / "dark.png")
    return DataSpec(name="photos", root=str(root), asked=("car",), test_share=0)


def taken_in(spec: DataSpec, tmp_path: Path) -> TakenPictures:
    return TakenPictures(spec, [first_intake(open_dataset(spec, indexes=tmp_path))])


def test_one_is_opened_as_the_whole_folder_would_open_it(spec: DataSpec, tmp_path: Path) -> None:
    taken, whole = taken_in(spec, tmp_path), open_dataset(spec, indexes=tmp_path).train
    assert list(taken.sizes) == list(whole.ids)
    for at, id_ in enumerate(whole.ids):
        assert taken.path(id_) == whole.path(at)
        picture = taken.picture(id_)
        if picture is not None:
            assert picture.tobytes() == whole.picture(at).tobytes()
    assert [id_ for id_ in whole.ids if taken.picture(id_) is None] == ["dark.png"], "all pictures tell its depth"


def test_where_the_recipe_says_how_deep_pictures_are_it_takes_no_look_at_the_others(
    spec: DataSpec, tmp_path: Path
) -> None:
    deep = spec.model_copy(update={"depth": 12})
    picture = taken_in(deep, tmp_path).picture("dark.png")
    assert picture is not None
    assert picture.getpixel((0, 0)) == (255, 255, 255)


def test_a_file_that_is_another_one_or_gone_takes_a_look_at_the_folder(spec: DataSpec, tmp_path: Path) -> None:
    taken = taken_in(spec, tmp_path)
    with taken.path("a.jpg").open("ab") as file:
        file.write(b"more")
    taken.path("b.jpg").unlink()
    assert (taken.picture("a.jpg"), taken.picture("b.jpg")) == (None, None)


def test_an_empty_folder_is_not_there(spec: DataSpec, tmp_path: Path) -> None:
    taken = taken_in(spec, tmp_path)
    assert taken.is_there()
    for path in taken.root.iterdir():
        path.unlink()
    assert not taken.is_there()
    taken.root.rmdir()
    assert not taken.is_there()
