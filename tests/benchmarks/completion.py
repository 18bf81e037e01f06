"""What a Tab in a shell costs, as a multiple of a bare Python that imports Typer, and of one that imports nothing."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from campaigns.services.campaigns.new import create_campaign
from campaigns.services.workspace import open_workspace

TURNS = 15
PROGRAM = str(Path(sys.executable).parent / "alwsl-tui")
LINES = ("alwsl-tui sh", "alwsl-tui show ", "alwsl-tui logs c3 --job arm", "alwsl-tui new --dataset ")


def main() -> None:
    """Print a table of processor and wall-clock milliseconds, medians of runs that take turns."""
    with tempfile.TemporaryDirectory() as folder:
        place = open_workspace(Path(folder) / "home")
        for number in range(20):
            create_campaign(place, "smoke", name=f"c{number}")
        surroundings = os.environ | {"ALWSL_HOME": str(place.home.folder), "_ALWSL_TUI_COMPLETE": "complete_bash"}
        calls = {"python": ([sys.executable, "-c", "pass"], dict(os.environ))}
        calls["import typer"] = ([sys.executable, "-c", "import typer"], dict(os.environ))
        for line in LINES:
            words = line.split(" ")
            asked = {"COMP_WORDS": "\n".join(words), "COMP_CWORD": str(len(words) - 1)}
            calls[line] = ([PROGRAM], surroundings | asked)
        costs: dict[str, list[tuple[float, float]]] = {name: [] for name in calls}
        for _ in range(TURNS):
            for name, (words, environment) in calls.items():
                costs[name].append(_cost(words, environment))
    bare = _medians(costs["import typer"])
    print(f"{'':30}{'cpu ms':>9}{'wall ms':>9}{'cpu / import typer':>20}")
    for name, runs in costs.items():
        cpu, wall = _medians(runs)
        print(f"{name:30}{1000 * cpu:9.0f}{1000 * wall:9.0f}{cpu / bare[0]:20.2f}")


def _cost(words: list[str], environment: dict[str, str]) -> tuple[float, float]:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(words, env=environment, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.perf_counter() - began


def _medians(runs: list[tuple[float, float]]) -> tuple[float, float]:
    return median(cpu for cpu, _ in runs), median(wall for _, wall in runs)


if __name__ == "__main__":
    main()
