"""A home is its user's alone, whatever the umask."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from campaigns.home.preferences import ScreenSettings
from campaigns.services.doctor.doctor import examine
from campaigns.services.settings import save_settings
from campaigns.services.workspace import Workspace, open_workspace
from tests.patience import patience
from tests.stage import TINY, program, said

OPEN = """
import os, runpy, sys
os.umask(0)
sys.argv = sys.argv[1:]
runpy.run_module("alwsl_tui.entry", run_name="__main__")
"""
"""The program, under a umask that keeps nobody out."""


@pytest.mark.slow
def test_every_file_and_folder_of_a_home_is_its_users_alone_under_any_umask(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    words = ["alwsl-tui", "run", "smoke", "--headless", "--home", str(home)]
    for override in (*TINY, 'criteria.names=["random"]', "protocol.full=false"):
        words += ["--set", override]
    done = subprocess.run(
        [sys.executable, "-c", OPEN, *words], capture_output=True, text=True, timeout=patience(), check=False
    )
    place = open_workspace(home)
    assert done.returncode == 0, f"{done.stderr}\n{said(place)}"
    save_settings(place, ScreenSettings(theme="nord"))
    with place.store():  # its -wal and -shm lie there while it is open
        modes = {path: stat.S_IMODE(path.lstat().st_mode) for path in (home, *home.rglob("*"))}
    assert {path.name for path in modes} >= {
        "alwsl.db", "station.lock", "station.log", "worker.log", "journal.jsonl", "preferences.json", "recipe.toml",
        "split.json", "model.safetensors", "pixels",
    }  # fmt: skip
    assert {str(path): oct(mode) for path, mode in modes.items() if mode & 0o077} == {}


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o701])
def test_a_home_that_others_can_look_into_is_reported_with_what_to_do(place: Workspace, mode: int) -> None:
    assert next(finding for finding in examine(place) if finding.what == "privacy").is_good
    place.home.folder.chmod(mode)
    finding = next(finding for finding in examine(place) if finding.what == "privacy")
    assert not finding.is_good
    assert f"chmod 700 {place.home.folder}" in finding.found
    shown = program(place, "doctor")
    assert "chmod 700" in shown.stdout
    assert shown.returncode == 0, "it is no reason to stop working"
