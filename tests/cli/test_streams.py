"""Stdin, stdout and the folder a program is started in are not always what it hopes for."""

import subprocess
import sys
from pathlib import Path

import pytest

from alwsl_tui.entry import main
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.cli.calling import good, refused
from tests.patience import patience

PROGRAM = f"{sys.executable} -m alwsl_tui"


def shell(place: Workspace, script: str, *, folder: Path | None = None) -> tuple[int, str]:
    """Run a script in which `alwsl` is the program; its exit code and stderr."""
    text = f'alwsl() {{ {PROGRAM} "$@" --home {place.home.folder}; }}\n{script}'
    ended = subprocess.run(
        ["bash", "-c", text], capture_output=True, text=True, timeout=patience(), check=False, cwd=folder
    )
    assert "Traceback" not in ended.stderr, ended.stderr
    assert "Exception" not in ended.stderr, ended.stderr
    return ended.returncode, ended.stderr


@pytest.mark.parametrize("command", ["list --json", "list", "show tiny", "--version"])
def test_output_that_cannot_be_written_is_told_of(finished: tuple[Workspace, CampaignRow], command: str) -> None:
    if command == "--version":
        ended = subprocess.run(
            f"{PROGRAM} --version > /dev/full", shell=True, capture_output=True, text=True, check=False
        )
        code, told = ended.returncode, ended.stderr
    else:
        code, told = shell(finished[0], f"alwsl {command} > /dev/full")
    assert code == 3, told
    assert told.splitlines()[0] == "error: cannot write the output: No space left on device"
    assert told.count("error: ") == 1


@pytest.mark.slow
def test_a_closed_stdout_is_none_and_no_file_of_the_home(finished: tuple[Workspace, CampaignRow]) -> None:
    place, _ = finished
    assert shell(place, "alwsl list >&-") == (0, "")
    assert shell(place, "alwsl list <&- >&- 2>&-") == (0, "")
    assert "tiny" in good(place, "list")
    assert place.home.store.read_bytes().startswith(b"SQLite format 3")
    assert "not confirmed" in shell(place, "alwsl delete tiny <&-")[1]


@pytest.mark.slow
def test_a_reader_who_has_what_he_wants_is_no_error(finished: tuple[Workspace, CampaignRow]) -> None:
    for script in ("alwsl logs tiny | head -1", "alwsl logs tiny | true", "alwsl logs tiny --json | true"):
        assert shell(finished[0], f'{script} > /dev/null; exit "${{PIPESTATUS[0]}}"') == (0, "")
    assert shell(finished[0], 'alwsl show nope 2>&1 | true; exit "${PIPESTATUS[0]}"') == (2, "")


@pytest.mark.parametrize("command", ["report tiny", "export tiny x.tar"])
def test_a_working_folder_that_is_gone_is_told_of(
    finished: tuple[Workspace, CampaignRow], tmp_path: Path, command: str
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    code, told = shell(finished[0], f"rmdir {folder}; alwsl {command}", folder=folder)
    assert (code, told.splitlines()[0]) == (2, "error: the current folder no longer exists")


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["module://matplotlib_inline.backend_inline", "nonsense"])
def test_a_report_needs_no_backend_of_a_notebook(
    finished: tuple[Workspace, CampaignRow], tmp_path: Path, backend: str
) -> None:
    assert shell(finished[0], f"export MPLBACKEND={backend}; alwsl report tiny --out {tmp_path}") == (0, "")
    assert (tmp_path / "tiny.html").exists()


def test_a_home_that_sqlite_could_not_open_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    home = tmp_path.joinpath(*["d" * 99] * 6)
    assert "the path of the home is too long" in refused(home, 3, "new", "--recipe", "smoke").err
    assert "the path of the home is too long" in refused(home, 3, "list").err
    assert list(tmp_path.iterdir()) == []


ON_WINDOWS = """
import importlib.util, os, pathlib, runpy, sys
class Lacking:
    def find_spec(self, name, path=None, target=None):
        if name in {"fcntl", "termios", "tty", "pty", "pwd", "grp", "resource"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
for name in ("fcntl", "termios", "tty", "pty", "pwd", "grp", "resource"):
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Lacking())
os.name, sys.platform = "nt", "win32"
sys.argv = ["alwsl-tui", *sys.argv[2:]]
runpy.run_module(MODULE, run_name="__main__", alter_sys=True)
"""
"""A Python that lacks what Windows lacks."""


@pytest.mark.parametrize("module", ["alwsl_tui", "alwsl_tui.entry"])
@pytest.mark.parametrize("words", [(), ("list",), ("--version",), ("doctor", "--json")])
def test_on_windows_every_way_in_ends_with_one_sentence_and_no_traceback(module: str, words: tuple[str, ...]) -> None:
    code = ON_WINDOWS.replace("MODULE", repr(module))
    done = subprocess.run(
        [sys.executable, "-c", code, "-", *words], capture_output=True, text=True, timeout=patience(), check=False
    )
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert done.stderr.startswith("error: alwsl-tui does not run on Windows itself")
    assert done.stderr.count("\n") == 2


def test_windows_is_told_what_to_use(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("os.name", "nt")
    with pytest.raises(SystemExit) as end:
        main()
    monkeypatch.undo()
    assert end.value.code == 2
    assert "WSL 2" in capsys.readouterr().err
