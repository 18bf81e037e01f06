"""From a key to the complete picture in Picks: `python -m tests.benchmarks.pictures [--home HOME --campaign NAME]`.

In a terminal of 120 × 40, half-blocks: somebody goes down the list of picks, waits until picture, map and words of a
pick are painted, rests a moment, and goes on; then the same as fast as it answers. Without a campaign a small one is
made, on drawn scenes of 224 pixels. Seconds of the processor are those of the whole program in that time.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from textual import events

from alwsl_tui.options import Images, Manners
from alwsl_tui.tui.panes.picks import PicksPane
from campaigns.services.workspace import Workspace, open_workspace
from tests.benchmarks.paint import SIZE, TERMINAL
from tests.benchmarks.screens import Watched, until

RESTS = {"a key every 0.5 s": 0.5, "a key every 0.1 s": 0.1, "the next key at once": 0.0}
Row = tuple[str, ...]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=None)
    parser.add_argument("--campaign", default="tiny")
    parser.add_argument("--keys", type=int, default=40)
    wanted = parser.parse_args()
    os.environ.update(TERMINAL)  # all colours, as in a terminal that shows pictures
    with tempfile.TemporaryDirectory() as made:
        place = open_workspace(wanted.home or Path(made) / "home")
        if wanted.home is None:
            fill(place)
        rows = asyncio.run(measured(place, wanted.campaign, wanted.keys))
    from tests.benchmarks.measuring import machine, table  # it imports PyTorch

    print(machine())
    head = ("from a key to the complete picture", "keys", "p50 ms", "p95 ms", "most ms", "cpu p50 ms", "cpu p95 ms")
    print(table(head, rows))


def fill(place: Workspace) -> None:
    """Make a campaign that picks a hundred images."""
    from tests.stage import perform, tiny

    perform(place, tiny(
        place, "data.images=260", "data.size=224", "model.image_size=64", "protocol.add=[100, 20]",
        'criteria.names=["ag"]', "protocol.full=false",
    ))  # fmt: skip


async def measured(place: Workspace, name: str, keys: int) -> list[Row]:
    """Return a row for each way of going down the list."""
    app = Watched(place, Manners(campaign=name, tab="picks", images=Images.BLOCKS))
    rows: list[Row] = []
    async with app.run_test(size=SIZE):
        await until(app, lambda: pane_of(app) is not None and is_complete(app, 1))
        pane = pane_of(app)
        assert pane is not None
        await asyncio.sleep(2)
        for what, rest in RESTS.items():
            app.post_message(events.Key("home", None))
            await until(app, lambda: is_complete(app, 1))
            await asyncio.sleep(1)
            rows.append(row_of(what, await down(app, keys, rest)))
    return rows


async def down(app: Watched, keys: int, rest: float) -> list[tuple[float, float]]:
    """Return milliseconds from each key to the picture of the next pick with its map and its words; of the clock, and
    of the processor.
    """
    found = []
    pane = pane_of(app)
    assert pane is not None
    for place in range(2, min(keys, len(pane.listing.rows)) + 1):
        began, busy = time.perf_counter(), time.process_time()
        app.post_message(events.Key("down", None))
        while not is_complete(app, place):
            await asyncio.sleep(0.002)  # not as `until`, which keeps the processor busy
        found.append((1_000 * (time.perf_counter() - began), 1_000 * (time.process_time() - busy)))
        await asyncio.sleep(rest)
    return found


def pane_of(app: Watched) -> PicksPane | None:
    """Return the tab, once it is there."""
    pane = getattr(app.screen, "panes", {}).get("picks")
    return pane if isinstance(pane, PicksPane) and pane.is_mounted and pane.listing.rows else None


def is_complete(app: Watched, place: int) -> bool:
    """Return whether the pick at that place is shown with its picture, and all of it is painted."""
    pane = pane_of(app)
    card = None if pane is None else pane.card.card
    if pane is None or card is None or card.image is None or card.evidence.place != place:
        return False
    is_drawn = pane.card.picture.is_settled and pane.card.picture.is_drawn
    return is_drawn and not (app.screen._dirty_widgets or app.screen._layout_required)


def row_of(what: str, found: Sequence[tuple[float, float]]) -> Row:
    """Return the figures of a row."""
    wall, busy = (sorted(column) for column in zip(*found, strict=True))
    at = int(0.95 * (len(wall) - 1))
    figures = statistics.median(wall), wall[at], wall[-1], statistics.median(busy), busy[at]
    return what, str(len(wall)), *(f"{figure:.0f}" for figure in figures)


if __name__ == "__main__":
    main()
