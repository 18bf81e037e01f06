"""A shell that asks how a line may go on: every command and option, and the names of a home, read and left as it is."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from alwsl_tui.cli import completion
from alwsl_tui.cli.completion import completions
from alwsl_tui.cli.completion_table import COMMANDS, SUMMARIES
from alwsl_tui.guide import pages
from campaigns.home.paths import HomePaths
from campaigns.recipe import PROTOCOL, shipped
from campaigns.services.data import add, data_names
from campaigns.services.names import recipe_names
from campaigns.services.workspace import Workspace
from tests.cli.completion_table import commands, summaries
from tests.cli.folders import photos
from tests.distributions import install
from tests.stage import tiny

PROGRAM = Path(sys.executable).parent / "alwsl-tui"
HEAVY = ("typer", "pydantic", "numpy", "torch", "textual", "rich")


def ask(home: Path, text: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Ask the program as the script of bash does; the last word is the one that is completed."""
    words = text.split(" ")
    surroundings = os.environ | {
        "_ALWSL_TUI_COMPLETE": "complete_bash", "COMP_WORDS": "\n".join(words), "COMP_CWORD": str(len(words) - 1),
        "ALWSL_HOME": str(home),
    } | more  # fmt: skip
    return subprocess.run([PROGRAM], env=surroundings, capture_output=True, text=True, check=False)


def offered(home: Path, text: str, **more: str) -> list[str]:
    """What is offered; nothing is ever said beside it."""
    answer = ask(home, text, **more)
    assert (answer.returncode, answer.stderr) == (0, "")
    return answer.stdout.split()


def files(folder: Path) -> list[tuple[str, int]]:
    return sorted((str(path.relative_to(folder)), path.stat().st_mtime_ns) for path in folder.rglob("*"))


def test_the_table_is_that_of_the_commands() -> None:
    """Make it anew with `python -m tests.cli.completion_table`."""
    assert dict(commands()) == dict(COMMANDS)
    assert dict(summaries()) == dict(SUMMARIES)


def test_what_is_known_without_importing_it_is_what_is_there() -> None:
    assert recipe_names() == [*shipped(), PROTOCOL]
    assert set(completions(["new", "--dataset"], "")) >= set(data_names())
    assert completions(["help"], "") == sorted(page.topic for page in pages())


def test_names_of_the_home_are_offered_and_the_home_stays_as_it_is(place: Workspace, tmp_path: Path) -> None:
    tiny(place, name="first")
    tiny(place, name="second")
    add(place, "yard", photos(tmp_path / "yard", 12))
    home = place.home.folder
    before = files(home)
    assert offered(home, "alwsl-tui show ") == ["second", "first"]
    assert offered(home, "alwsl-tui show f") == ["first"]
    assert offered(home, "alwsl-tui compare first s") == ["second"]
    assert offered(home, "alwsl-tui logs first --job b") == ["baseline-t0"]
    assert offered(home, "alwsl-tui new --dataset y") == ["yard"]
    assert offered(home, "alwsl-tui data check y") == ["yard"]
    assert offered(home, "alwsl-tui run s") == ["second", "smoke"]
    assert offered(tmp_path, f"alwsl-tui show --home {home} f") == ["first"]
    assert offered(tmp_path, f"alwsl-tui --home = {home} show f") == ["first"]
    assert files(home) == before


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("alwsl-tui sh", ["show"]),
        ("alwsl-tui data ", ["list", "add", "remove", "rename", "check"]),
        ("alwsl-tui new --rec", ["--recipe"]),
        ("alwsl-tui new --recipe v", [name for name in shipped() if name.startswith("v")]),
        ("alwsl-tui new --model w", ["weldon", "wildcat"]),
        ("alwsl-tui show x --x = d", ["decisions"]),
        ("alwsl-tui --read", ["--readonly"]),
        ("alwsl-tui help prom", ["promises"]),
        ("alwsl-tui nonsense ", []),
        ("alwsl-tui new --set ", []),
        ('alwsl-tui show "unfini', []),
    ],
)
def test_commands_options_and_choices(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert offered(tmp_path / "none", text) == expected
    assert not (tmp_path / "none").exists()


def test_what_installed_packages_bring_is_offered(tmp_path: Path) -> None:
    entries = {"seldom": "SELDOM", "often": "OFTEN"}
    folder = install(tmp_path / "site", "brings", "SELDOM = OFTEN = 1\n", group="alwsl_tui.criteria", entries=entries)
    path = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
    assert offered(tmp_path, "alwsl-tui picks x --criterion se", PYTHONPATH=path) == [
        "sepsum", "sepmax", "sepmin", "seldom",
    ]  # fmt: skip
    assert offered(tmp_path, "alwsl-tui picks x --criterion o", PYTHONPATH=path) == ["often"]
    assert offered(tmp_path, "alwsl-tui picks x --criterion o") == []


def test_a_home_that_is_no_home_offers_nothing_and_says_nothing(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    store = HomePaths(damaged).store
    store.write_bytes(b"no store at all" * 100)
    for home in (damaged, tmp_path / "none", Path("~nobody-of-this-name"), Path("/dev/null")):
        assert offered(home, "alwsl-tui show ") == []
    assert files(damaged) == [(store.name, store.stat().st_mtime_ns)]


def test_a_name_that_a_shell_would_evaluate_is_not_offered() -> None:
    assert completion._beginning(["good", "$(reboot)", "a b", '"', "a`b"], "") == ["good"]


def test_zsh_is_answered_in_its_own_form(place: Workspace) -> None:
    tiny(place, name="first")
    zsh = {"_ALWSL_TUI_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "alwsl-tui show "}
    answer = ask(place.home.folder, "", **zsh)
    assert answer.stdout == "_arguments '*: :((\"first\"))'\n"
    asked = zsh | {"_TYPER_COMPLETE_ARGS": "alwsl-tui new --recipe=smo"}
    assert ask(place.home.folder, "", **asked).stdout == "_arguments '*: :((\"--recipe=smoke\"))'\n"
    asked = zsh | {"_TYPER_COMPLETE_ARGS": "alwsl-tui import "}
    assert ask(place.home.folder, "", **asked).stdout == "_files\n"


def test_other_shells_are_answered_by_typer(place: Workspace) -> None:
    tiny(place, name="first")
    fish = {
        "_ALWSL_TUI_COMPLETE": "complete_fish", "_TYPER_COMPLETE_ARGS": "alwsl-tui show ",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }  # fmt: skip
    assert "first" in ask(place.home.folder, "", **fish).stdout.split()


def test_little_is_imported_for_it(tmp_path: Path) -> None:
    code = (
        "import sys; from alwsl_tui.cli.completion import completions; completions(['show'], '');"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    surroundings = os.environ | {"ALWSL_HOME": str(tmp_path / "none")}
    answer = subprocess.run([sys.executable, "-c", code], env=surroundings, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_itself_completes_with_the_script_that_is_shown(place: Workspace) -> None:
    tiny(place, name="first")
    script = """
        eval "$(alwsl-tui --show-completion)"
        complete -p alwsl-tui
        COMP_WORDS=(alwsl-tui show fi) COMP_CWORD=2
        _alwsl_tui_completion alwsl-tui
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    surroundings = os.environ | {
        "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}", "ALWSL_HOME": str(place.home.folder),
    }  # fmt: skip
    answer = subprocess.run(
        ["bash", "--norc", "-c", script], env=surroundings, capture_output=True, text=True, check=False
    )
    assert answer.stdout.splitlines() == ["complete -o default -F _alwsl_tui_completion alwsl-tui", "first"], answer


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_installing_writes_into_the_users_own_files_alone(tmp_path: Path) -> None:
    surroundings = os.environ | {
        "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}", "HOME": str(tmp_path), "ALWSL_HOME": str(tmp_path / "none"),
    }  # fmt: skip
    script = "alwsl-tui --install-completion; true"
    subprocess.run(["bash", "--norc", "-c", script], env=surroundings, capture_output=True, text=True, check=True)
    assert (tmp_path / ".bashrc").read_text().strip().endswith("alwsl-tui.sh'")
    assert "_ALWSL_TUI_COMPLETE" in (tmp_path / ".bash_completions" / "alwsl-tui.sh").read_text()
    assert not (tmp_path / "none").exists()
