"""Pictures that are odd or damaged, from the folder to the end of a campaign."""

from pathlib import Path

import pytest

from campaigns.services.logs import tail
from campaigns.services.workspace import Workspace
from tests.cli.calling import call, good
from tests.cli.folders import damage, make_odd, photos, write_recipe
from tests.stage import said

DAMAGED = ("00.png", "01.png", "02.png", "03.png")
ODD = ("04.png", "05.png", "06.png")
WHY = ("is damaged", "is not a picture", "is empty", "has more than 100 million pixels")


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """Eighteen pictures, four of them damaged, three odd but whole."""
    root = photos(tmp_path / "photos", 18)
    damage(root, DAMAGED)
    make_odd(root, ODD)
    return write_recipe(tmp_path / "mine.toml", root)


def test_a_check_names_what_cannot_be_read_and_nothing_else(place: Workspace, recipe: Path) -> None:
    good(place, "data", "add", "photos", recipe.with_name("photos"))
    found = call(place, "data", "check", "photos", "--json")
    told = found.json("data_check")
    assert (found.code, told["is_good"]) == (3, False)
    assert {one["image"] for one in told["unreadable"]} == set(DAMAGED)
    text = call(place, "data", "check", "photos")
    assert text.code == 3
    assert all(f"{name} {why}" in text.out for name, why in zip(DAMAGED, WHY, strict=True))
    assert text.err.count("error: ") == found.err.count("error: ") == 1


@pytest.mark.slow
def test_a_damaged_picture_ends_a_campaign_by_its_name(place: Workspace, recipe: Path) -> None:
    found = call(place, "run", recipe, "--headless", "--json")
    assert (found.code, found.json("result")["state"]) == (3, "failed")
    assert "Traceback" not in found.err
    assert any(f"{name} {why}" in found.err for name, why in zip(DAMAGED, WHY, strict=True)), found.err
    assert "alwsl-tui retry mine" in found.err
    waited = call(place, "wait", "mine", "--json")
    assert (waited.code, waited.json("state")["state"]) == (3, "failed")
    assert "error: mine has failed" in waited.err


@pytest.mark.slow
def test_damaged_pictures_can_be_left_out_and_odd_ones_are_taken(place: Workspace, recipe: Path) -> None:
    found = call(place, "run", recipe, "--headless", "--set", "data.on_unreadable=skip")
    assert found.code == 0, said(place)
    log = "\n".join(line.text for line in tail.lines(place, "mine"))
    assert all(name in log for name in DAMAGED)
    # One of them is told of for its levels; none is for what cannot be read.
    assert not any(f"{name} {why}" in found.err + log for name in ODD for why in WHY)
