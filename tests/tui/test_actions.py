"""Everything that can be done has a key, an entry in the palette and a command line; no key means two things."""

import shlex
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import typer
from textual.binding import Binding
from textual.dom import DOMNode

from alwsl_tui.cli.app import app as command_line_app
from alwsl_tui.options import Manners
from alwsl_tui.tui.actions import Action, Place, command_line, places
from alwsl_tui.tui.app import AlwslApp
from alwsl_tui.tui.command_palette import ActionEntries
from alwsl_tui.tui.parts.logview import LogView
from alwsl_tui.tui.screens.campaign import CampaignScreen
from alwsl_tui.tui.screens.compare import CompareScreen
from alwsl_tui.tui.screens.label import LabelScreen
from alwsl_tui.tui.screens.new import NewScreen
from alwsl_tui.tui.screens.sheet import SheetScreen
from alwsl_tui.tui.screens.station import StationScreen
from alwsl_tui.tui.tabs import TABS, actions_of, all_actions
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.tui.waiting import until

CLASSES: Mapping[str, type[DOMNode]] = {
    Place.ANYWHERE: AlwslApp,
    Place.STATION: StationScreen,
    Place.CAMPAIGN: CampaignScreen,
    Place.LOG: LogView,
    Place.COMPARE: CompareScreen,
    Place.NEW: NewScreen,
    Place.LABEL: LabelScreen,
    Place.SHEET: SheetScreen,
    **{tab.name: tab.pane for tab in TABS.values()},
}
TOGETHER = [
    *((Place.ANYWHERE, Place.CAMPAIGN, tab) for tab in TABS if tab != "logs"),
    (Place.ANYWHERE, Place.CAMPAIGN, "logs", Place.LOG),
    (Place.ANYWHERE, Place.STATION),
    (Place.ANYWHERE, Place.COMPARE),
    (Place.ANYWHERE, Place.NEW),
    (Place.ANYWHERE, Place.LABEL),
    (Place.ANYWHERE, Place.SHEET),
]
"""Places whose keys can be reached at the same time."""
FACTS = {
    "name": "tiny", "other": "other", "names": "tiny\0other", "recipe": "smoke", "theme": "dark", "images": "blocks",
    "criterion": "ag", "criteria": "ag,random", "trial": "0", "round": "1", "job": "arm-t0-ag", "attempt": "1",
    "axis": "images", "class": "cat", "pattern": "loss", "filter": "state:done", "sort": "name", "panel": "feed",
    "image": "yard/001.jpg", **{f"image{at}": f"yard/{at}.jpg" for at in range(6)},
    "answer": "cat=yes", "reason": "damaged",
    "file": "x.log", "command": "alwsl-tui new --recipe smoke --name x",
}  # fmt: skip
LABELLING = {Place.LABEL, Place.SHEET}
WITHOUT_COMMAND = {"screenshot_here"}
"""A picture of the screen has no meaning where there is no screen."""


def some(action: Action) -> str:
    return f"{action.place}-{action.name}"


def test_every_place_is_one_of_ours() -> None:
    assert set(CLASSES) == {*Place, *TABS}
    assert all(getattr(cls, "PLACE", None) == place for place, cls in CLASSES.items())
    assert all(action.place == place for place in CLASSES for action in actions_of(place))


@pytest.mark.parametrize("action", all_actions(), ids=some)
def test_every_action_has_a_method_a_key_and_a_title(action: Action) -> None:
    cls = CLASSES[action.place]
    assert callable(getattr(cls, f"action_{action.name.partition('(')[0]}", None))
    bound = [one for one in cls.BINDINGS if isinstance(one, Binding)]
    assert [one.action for one in bound if one.key == action.key] == [action.name]
    assert action.title[0].isupper()


@pytest.mark.parametrize("action", all_actions(), ids=some)
def test_every_action_has_a_command_line_that_the_program_can_read(action: Action) -> None:
    if action.name in WITHOUT_COMMAND:
        assert action.command == ""
        return
    line = command_line(action, FACTS).partition(" > ")[0]
    words = shlex.split(line)
    assert words[0] == "alwsl-tui"
    command: Any = typer.main.get_command(command_line_app)
    if "--help" in words:
        return
    if words[1].startswith("--"):
        command.make_context("alwsl-tui", words[1:])
    else:
        command.commands[words[1]].make_context(words[1], words[2:])


@pytest.mark.parametrize("together", TOGETHER, ids=" ".join)
def test_no_key_means_two_things_at_once(together: tuple[str, ...]) -> None:
    keys = [action.key for place in together for action in actions_of(place)]
    assert sorted(keys) == sorted(set(keys))


def test_capital_letters_act_on_campaigns_and_nothing_else_does() -> None:
    acting = {"start", "pause", "drain", "cancel", "retry", "delete"}
    for place in (Place.STATION, Place.CAMPAIGN):
        assert {a.name for a in actions_of(place) if a.key.isupper() and a.is_change} == acting
    elsewhere = [a for a in all_actions() if a.place not in {Place.STATION, Place.CAMPAIGN} and a.key in set("SPDCRXV")]
    # Nothing can be retried where people label: R asks them once more.
    assert [(action.place, action.name) for action in elsewhere] == [(Place.LABEL, "recheck")]


def test_what_changes_something_is_marked_as_a_change() -> None:
    names = {action.name for action in all_actions() if action.is_change and action.place not in LABELLING}
    assert names == {
        "start", "pause", "drain", "cancel", "retry", "delete", "new", "demo", "photographs", "create",
        "create_started",
    }  # fmt: skip
    # Where labels are given, whatever does more than to look at photographs says something of them.
    looks = {action.name for action in actions_of(Place.LABEL) if not action.is_change}
    assert looks == {"closer", "map", "blind", "sheet", "picture", "recheck"}
    assert {action.name for action in actions_of(Place.SHEET) if not action.is_change} == {"picture"}


@pytest.mark.parametrize(("first", "second"), combinations(TABS, 2))
def test_tabs_have_digits_of_their_own(first: str, second: str) -> None:
    keys = {action.name: action.key for action in actions_of(Place.CAMPAIGN)}
    assert keys[f"tab('{first}')"] < keys[f"tab('{second}')"]


@pytest.mark.parametrize("tab", TABS)
async def test_the_palette_has_every_action_of_where_one_is(
    tab: str, finished: tuple[Workspace, CampaignRow], tmp_path: Path
) -> None:
    place, row = finished
    app = AlwslApp(place, Manners(campaign=row.name, tab=tab))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: tab in dict(places(app.focused)))  # keys reach the tab, not only its screen
        entries = ActionEntries(app.screen)
        titles = [str(hit.text) async for hit in entries.discover()]
        here = {Place.ANYWHERE, Place.CAMPAIGN, tab} | ({Place.LOG} if tab == "logs" else set())
        assert set(titles) == {action.title for action in all_actions() if action.place in here}


@pytest.mark.parametrize("place", [*TABS, *(place for place in Place if place is not Place.LABEL)], ids=str)
def test_all_keys_that_are_shown_at_the_foot_fit_at_80_columns_beside_the_palette(place: Place | str) -> None:
    told = "  ".join(f"{action.shown_key} {action.short}" for action in actions_of(place) if action.short)
    assert len(told) <= 80 - len(" ▏ ? keys  ^p palette")
