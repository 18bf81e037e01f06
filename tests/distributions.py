"""Distributions of one file, as another package would bring an entry: really installed on a path, one for each test."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path


def install(folder: Path, module: str, source: str, *, group: str, entries: Mapping[str, str]) -> Path:
    """Lay a distribution of one module into a folder; `entries` are variables of it by the names of a group."""
    folder.mkdir(exist_ok=True)
    info = folder / f"{module}-1.0.dist-info"
    info.mkdir()
    (folder / f"{module}.py").write_text(source)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
    lines = [f"{name} = {module}:{variable}" for name, variable in entries.items()]
    (info / "entry_points.txt").write_text("\n".join([f"[{group}]", *lines, ""]))
    return folder


def run_with(folder: Path, command: Sequence[str], *, seconds: float = 240) -> str:
    """Run a command where the distributions of a folder are installed; what it printed. It has to end well."""
    path = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
    ended = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, timeout=seconds, check=False
    )
    assert ended.returncode == 0, f"{command} ended with {ended.returncode}\n{ended.stdout}\n{ended.stderr}"
    return ended.stdout


def alwsl(*arguments: str) -> list[str]:
    """Return the command line of the program."""
    return [sys.executable, "-m", "alwsl_tui.entry", *arguments]


def package_of_tests(folder: Path) -> Path:
    """Let the tests count as an installed distribution on a path that is returned."""
    info = folder / "installed" / "alwsl_tests-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: alwsl-tests\nVersion: 1.0\n")
    (info / "top_level.txt").write_text("tests\n")
    return info.parent
