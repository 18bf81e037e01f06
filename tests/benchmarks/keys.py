"""From a key to the first byte that answers it: `python -m tests.benchmarks.keys [--times 60] [--tabs TAB…]`.

The program runs in a terminal of 120 × 40 on a home in which twelve arms change four times a second. Curves, Rounds,
Cost, Recipe and Report are those of the campaign that changes; Overview, Agreement, Picks and Logs those of a finished
one beside it, which has pictures, choices and logs. `--homes` keeps the home that is made for it.
"""

import argparse
import select
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from campaigns.services.workspace import Workspace, open_workspace
from tests.benchmarks import livehome
from tests.benchmarks.idle import Watcher, watching
from tests.benchmarks.screens import changing

UP, DOWN, RIGHT, LEFT = (f"\x1b[{letter}".encode() for letter in "ABCD")
KEYS = {
    "overview": (RIGHT, LEFT), "curves": (RIGHT, LEFT), "agreement": (RIGHT, LEFT), "rounds": (RIGHT, LEFT),
    "picks": (DOWN, UP), "logs": (b"w", b"w"), "cost": (DOWN, UP), "recipe": (DOWN, UP), "report": (DOWN, UP),
}  # fmt: skip
LIVE = {"curves", "rounds", "cost", "recipe", "report"}
SETTLE, BETWEEN, UNANSWERED = 10.0, 0.15, 3.0
"""Seconds until it is opened, between two keys, and after which a key counts as one that changed nothing."""
Row = tuple[str, ...]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=60)
    parser.add_argument("--homes", type=Path, default=None)
    parser.add_argument("--tabs", nargs="+", choices=("station", *KEYS), default=("station", *KEYS))
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        place = open_workspace((wanted.homes or Path(made)) / "changing")
        fill(place)
        with changing(place):
            rows = [pressed(place, tab, wanted.times) for tab in wanted.tabs]
    from tests.benchmarks.measuring import machine, table  # it imports PyTorch

    print(machine())
    print(table(("keys while twelve arms change", "answered", "p50 ms", "p95 ms", "most ms"), rows))


def fill(place: Workspace) -> None:
    """Make the home, unless it is there."""
    from tests.stage import clear, settle, tiny

    if not place.home.store.exists():
        settle(place, tiny(place).name)
        clear(place)
        livehome.fill(place, criteria=8, rounds=6)


def pressed(place: Workspace, tab: str, times: int) -> Row:
    """Return how long keys of a tab took."""
    name = livehome.NAME if tab in LIVE else "tiny"
    words = () if tab == "station" else ("--open", f"{name}:{tab}")
    with watching(place, *words) as watcher:
        watcher.written(SETTLE)
        found = answers(watcher, KEYS.get(tab, (DOWN, UP)), times)
    if not found:
        return tab, "0", "-", "-", "-"
    ordered = sorted(found)
    figures = statistics.median(ordered), ordered[int(0.95 * (len(ordered) - 1))], ordered[-1]
    return tab, f"{len(found)}/{times}", *(f"{figure:.0f}" for figure in figures)


def answers(watcher: Watcher, keys: Sequence[bytes], times: int) -> list[float]:
    """Return milliseconds from each key to the first byte."""
    found = []
    for at in range(times):
        watcher.written(BETWEEN)
        began = time.perf_counter()
        watcher.press(keys[at % len(keys)])
        if select.select([watcher.master], [], [], UNANSWERED)[0]:
            found.append(1_000 * (time.perf_counter() - began))
    return found


if __name__ == "__main__":
    main()
