"""Who may import whom, and what a command must not load before it is needed."""

import ast
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.architecture.sources import ROOT, tree_of
from tests.patience import patience

HEAVY = {"torch", "torchvision", "textual", "matplotlib", "jinja2"}
FOR_NOTHING = HEAVY | {"typer", "rich", "numpy", "pydantic", "sqlite3", "sqlite_utils", "PIL", "psutil"}
TO_MAKE_TABLES = {"sqlite_utils"}
NOT_AT_FIRST = TO_MAKE_TABLES | {"torch", "torchvision", "numpy", "pydantic", "PIL", "plotext", "safetensors"}

LOADED = """
import json, sys
sys.argv[1:] = json.loads(sys.argv[1])
from alwsl_tui.entry import main
try:
    main()
finally:
    sys.stderr.write("\\n" + json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
"""Runs the program and writes every package it has loaded in the last line of stderr."""


def loaded(arguments: Sequence[str]) -> set[str]:
    """Packages that the installed program has loaded when it ends."""
    found = subprocess.run(
        [sys.executable, "-c", LOADED, json.dumps(arguments)],
        capture_output=True,
        text=True,
        timeout=patience(),
        check=False,
    )
    assert found.returncode == 0, found.stderr
    assert found.stdout
    return set(json.loads(found.stderr.splitlines()[-1]))


def test_imports_point_down() -> None:
    found = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, timeout=patience(), check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stdout
    assert " 0 broken" in found.stdout


DECIDING = (
    "campaigns/services/campaigns/arithmetic.py", "campaigns/services/campaigns/freeze.py",
    "campaigns/station/machine.py", "campaigns/worker/setting.py", "campaigns/worker/reuse.py",
    "campaigns/learning/setup.py", "campaigns/learning/models.py", "campaigns/learning/sgd.py",
    "campaigns/learning/device.py",
)  # fmt: skip
"""What settles how numbers are computed."""


@pytest.mark.parametrize("module", DECIDING)
def test_what_settles_how_numbers_are_computed_has_no_clock(module: str) -> None:
    nodes = list(ast.walk(tree_of(ROOT / module)))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    assert names & {"time", "timeit", "datetime"} == set()


def test_the_version_is_answered_before_anything_is_loaded() -> None:
    assert loaded(["--version"]) & FOR_NOTHING == set()


@pytest.mark.parametrize(
    "command",
    [["list"], ["show", "tiny"], ["rounds", "tiny"], ["picks", "tiny"], ["recipes"], ["doctor"], ["data", "list"]],
    ids=" ".join,
)
def test_looking_loads_neither_torch_nor_screens(command: list[str], finished: tuple[Workspace, CampaignRow]) -> None:
    place, _ = finished
    found = loaded([*command, "--home", str(place.home.folder)])
    assert found & HEAVY == set()
    assert found & TO_MAKE_TABLES == set()


@pytest.mark.parametrize("command", [["list"], ["list", "--json"], ["--help"]], ids=" ".join)
def test_a_list_and_the_help_load_nothing_that_takes_long(
    command: list[str], finished: tuple[Workspace, CampaignRow]
) -> None:
    place, _ = finished
    names = loaded([*command, "--home", str(place.home.folder)])
    # Typer itself loads pydantic to call a command.
    assert names & (HEAVY | NOT_AT_FIRST) <= {"pydantic"}
    if command == ["--help"]:
        assert names & {"pydantic", "rich"} == set()


def test_choosing_from_a_file_loads_neither_torch_nor_screens_nor_a_store(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    path.write_text("image,cat\na.jpg,0.5\nb.jpg,0.25\n")
    names = loaded(["choose", str(path), "--n", "1"])
    assert names & (HEAVY | TO_MAKE_TABLES) == set()
    assert "numpy" in names


def test_making_a_campaign_loads_no_torch_either(place: Workspace) -> None:
    assert loaded(["new", "--recipe", "smoke", "--home", str(place.home.folder)]) & HEAVY == set()


def test_importing_all_commands_loads_neither_torch_nor_screens() -> None:
    code = "import sys, alwsl_tui.cli.app; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=patience(), check=True)
    assert {name.partition(".")[0] for name in found.stdout.split()} & HEAVY == set()


FIRST_SCREEN = """
import sys
from pathlib import Path
import alwsl_tui.cli.app, alwsl_tui.tui.app
from campaigns.services.station.station import station_view
from campaigns.services.workspace import open_workspace
assert station_view(open_workspace(Path(sys.argv[1]))).lines
print(*sys.modules)
"""
"""All that stands between the command line and the first screen with its campaigns."""


def test_the_first_screen_loads_nothing_that_it_does_not_show(finished: tuple[Workspace, CampaignRow]) -> None:
    place, _ = finished
    found = subprocess.run(
        [sys.executable, "-c", FIRST_SCREEN, place.home.folder],
        capture_output=True,
        text=True,
        timeout=patience(),
        check=True,
    )
    assert {name.partition(".")[0] for name in found.stdout.split()} & NOT_AT_FIRST == set()
