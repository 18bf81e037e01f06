"""Imports of archives that are killed at any moment."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from campaigns.services.workspace import Workspace
from campaigns.station.cleanup import tidy
from tests.patience import patience

IMPORT = """
import sys
from pathlib import Path
from campaigns.services.archive.import_ import import_campaign
from campaigns.services.workspace import open_workspace
place = open_workspace(Path(sys.argv[1]))
print("go", flush=True)
sys.stdin.readline()
import_campaign(place, Path(sys.argv[2]))
"""


def killed_imports(place: Workspace, parcel: Path, *, within: float, times: int = 6) -> Iterator[None]:
    """Begin so many imports, kill each within so many seconds, and yield once a station has tidied up behind it."""
    draw = Random(7)
    for _ in range(times):
        process = subprocess.Popen(
            [sys.executable, "-c", IMPORT, str(place.home.folder), str(parcel)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "go\n"
        process.stdin.write("\n")
        process.stdin.flush()
        time.sleep(draw.uniform(0, within))  # any moment will do, and none is waited for
        process.kill()
        process.communicate(timeout=patience())
        with place.store() as store:
            tidy(place.home, store)
        yield
