"""Calling the program as somebody else: as a user to whom nothing here belongs."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.calling import Said
from tests.patience import patience

NOBODY = 65534
"""The number of a user whom no file belongs to."""


def require_stranger() -> None:
    """Skip the test where this process may not become somebody else, or nobody may run this program."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("needs root and setpriv, to be somebody else for a moment")
    if subprocess.run([*_AS_NOBODY, sys.executable, "-c", "import alwsl_tui.entry"], check=False).returncode:
        pytest.skip("this copy of the program may not be run by others")


_AS_NOBODY = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")


@contextmanager
def copy_for_all(folder: Path) -> Iterator[Path]:
    """A copy of a home where others can get to: pytest's folders are closed to them."""
    above = Path(tempfile.mkdtemp())
    above.chmod(0o755)
    try:
        yield Path(shutil.copytree(folder, above / "home"))
    finally:
        shutil.rmtree(above)


def give(*paths: Path, user: int = NOBODY) -> None:
    """Give files and folders, with all that lies in them, to a user."""
    for path in paths:
        for part in (path, *path.rglob("*")):
            os.chown(part, user, user)


def call_as_nobody(home: Path, *arguments: str) -> Said:
    """What `alwsl-tui` does with these arguments and that home for somebody else."""
    command = [*_AS_NOBODY, sys.executable, "-m", "alwsl_tui.entry", *arguments, "--home", str(home)]
    found = subprocess.run(command, capture_output=True, text=True, timeout=patience(), check=False, cwd="/")
    return Said(found.returncode, found.stdout, found.stderr)
