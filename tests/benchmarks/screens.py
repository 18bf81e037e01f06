"""The screens: `python -m tests.benchmarks.screens [--home HOME] [--minutes 60]`.

In a terminal: from the start of the program to its first paint and to its whole list, beside a bare Textual app. Then
twelve live arms: what each look costs the screen's thread, and keys meanwhile, from the key to the paint that follows.
Then a thousand campaigns, and the seven tabs of one that is done. Then memory, threads and files while somebody goes on
watching. `--home` is one of 1 000 campaigns that `tests.benchmarks.home` has made; without it, it is made here.
"""

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from textual import events
from textual._compositor import CompositorUpdate
from textual.screen import Screen

import alwsl_tui.tui.app
from alwsl_tui.options import Manners
from alwsl_tui.tui.app import AlwslApp
from alwsl_tui.tui.polling import Looking
from alwsl_tui.tui.tabs import TABS
from alwsl_tui.tui.widgets.chart import CurveChart
from campaigns.services.workspace import Workspace, open_workspace
from tests.benchmarks import livehome
from tests.benchmarks.paint import SIZE, painted

BARE = """
from textual.app import App
from textual.widgets import Footer, Static
class Bare(App):
    def compose(self):
        yield Static("bare")
        yield Footer()
Bare().run()
"""
REPEATS, SECONDS = 9, 10
SHAPES = ((8, 6), (10, 100))
"""Criteria and rounds of campaigns with live arms: as in the paper, and as in what we promise."""
Row = Sequence[str]


class Watched(AlwslApp):
    """Writes out what a terminal would get, and counts how often."""

    CSS_PATH = str(Path(alwsl_tui.tui.app.__file__).with_name("app.tcss"))
    paints = 0

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        super()._display(screen, renderable)
        if isinstance(renderable, CompositorUpdate):
            renderable.render_segments(self.console)
            self.paints += 1


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--minutes", type=float, default=1.0)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        many = open_workspace(wanted.home or Path(folder) / "many")
        if not many.home.store.exists():
            fill(many)
        places = [open_workspace(Path(folder) / f"live{at}") for at in range(len(SHAPES))]
        for place, (criteria, rounds) in zip(places, SHAPES, strict=True):
            livehome.fill(place, criteria=criteria, rounds=rounds)
        # Memory first: what follows imports more than the screens do.
        kept = asyncio.run(memory(places[0], wanted.minutes))
        shown = list(first_paints(open_workspace(Path(folder) / "empty"), many))
        cost = [row for at, place in enumerate(places) for row in asyncio.run(live(place, SHAPES[at]))]
        keys = asyncio.run(thousand(many))
        tabs = asyncio.run(seven(open_workspace(Path(folder) / "tiny")))
    # Only now: this imports PyTorch.
    from tests.benchmarks.measuring import machine, table

    print(machine())
    print("\n" + table(("in a terminal of 120×40", "first paint s", "list complete s", "slowest s"), shown))
    head = ("screen's thread", "paints/s", "ms a look", "keys", "p50 ms", "p95 ms", "most ms")
    print("\n" + table(head, [*cost, *keys]))
    print("\n" + table(("from the key to", "first ms", "again ms"), tabs))
    print("\n" + table(("memory", "RssAnon MiB", "threads", "open files", "minutes"), kept))


def first_paints(empty: Workspace, many: Workspace) -> Iterator[Row]:
    """Medians, each program in turn, so that a busy machine is busy for all of them."""
    ours = [sys.executable, "-c", "from alwsl_tui.entry import main; main()", "--home"]
    works: dict[str, Callable[[], tuple[float, ...]]] = {
        "a bare Textual app": lambda: painted([sys.executable, "-c", BARE], "bare"),
        "no campaigns": lambda: painted([*ours, str(empty.home.folder)], "reading", "No campaigns here"),
        "1 000 campaigns": lambda: painted([*ours, str(many.home.folder)], "reading", "1000 campaigns"),
    }
    times = [[work() for work in works.values()] for _ in range(REPEATS)]
    for at, what in enumerate(works):
        firsts, lasts = [one[at][0] for one in times], [one[at][-1] for one in times]
        last = f"{statistics.median(lasts):.2f}" if lasts != firsts else "-"
        yield what, f"{statistics.median(firsts):.2f}", last, f"{max(firsts):.2f}"


async def live(place: Workspace, shape: tuple[int, int]) -> list[Row]:
    """Twelve arms at work: the list, and the tabs that follow them."""
    rows, about = [], f"12 live arms, {shape[0]} criteria × {shape[1]} rounds"
    with changing(place):
        async with opened(place, Manners()) as app:
            rows.append(await watched(app, f"{about}: station", ("w",)))
        for tab in ("curves", "rounds", "cost"):
            async with opened(place, Manners(campaign=livehome.NAME, tab=tab)) as app:
                await until(app, lambda app=app: is_shown(app))  # type: ignore[misc]
                rows.append(await watched(app, f"{about}: {tab}", ("end", "home")))
    return rows


async def thousand(place: Workspace) -> list[Row]:
    """The list of a thousand, drawn anew twice a second because the machine's load changes."""
    async with opened(place, Manners()) as app:
        return [await watched(app, "1 000 campaigns: station", ("down", "down", "pagedown", "up", "end", "home"))]


async def seven(place: Workspace) -> list[Row]:
    """From a key to what it asked for: a campaign that is done, and its tabs, the first time and again."""
    from tests.stage import clear, settle, tiny

    row = tiny(place, 'criteria.names=["ag", "vote", "random"]')
    settle(place, row.name)
    clear(place)  # the home is removed in the end, and a station that lingers would race that
    rows: list[Row] = []
    async with opened(place, Manners()) as app:
        await asyncio.sleep(2)  # somebody reads the list first; meanwhile the other screens are imported
        began = time.perf_counter()
        app.post_message(events.Key("enter", None))
        await until(app, lambda: is_shown(app))
        rows.append(("a campaign, its curves", milliseconds(began), "-"))
        for at, tab in enumerate(TABS, start=1):
            found = []
            for _ in range(2):
                await to(app, "7" if at != 7 else "6")
                began = time.perf_counter()
                await to(app, str(at))
                found.append(milliseconds(began))
                await asyncio.sleep(0.3)
            rows.append((tab, *found))
    return rows


async def memory(place: Workspace, minutes: float) -> list[Row]:
    """At the start, with every tab open, and while somebody goes from tab to tab, out and in again."""
    rows = []
    with changing(place):
        async with opened(place, Manners()) as app:
            await asyncio.sleep(2)
            rows.append(held("station", 0.0))
            began = time.perf_counter()
            while True:
                await until(app, lambda: app.screen.is_current and len(app.screen_stack) == 1)
                app.post_message(events.Key("enter", None))
                await until(app, lambda: is_shown(app))
                for key in "1234567":
                    await to(app, key)
                    await asyncio.sleep(1)
                if len(rows) == 1:
                    rows.append(held("every tab opened", (time.perf_counter() - began) / 60))
                app.post_message(events.Key("q", "q"))
                passed = (time.perf_counter() - began) / 60
                if passed >= minutes * (len(rows) - 1) / 4:
                    rows.append(held("going on", passed))
                if passed >= minutes:
                    return rows


def held(what: str, minutes: float) -> Row:
    """What this process holds now: memory that no file backs, threads, open files."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    files = len(list(Path("/proc/self/fd").iterdir()))
    return (
        what,
        f"{int(lines['RssAnon'].split()[0]) / 1024:.1f}",
        lines["Threads"].strip(),
        str(files),
        f"{minutes:.1f}",
    )


async def watched(app: Watched, what: str, keys: Sequence[str]) -> Row:
    """First nobody touches it: what looks cost. Then keys that change what is seen, each until it is painted."""
    await asyncio.sleep(2)  # what opening it has left to do is not what a look costs
    paints, busy, began = app.paints, time.thread_time(), time.perf_counter()
    await asyncio.sleep(SECONDS)
    passed, spent, paints = time.perf_counter() - began, time.thread_time() - busy, app.paints - paints
    found, over = [], time.perf_counter() + SECONDS
    while time.perf_counter() < over:
        for key in keys:
            before, began = app.paints, time.perf_counter()
            app.post_message(events.Key(key, key if len(key) == 1 else None))
            await until(app, lambda before=before: app.paints > before)  # type: ignore[misc]
            found.append(1_000 * (time.perf_counter() - began))
            await asyncio.sleep(0.03)
    ordered = sorted(found)
    figures = statistics.median(ordered), ordered[int(0.95 * (len(ordered) - 1))], ordered[-1]
    return (
        what, f"{paints / passed:.1f}", f"{1_000 * spent / passed * Looking.EVERY:.1f}", str(len(ordered)),
        *(f"{figure:.1f}" for figure in figures),
    )  # fmt: skip


@asynccontextmanager
async def opened(place: Workspace, manners: Manners) -> AsyncIterator[Watched]:
    """The program on a home, once its screen shows something."""
    app = Watched(place, manners)
    async with app.run_test(size=SIZE):
        await until(app, lambda: getattr(app.screen_stack[-1], "found", None) is not None)
        yield app


async def to(app: Watched, key: str) -> None:
    """To a tab, until it shows something and is painted."""
    app.post_message(events.Key(key, key))
    await until(app, lambda: getattr(app.screen, "tab", "") == TABS.names()[int(key) - 1] and is_shown(app))


def is_shown(app: Watched) -> bool:
    """True when the tab on top has found something, and that is painted; of curves, when their drawing has come."""
    pane = getattr(app.screen, "panes", {}).get(getattr(app.screen, "tab", ""))
    if pane is None or not pane.display or not pane.region.area or (pane.content is None and pane.campaign is None):
        return False
    if not all(chart.sheet is not None for chart in pane.query(CurveChart)):
        return False
    return not (app.screen._dirty_widgets or app.screen._layout_required)


async def until(app: Watched, condition: Callable[[], bool]) -> None:
    """Let the screen go on until something holds."""
    deadline = time.perf_counter() + 30
    while not condition():
        assert time.perf_counter() < deadline, app.screen.tree
        await asyncio.sleep(0)


def milliseconds(began: float) -> str:
    """Since then."""
    return f"{1_000 * (time.perf_counter() - began):.0f}"


@contextmanager
def changing(place: Workspace) -> Iterator[None]:
    """While a process of its own tells the store of a home what its arms did."""
    with livehome.supervised(place):
        writer = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.livehome", place.home.folder])
        try:
            yield
        finally:
            writer.kill()
            writer.wait()


def fill(place: Workspace) -> None:
    """A thousand campaigns."""
    from tests.benchmarks import home

    home.fill(place)


if __name__ == "__main__":
    main()
