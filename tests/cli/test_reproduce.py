"""`alwsl-tui reproduce`: what it says beforehand."""

from pathlib import Path

import pytest

from campaigns.services import data
from campaigns.services.workspace import Workspace
from tests.cli.calling import good, left_behind, refused
from tests.datasets.conftest import write_voc


@pytest.fixture
def voc(place: Workspace, tmp_path: Path) -> Workspace:
    """A home that knows a VOC 2007 of a hundred tiny pictures, and forty to test on."""
    train, test = ([f"{n:06}" for n in numbers] for numbers in (range(1, 101), range(101, 141)))
    data.add(place, "voc2007", write_voc(tmp_path / "VOCdevkit", {"trainval": train, "test": test}))
    return place


def test_without_data_it_lists_every_figure(place: Workspace) -> None:
    text = good(place, "reproduce")
    for title in (*(f"Figure {n} " for n in range(2, 18)), "Table 1 ", "Table 2 ", "Section 5.4 "):
        assert title in text


def test_a_dry_run_tells_the_work_and_the_figures_and_makes_nothing(voc: Workspace) -> None:
    text = good(voc, "reproduce", "voc2007", "--scale", "small", "--dry-run")
    assert "paper-voc2007-weldon-small" in text
    assert "paper-voc2007-wildcat-small" in text
    assert "paper-voc2007-wildcat-small-finished" in text
    assert "answers to Figure 2, Figure 3, Figure 14, Figure 16, Table 1, Section 5.4" in text
    assert "time unknown until such models have run here" in text
    assert left_behind(voc) == []


def test_a_wrong_model_and_missing_data_are_refused(voc: Workspace) -> None:
    assert "wildcat" in refused(voc, 2, "reproduce", "voc2007", "--model", "wilcat").err
    assert "data add coco" in refused(voc, 3, "reproduce", "coco", "--scale", "small").err
