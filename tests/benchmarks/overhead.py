"""What a campaign costs besides training: `python -m tests.benchmarks.overhead`.

Runs `demo` and `smoke` in a scratch home and prints how long they took, how long a slot stood idle between the end of a
job and the start of the next, and the peak memory of workers for pools of two sizes.
"""

import argparse
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from campaigns.services.workspace import open_workspace
from campaigns.store.attempts import list_attempts
from campaigns.store.campaigns import get_campaign

POOLS = (1_000, 20_000)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-demo", action="store_true", help="leave out the longest part")
    wants_demo = not parser.parse_args().no_demo
    print(f"{platform.machine()}, {platform.platform()}, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for recipe in ("smoke", "demo") if wants_demo else ("smoke",):
            print(f"{recipe}: {_run(home, recipe):.1f} s")
            found = _gaps(home, recipe)
            print(f"  between two jobs: median {statistics.median(found):.2f} s, longest {max(found):.2f} s")
        for pool in POOLS:
            name = f"pool-{pool}"
            _run(home, "smoke", "--name", name, "--set", f"data.images={pool}", "--set", "protocol.full=false")
            print(f"pool of {pool}: a worker's peak memory is {_peak(home, name):.0f} MiB")


def _run(home: Path, recipe: str, *more: str) -> float:
    began = time.perf_counter()
    command = [sys.executable, "-m", "alwsl_tui.cli.app", "run", recipe, "--headless", "--home", str(home), *more]
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def _gaps(home: Path, name: str) -> list[float]:
    """Seconds from each worker's last words to the next start of a worker."""
    place = open_workspace(home)
    with place.store() as store:
        row = get_campaign(store, name)
        starts = sorted(attempt.started for attempt in list_attempts(store, row.id))
    ends = sorted(path.stat().st_mtime for path in place.home.campaign(row.id).folder.rglob("exit.json"))
    following = [(end, next((start for start in starts if start >= end), None)) for end in ends]
    return [start - end for end, start in following if start is not None]


def _peak(home: Path, name: str) -> float:
    """MiB of the largest worker."""
    with open_workspace(home).store() as store:
        folder = open_workspace(home).home.campaign(get_campaign(store, name).id).folder
    logs = "".join(path.read_text() for path in folder.rglob("worker.log"))
    return max(float(found) for found in re.findall(r"peak memory (\d+) MiB", logs))


if __name__ == "__main__":
    main()
