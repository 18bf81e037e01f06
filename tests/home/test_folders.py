"""A person's own home keeps caches, settings and logs in the folders that the system has for such; any other home holds
all of it.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from campaigns.home.paths import HomePaths, default_home
from campaigns.home.preferences import ScreenSettings
from campaigns.services.doctor.doctor import examine
from campaigns.services.settings import load_settings, save_settings
from campaigns.services.workspace import Workspace, open_workspace
from tests.patience import patience

pytestmark = pytest.mark.skipif(sys.platform == "darwin", reason="macOS has folders of its own for these")
QUICK = ("run", "smoke", "--headless", "--set", "data.images=60", "--set", "data.test_images=30", "--set",
         "protocol.initial=12", "--set", "protocol.add=[6, 6]", "--set", "protocol.epochs=[1, 1, 1]", "--set",
         "protocol.full=false", "--set", 'criteria.names=["random"]')  # fmt: skip


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> HomePaths:
    """The home of somebody who named none."""
    monkeypatch.delenv("ALWSL_HOME", raising=False)
    for kind in ("DATA", "CACHE", "CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind.lower()))
    return HomePaths(default_home())


def test_caches_settings_and_logs_lie_where_the_system_has_them(own: HomePaths, tmp_path: Path) -> None:
    assert own.folder == tmp_path / "data/alwsl-tui"
    assert own.pixels == tmp_path / "cache/alwsl-tui/pixels"
    assert own.features == tmp_path / "cache/alwsl-tui/features"
    assert own.indexes == tmp_path / "cache/alwsl-tui/indexes"
    assert own.preferences == tmp_path / "config/alwsl-tui/preferences.json"
    assert own.station_log == tmp_path / "state/alwsl-tui/station.log"
    kept = (own.store, own.campaigns, own.fits, own.downloads, own.reserve, own.station_lock, own.starter)
    assert all(path.parent == own.folder for path in kept)


def test_a_home_that_was_named_holds_all_of_it(own: HomePaths, tmp_path: Path) -> None:
    named = HomePaths(tmp_path / "elsewhere")
    places = (named.pixels, named.features, named.indexes, named.preferences, named.station_log)
    assert all(path.parent == named.folder for path in places)


def test_the_own_home_is_the_same_however_it_is_named(own: HomePaths, tmp_path: Path) -> None:
    own.folder.mkdir(parents=True)
    (tmp_path / "link").symlink_to(own.folder)
    assert HomePaths(tmp_path / "link").pixels == own.pixels


@pytest.mark.parametrize("name", ["pixels", "features", "indexes", "preferences.json", "station.log"])
def test_what_lies_in_an_old_home_is_used_where_it_lies(own: HomePaths, name: str) -> None:
    kept = own.folder / name
    (kept.parent if "." in name else kept).mkdir(parents=True)
    if "." in name:
        kept.touch()
    places = (own.pixels, own.features, own.indexes, own.preferences, own.station_log)
    assert [path for path in places if path.parent == own.folder] == [kept]


def test_old_settings_still_hold_and_are_changed_where_they_lie(own: HomePaths) -> None:
    place = open_workspace()
    ScreenSettings(theme="nord").write(own.folder / "preferences.json")
    assert load_settings(place).theme == "nord"
    save_settings(place, ScreenSettings(theme="light"))
    assert ScreenSettings.read(own.folder / "preferences.json").theme == "light"
    assert load_settings(place).theme == "light"


def test_new_settings_are_kept_in_the_folder_of_settings(own: HomePaths, tmp_path: Path) -> None:
    place = open_workspace()
    save_settings(place, ScreenSettings(theme="nord"))
    assert load_settings(Workspace(own)).theme == "nord"
    assert (tmp_path / "config/alwsl-tui/preferences.json").is_file()


@pytest.mark.slow
def test_a_campaign_fills_the_cache_folder_and_logs_into_the_state_folder(own: HomePaths, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "alwsl_tui", *QUICK]
    done = subprocess.run(words, capture_output=True, text=True, timeout=patience(), check=False, env=dict(os.environ))
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "cache/alwsl-tui/pixels").glob("*.u8"))
    assert (tmp_path / "state/alwsl-tui/station.log").is_file()
    assert not {path.name for path in own.folder.iterdir()} & {"pixels", "features", "indexes", "station.log"}


def test_doctor_says_where_they_lie(own: HomePaths, tmp_path: Path) -> None:
    finding = next(finding for finding in examine(open_workspace()) if finding.what == "folders")
    parts = ("cache/alwsl-tui", "config/alwsl-tui", "state/alwsl-tui")
    assert [part for part in parts if f"{tmp_path / part}" not in finding.found] == []
