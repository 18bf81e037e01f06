"""A class map that breathes over a scene, and what an empty home says."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from PIL import Image

from alwsl_tui.drawing.palette import THEMES
from alwsl_tui.drawing.welcome import WAYS, breath, changed, glow, words
from campaigns.services.welcome import CELLS, draw_scenes


@pytest.mark.parametrize("scene", draw_scenes(4, size=32), ids=lambda scene: scene.class_)
def test_a_map_covers_some_of_its_scene_and_glows_there_alone(scene: object) -> None:
    from campaigns.services.welcome import WelcomeScene

    assert isinstance(scene, WelcomeScene)
    assert scene.class_map.shape == (CELLS, CELLS)
    assert 0 < (scene.class_map > 0.5).mean() < 0.5
    out, half, full = (np.asarray(glow(scene.picture, scene.class_map, strength=share), int) for share in (0, 0.5, 1))
    assert (out == np.asarray(scene.picture)).all()
    far = np.kron(scene.class_map, np.ones((3, 3)))[:32, :32] == 0
    assert np.abs(full - out).sum() > np.abs(half - out).sum() > 0
    assert np.abs(full - out)[~far].mean() > np.abs(full - out)[far].mean()


def test_the_same_scenes_are_drawn_every_time_and_more_of_them_begin_alike() -> None:
    few, many = draw_scenes(2, size=24), draw_scenes(5, size=24)
    assert [scene.picture.tobytes() for scene in few] == [scene.picture.tobytes() for scene in many[:2]]
    assert len(many) == 5


@given(frames=st.integers(2, 40))
def test_a_breath_goes_from_nothing_to_all_without_a_step_back(frames: int) -> None:
    strengths = breath(frames)
    assert len(strengths) == frames
    assert strengths[0] == 0
    assert strengths[-1] == pytest.approx(1)
    assert list(strengths) == sorted(strengths)


@given(x=st.integers(0, 15), y=st.integers(0, 19))
def test_what_differs_lies_within_the_cells_that_are_drawn_again(x: int, y: int) -> None:
    before = Image.new("RGB", (16, 20))
    after = before.copy()
    after.putpixel((x, y), (255, 0, 0))
    assert changed([before, after]) == (x, y // 2, x + 1, y // 2 + 1)
    assert changed([before, before]) == (0, 0, 0, 0)


@pytest.mark.parametrize("lines", [9, 18, 36])
def test_every_way_on_is_told_with_its_key_in_the_colour_of_keys(lines: int) -> None:
    palette = THEMES["dark"]
    text = words(palette, lines=lines)
    accents = {text.plain[span.start : span.end].strip() for span in text.spans if palette.accent in str(span.style)}
    assert {key for key, *_ in WAYS} < accents
    assert all(title in text.plain for _, title, *_ in WAYS)
    assert len(text.plain.splitlines()) <= lines
