"""Where the store of a home lies: inside, or on this host where the home lies on a network's file system."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns.errors import BadHome, Damaged
from campaigns.home import store_place
from campaigns.home.mounts import MORE
from campaigns.home.paths import HomePaths
from campaigns.home.store_place import STORE, has_place, make_id, note_owner, placed_store, require_local_store
from tests.home.networks import forget, networked


@pytest.fixture
def stores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of stores, while what lies in `tmp_path` lies on a network."""
    with networked(tmp_path, monkeypatch) as folder:
        yield folder


@pytest.fixture
def home(stores: Path, tmp_path: Path) -> Path:
    """A home on a network, that has an id."""
    folder = tmp_path / "home"
    folder.mkdir()
    make_id(folder)
    note_owner(folder)
    return folder


def test_the_store_of_a_home_on_a_disk_lies_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(STORE, str(tmp_path / "stores"))
    assert HomePaths(tmp_path).store == tmp_path / "alwsl.db"
    make_id(tmp_path)
    note_owner(tmp_path)
    require_local_store(tmp_path)
    assert has_place(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_store_of_a_home_on_a_network_lies_here_by_the_homes_id(stores: Path, home: Path, tmp_path: Path) -> None:
    store = HomePaths(home).store
    assert store == placed_store(home / "alwsl.db")
    assert (store.name, store.parent.parent) == ("alwsl.db", stores)
    make_id(home)
    assert HomePaths(home).store == store
    require_local_store(home)
    other = tmp_path / "other"
    other.mkdir()
    assert not has_place(other)
    make_id(other)
    assert HomePaths(other).store.parent not in {store.parent, HomePaths(tmp_path / "none").store.parent}


def test_a_home_that_is_moved_keeps_its_store_and_its_copy_has_none(home: Path, tmp_path: Path) -> None:
    store = HomePaths(home).store
    moved = home.rename(tmp_path / "moved")
    require_local_store(moved)
    note_owner(moved)
    assert HomePaths(moved).store == store
    copy = Path(shutil.copytree(moved, tmp_path / "copy"))
    with pytest.raises(BadHome, match=r"is a copy of .*/moved") as told:
        require_local_store(copy)
    assert f"repair --home {copy}" in told.value.hint
    require_local_store(moved)


def test_a_folder_for_stores_on_a_network_is_refused(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(STORE, str(tmp_path / "stores"))
    with pytest.raises(BadHome, match="a store is safe on a disk of this host alone") as told:
        require_local_store(home)
    assert f"export {STORE}=" in told.value.hint


def test_where_a_users_folders_lie_on_the_network_too_the_store_is_on_a_disk_that_all_may_write(
    home: Path, stores: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(STORE)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(store_place, "EVERYBODYS", stores)
    folder = placed_store(home / "alwsl.db").parent
    own = stores / f"alwsl-{os.geteuid()}"
    assert folder.parent == own / "stores"
    require_local_store(home)
    note_owner(home)
    assert {path.stat().st_mode & 0o777 for path in (own, own / "stores", folder)} == {0o700}
    require_local_store(home)
    shutil.rmtree(own)
    own.symlink_to(tmp_path)
    with pytest.raises(BadHome, match="is somebody else's") as told:
        require_local_store(home)
    assert f"export {STORE}=" in told.value.hint


@pytest.mark.parametrize(
    "content", ["", "{}", '{"schema": 1, "id": "../../x"}', '{"schema": 2, "id": "0123456789abcdef"}']
)
def test_an_id_that_is_none_is_refused(content: str, stores: Path, tmp_path: Path) -> None:
    (tmp_path / "home.json").write_text(content)
    with pytest.raises(Damaged):
        _ = HomePaths(tmp_path).store


def test_kinds_that_nobody_listed_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MORE, "fuse.mine, fuse.other")
    forget()
    assert HomePaths(tmp_path).store.parent == tmp_path
    monkeypatch.undo()
    forget()
