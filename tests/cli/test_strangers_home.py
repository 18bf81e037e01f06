"""A home that somebody else wrote into, or that can only be read: one sentence that helps, and no traceback."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.cli.calling import ESCAPES
from tests.stranger import call_as_nobody, copy_for_all, give, require_stranger

BAD_HOME = 3
LOOKS = ("list", "show tiny", "logs tiny", "doctor")
MORE_LOOKS = (
    "rounds tiny", "picks tiny", "agreement tiny", "cost tiny", "recipe tiny", "report tiny --plain",
    "compare tiny tiny", "queue", "feed", "devices", "verify tiny", "data list", "clean --older 0h",
)  # fmt: skip
CHANGES = ("delete tiny --yes", "repair")
MORE_CHANGES = ("pause tiny", "new --recipe smoke", "clean --older 0h --yes")


@pytest.fixture
def home(finished: tuple[Workspace, CampaignRow]) -> Iterator[Path]:
    require_stranger()
    with copy_for_all(finished[0].home.folder) as folder:
        yield folder


def require_sentence(home: Path, arguments: str, file: Path) -> None:
    told = call_as_nobody(home, *arguments.split())
    text = told.err if arguments != "doctor" else " ".join((told.out + told.err).split())
    assert "Traceback" not in told.err, told
    assert not ESCAPES.search(told.err)
    assert told.code == BAD_HOME, told
    assert str(file) in text, told
    assert "it belongs to root" in text, told
    assert f"sudo chown -R nobody {home}" in text, told


@pytest.mark.parametrize("name", [pytest.param("alwsl.db", marks=pytest.mark.slow), "station.lock"])
def test_a_file_that_root_wrote_into_my_home_is_named_with_the_way_out(home: Path, name: str) -> None:
    give(home)
    give(home / name, user=0)
    commands = ("list", "show tiny", "repair", "doctor") + ("delete tiny --yes",) * (name == "alwsl.db")
    for arguments in commands:
        require_sentence(home, arguments, home / name)


@pytest.mark.slow
def test_a_lock_that_root_made_in_my_home_keeps_me_from_changes_alone(home: Path) -> None:
    give(home)
    give(home / "alwsl.db.lock", user=0)
    for arguments in ("list", "show tiny"):
        told = call_as_nobody(home, *arguments.split())
        assert told.code == 0, told
        assert f"cannot use {home / 'alwsl.db.lock'}: it belongs to root" in told.err
        assert f"sudo chown -R nobody {home}" in told.err
    for arguments in ("delete tiny --yes", "repair"):
        require_sentence(home, arguments, home / "alwsl.db.lock")


@pytest.mark.slow
def test_a_campaign_that_root_made_in_my_home_is_named_with_the_way_out(home: Path) -> None:
    give(home)
    folder = next((home / "campaigns").iterdir())
    give(folder, user=0)
    for arguments in ("logs tiny", "recipe tiny", "verify tiny", "delete tiny --yes"):
        require_sentence(home, arguments, folder)


def test_a_home_of_somebody_else_is_named_with_its_owner(home: Path) -> None:
    for arguments in ("list", *CHANGES):
        require_sentence(home, arguments, home)


@pytest.mark.slow
def test_every_change_in_a_home_of_somebody_else_names_the_owner(home: Path) -> None:
    for arguments in MORE_CHANGES:
        require_sentence(home, arguments, home)


@pytest.mark.parametrize(
    ("looks", "changes"),
    [(LOOKS, CHANGES), pytest.param(MORE_LOOKS, MORE_CHANGES, marks=(pytest.mark.slow, pytest.mark.long))],
)
def test_a_home_that_can_only_be_read_can_be_looked_at(
    home: Path, looks: Sequence[str], changes: Sequence[str]
) -> None:
    for path in (home, *home.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*")}
    for arguments in looks:
        told = call_as_nobody(home, *arguments.split())
        assert told.code == 0, told
        assert "Traceback" not in told.err, told
    for arguments in changes:
        require_sentence(home, arguments, home)
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*")} == before


def test_a_store_whose_log_was_left_behind_can_be_looked_at(home: Path) -> None:
    """The log holds what a killed writer had written last; only a copy can be read with it."""
    import sqlite3

    other = sqlite3.connect(home / "alwsl.db", isolation_level=None)
    other.execute("PRAGMA wal_autocheckpoint = 0")
    other.execute("UPDATE campaign SET name = 'renamed'")
    log = (home / "alwsl.db-wal").read_bytes()
    other.close()
    (home / "alwsl.db-wal").write_bytes(log)
    for path in (home, *home.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    told = call_as_nobody(home, "list")
    assert told.code == 0, told
    assert "renamed" in told.out or "tiny" in told.out, told
