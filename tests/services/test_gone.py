"""A home that goes away while something is read in it is told as that, whatever it was that failed."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from campaigns.errors import BadHome, NoSuchName
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.store import Store


def lists_folder(home: Path, store: Store) -> object:
    return list((home / "campaigns").iterdir())


def reads_file(home: Path, store: Store) -> object:
    return (home / "campaigns" / "x" / "recipe.toml").read_text()


def asks_for_campaign(home: Path, store: Store) -> object:
    raise NoSuchName("there is no campaign called x")


READS: list[Callable[[Path, Store], object]] = [lists_folder, reads_file, asks_for_campaign]


def read_in(place: Workspace, read: Callable[[Path, Store], object], *, is_gone: bool) -> None:
    """Read something in an open store, before which the home goes away, or does not."""
    with place.store() as store:
        if is_gone:
            shutil.rmtree(place.home.folder)
        read(place.home.folder, store)


@pytest.mark.parametrize("read", READS)
def test_a_home_that_goes_away_is_told_as_that(read: Callable[[Path, Store], object], tmp_path: Path) -> None:
    place = open_workspace(tmp_path / "home")
    with pytest.raises(BadHome, match="is gone: somebody has moved or deleted it"):
        read_in(place, read, is_gone=True)


@pytest.mark.parametrize("read", READS)
def test_what_fails_in_a_home_that_is_there_is_told_as_it_is(
    read: Callable[[Path, Store], object], tmp_path: Path
) -> None:
    place = open_workspace(tmp_path / "home")
    with pytest.raises((FileNotFoundError, NoSuchName)):
        read_in(place, read, is_gone=False)
