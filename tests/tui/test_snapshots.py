"""A few looks at the screens, each of them judged by eye once. Made anew with `pytest -n 0 --snapshot-update`."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from alwsl_tui.options import Manners
from campaigns.services.campaigns import arithmetic
from campaigns.services.workspace import Workspace, open_workspace
from tests.tui.still import EmptyStation, Still, StillCampaign, StillCurves, StillOverview, StillRounds, StillStation
from tests.tui.waiting import seen, settled, until

Compare = Callable[..., bool]
SMALL, NORMAL, LARGE = (80, 24), (120, 40), (200, 60)


@pytest.fixture
def usual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The home that no command line has to name, on a machine of a few cores and no GPU, whatever this one is."""
    monkeypatch.setenv("ALWSL_HOME", str(tmp_path))
    monkeypatch.setattr(arithmetic, "gpus", tuple)
    monkeypatch.setattr(arithmetic, "sane_threads", lambda _processes: 1)
    return open_workspace()


def after(*texts: str, press: tuple[str, ...] = ()) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Press keys once the screen stands, then wait until all of it is there."""

    async def wait(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: "keys" in seen(pilot) or "cancel" in seen(pilot))
        await settled(pilot)  # what lies under another screen before it was drawn stays blank there
        await pilot.press(*press)
        await until(pilot, lambda: all(text in seen(pilot) for text in texts))
        for line in pilot.app.screen.query(Input):
            line.cursor_blink = False
        await settled(pilot)

    return wait


def test_the_station_lists_campaigns_devices_and_news(usual: Workspace, snap_compare: Compare) -> None:
    app = Still(usual, StillStation(usual, Manners()))
    assert snap_compare(app, terminal_size=NORMAL, run_before=after("voc-broken", "540 W", "queue 1"))


def test_an_empty_station_offers_the_demo(usual: Workspace, snap_compare: Compare) -> None:
    app = Still(usual, EmptyStation(usual, Manners()))
    assert snap_compare(app, terminal_size=SMALL, run_before=after("begin the demo"))


def test_keys_of_the_station_are_told(usual: Workspace, snap_compare: Compare) -> None:
    app = Still(usual, EmptyStation(usual, Manners()))
    look = after("/ filter", "$ alwsl-tui", press=("question_mark",))
    assert snap_compare(app, terminal_size=SMALL, run_before=look)


def test_curves_stand_with_their_cursor_and_what_it_reads(usual: Workspace, snap_compare: Compare) -> None:
    app = Still(usual, StillCampaign(usual, "curves", StillCurves))
    assert snap_compare(app, terminal_size=NORMAL, run_before=after("labelled images", "▼ ag at"))


def test_rounds_stand_in_a_grid_with_the_details_of_one(usual: Workspace, snap_compare: Compare) -> None:
    app = Still(usual, StillCampaign(usual, "rounds", StillRounds))
    look = after("arm-t2-ag, round 2", "0.2120 → 0.0710")
    assert snap_compare(app, terminal_size=NORMAL, run_before=look)


@pytest.mark.parametrize(
    ("size", "first", "last"),
    # Where there is little room the frame of a pane is a line above it.
    [(SMALL, "━▸curves", "epoch 4/10"), (NORMAL, "▸curves", "shared, of"), (LARGE, "▸curves", "models done")],
    ids=["80x24", "120x40", "200x60"],
)
def test_a_wall_shows_what_there_is_room_for(
    usual: Workspace, snap_compare: Compare, size: tuple[int, int], first: str, last: str
) -> None:
    app = Still(usual, StillCampaign(usual, "overview", StillOverview))
    assert snap_compare(app, terminal_size=size, run_before=after(first, "3000", last))


@pytest.mark.slow
@pytest.mark.parametrize("size", [SMALL, NORMAL, LARGE], ids=lambda size: "x".join(map(str, size)))
def test_a_form_for_a_new_campaign_fits(usual: Workspace, snap_compare: Compare, size: tuple[int, int]) -> None:
    app = Still(usual, EmptyStation(usual, Manners()))
    look = after("New campaign", "ready", press=("n",))
    assert snap_compare(app, terminal_size=size, run_before=look)
