"""The README's example for notebooks runs as it stands."""

import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"


def test_the_example_runs_and_loads_no_station_store_or_screen(tmp_path: Path) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    rooms = "('campaigns.station', 'campaigns.store', 'campaigns.services', 'textual', 'sqlite3', 'typer')"
    script = f"{example}\nimport sys\nassert not set({rooms}) & set(sys.modules)\n"
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert ran.returncode == 0, ran.stderr
    picks, votes, precision = ran.stdout.split("]\n")[:3]
    assert len(picks.strip("[").split()) == 10
    assert len(votes.strip("[").split()) == 6
    assert len(precision.strip("[]\n").split()) == 5
