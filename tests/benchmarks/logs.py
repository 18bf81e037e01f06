"""The log on the screen: `python -m tests.benchmarks.logs [--minutes 60]`.

A file of 1 GB: from mounting the view to its last lines painted. Then keys while another process appends 20 000 lines a
second, while all of the 1 GB is searched, and while a filter sifts it: from the key to the paint of what it asked for.
Then memory, following for a minute or longer: anonymous memory of this process, which no file backs.
"""

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from textual import events
from textual.app import App
from textual.geometry import Region
from textual.strip import Strip

from alwsl_tui.tui.parts.logview import LogView, Wanted

SIZE = 1 << 30
LINES_A_SECOND = 20_000
LINE = "2026-11-22 16:08:20 EpochDone(round=1, epoch=1, loss=0.5971953921847873, seconds=0.35068)"
SECONDS = 10
KEYS = ("up", "pageup", "pagedown", "home", "down", "G")
SLOW = "(q|z)+x"
"""In no line, and slow to say so: some 20 s for 1 GB."""

WRITER = """
import sys, time
line, rate = sys.argv[2] + "\\n", int(sys.argv[3])
began, count = time.perf_counter(), 0
with open(sys.argv[1], "a") as file:
    while True:
        due = int((time.perf_counter() - began) * rate) - count
        file.write(line * due)
        file.flush()
        count += due
        time.sleep(0.01)
"""


class Painted(LogView):
    """Tells when it was painted."""

    def __init__(self, path: Path | None = None) -> None:
        super().__init__(path)
        self.paint = asyncio.Event()

    def render_lines(self, crop: Region) -> list[Strip]:
        """As ever, and says so."""
        strips = super().render_lines(crop)
        self.paint.set()
        return strips


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    minutes = parser.parse_args().minutes
    with tempfile.TemporaryDirectory() as folder:
        large, growing = Path(folder) / "large.log", Path(folder) / "growing.log"
        with large.open("w") as file:
            block = f"{LINE}\n" * 10_000
            for _ in range(SIZE // len(block)):
                file.write(block)
        rows = asyncio.run(_measured(large, growing, minutes))
    # Only now: this imports PyTorch, whose memory is not the view's.
    from tests.benchmarks.measuring import machine, table

    print(machine())
    print(table(("what", "p50 ms", "p95 ms", "most ms", "keys", "remarks"), rows))


async def _measured(large: Path, growing: Path, minutes: float) -> list[Sequence[str]]:
    app: App[None] = App()
    async with app.run_test(size=(120, 40)) as pilot:
        rows: list[Sequence[str]] = [_row("1 GB: mount to last lines", [await _mount(app, large) for _ in range(9)])]
        view = Painted(large)
        await app.mount(view)
        view.focus()
        await _until(view, lambda: bool(view.page.rows))
        rows.append(_row("keys, 1 GB, quiet", await _keys(app, view, 5)))
        view.search(SLOW)
        rows.append(_row("keys, 1 GB being searched", await _keys(app, view, SECONDS), str(view.border_subtitle)))
        view.action_clear()
        view.give(Wanted.OUT, SLOW)
        rows.append(_row("keys, 1 GB being sifted", await _keys(app, view, SECONDS), str(view.border_subtitle)))
        await view.remove()
        growing.touch()
        writer = subprocess.Popen([sys.executable, "-c", WRITER, growing, LINE, str(LINES_A_SECOND)])
        try:
            view = Painted(growing)
            await app.mount(view)
            view.focus()
            await _until(view, lambda: view.page.look.size > 1 << 20)
            began, before = time.perf_counter(), growing.stat().st_size
            found = await _keys(app, view, SECONDS)
            rate = (growing.stat().st_size - before) / (len(LINE) + 1) / (time.perf_counter() - began)
            rows.append(_row("keys, growing log", found, f"{rate:,.0f} lines/s"))
            view.action_last()
            await pilot.pause(2)
            first, late = _anonymous(), await _lateness(minutes * 60)
            grown = f"memory {first:.1f} -> {_anonymous():.1f} MiB, {growing.stat().st_size / 1e6:.0f} MB of log"
            rows.append(_row(f"following for {minutes:g} min: loop late", late, grown))
        finally:
            writer.kill()
            writer.wait()
    return rows


async def _mount(app: App[None], path: Path) -> float:
    """Milliseconds until the end of a log is painted."""
    began = time.perf_counter()
    view = Painted(path)
    await app.mount(view)
    await _until(view, lambda: bool(view.page.rows))
    took = (time.perf_counter() - began) * 1000
    await view.remove()
    return took


async def _keys(app: App[None], view: Painted, seconds: float) -> list[float]:
    """Milliseconds from each key to the paint of the page it asked for."""
    found, over = [], time.perf_counter() + seconds
    while time.perf_counter() < over:
        for key in KEYS:
            before, began = view.page, time.perf_counter()
            app.post_message(events.Key(key, key if len(key) == 1 else None))
            await _until(view, lambda before=before: view.page.place != before.place)  # type: ignore[misc]
            found.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(0.03)
    return found


async def _until(view: Painted, condition: Callable[[], bool]) -> None:
    deadline = time.perf_counter() + 10
    while True:
        view.paint.clear()
        await asyncio.wait_for(view.paint.wait(), deadline - time.perf_counter())
        if condition():
            return


async def _lateness(seconds: float) -> list[float]:
    """Milliseconds by which the screen's loop comes back late from sleeps of 5 ms."""
    found, over = [], time.perf_counter() + seconds
    while time.perf_counter() < over:
        began = time.perf_counter()
        await asyncio.sleep(0.005)
        found.append((time.perf_counter() - began - 0.005) * 1000)
    return found


def _row(what: str, found: Sequence[float], remarks: str = "") -> Sequence[str]:
    ordered = sorted(found)
    figures = statistics.median(ordered), ordered[int(0.95 * (len(ordered) - 1))], ordered[-1]
    return what, *(f"{figure:.1f}" for figure in figures), str(len(ordered)), remarks


def _anonymous() -> float:
    """MiB of this process that no file backs."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024


if __name__ == "__main__":
    main()
