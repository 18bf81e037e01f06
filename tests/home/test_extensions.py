"""Rounds that were added to a plan."""

from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from campaigns.core.schedule import Schedule
from campaigns.errors import Damaged
from campaigns.home.extensions import Extension, Extensions
from campaigns.recipe.people import batches

ADD = st.lists(st.integers(1, 40), min_size=1, max_size=4).map(tuple)


@given(st.lists(ADD, max_size=4), ADD)
def test_the_former_ends_are_where_plans_ended_before_each_extension(
    added: list[tuple[int, ...]], add: tuple[int, ...]
) -> None:
    schedule, ends = Schedule(10, add, (3,) * (len(add) + 1)), set()
    for more in added:
        ends.add(schedule.last)
        schedule = schedule.extended(more)
    extensions = Extensions(tuple(Extension(0.0, more) for more in added))
    assert extensions.former_ends(schedule.last) == ends
    assert schedule.add == (*add, *extensions.add)
    assert len(schedule.epochs) == len(schedule.rounds)


@given(st.integers(0, 500), st.integers(1, 60))
def test_batches_are_all_of_the_images_and_only_the_last_is_smaller(images: int, batch: int) -> None:
    parts = batches(images, batch)
    assert sum(parts) == images
    assert all(part == batch for part in parts[:-1])
    assert all(0 < part <= batch for part in parts)


@pytest.mark.parametrize("add", [(), (0,), (30, -1)])
def test_rounds_that_add_nothing_are_damage(tmp_path: Path, add: tuple[int, ...]) -> None:
    path = tmp_path / "extensions.json"
    Extensions((Extension(5.0, add),)).write(path)
    with pytest.raises(Damaged, match="are no rounds"):
        Extensions.read(path)


def test_without_a_file_there_are_none(tmp_path: Path) -> None:
    assert Extensions.read(tmp_path / "extensions.json") == Extensions(())
