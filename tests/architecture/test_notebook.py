"""The guide's Python examples run as they stand."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from alwsl_tui.guide import page
from campaigns.selection import Scores
from campaigns.services.results.model import export_model, find_model
from campaigns.services.workspace import open_workspace
from tests.models import trained_on, write_photographs

ROOMS = "('campaigns.station', 'campaigns.store', 'campaigns.services', 'textual', 'sqlite3', 'typer')"
CRITERION, NOTEBOOK = re.findall(r"```python\n(.*?)```", page("extending").text, re.DOTALL)


@pytest.mark.slow
def test_the_notebook_example_runs_and_loads_no_station_store_or_screen(tmp_path: Path) -> None:
    script = f"{NOTEBOOK}\nimport sys\nassert not set({ROOMS}) & set(sys.modules)\n"
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert ran.returncode == 0, ran.stderr
    picks, votes, precision = ran.stdout.split("]\n")[:3]
    assert len(picks.strip("[").split()) == 10
    assert len(votes.strip("[").split()) == 6
    assert len(precision.strip("[]\n").split()) == 5


def test_the_example_of_a_criterion_ranks() -> None:
    defined: dict[str, object] = {}
    exec(CRITERION, defined)  # the example is a module of somebody else's package
    logits = np.array([[3.0, -2.0], [0.5, 9.0], [-1.0, 4.0]], dtype=np.float32)
    scores = Scores(logits=logits, peak=logits, trough=logits - 1)
    assert defined["BINMIN"].rank(scores).tolist() == [1, 2, 0]  # type: ignore[attr-defined]


@pytest.mark.slow
def test_the_example_of_a_model_in_python_runs(tmp_path: Path) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", page("models").text, re.DOTALL)
    place = open_workspace(tmp_path / "home")
    root = write_photographs(tmp_path / "photographs", 30)
    trained_on(place, root)
    export_model(place, find_model(place, "mine"), tmp_path / "demo.safetensors")
    picture = root / "a" / "000.png"
    Image.open(picture).save(tmp_path / "one.jpg")
    script = f"{example}\nimport sys\nassert not set({ROOMS}) & set(sys.modules)\n"
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert ran.returncode == 0, ran.stderr
    first, best, missing = ran.stdout.splitlines()
    assert first.startswith("one.jpg (")
    assert best.split()[-1].startswith("0.")
    assert missing.startswith("two.jpg")
    assert "does not exist" in missing
