"""The tabs of a campaign: what each shows, what can be done there, and where all are found.

Each of ours is a file of `alwsl_tui.tui.panes`.
"""

from dataclasses import dataclass
from typing import Any

from alwsl_tui.tui.actions import ACTIONS, Action, Place
from alwsl_tui.tui.pane import Pane
from campaigns.core.registry import Registry

DIGITS = "1234567890"
"""Keys of the first ten tabs; further ones are reached by Tab, the palette or a click."""


@dataclass(frozen=True, slots=True, eq=False)
class Tab:
    """One tab of a campaign."""

    name: str
    """Of its pane's file, service and drawing too; with a capital letter it is the tab's title."""
    pane: type[Pane[Any]]
    """Its `PLACE` is the name of the tab. It is made when the tab is first opened."""
    actions: tuple[Action, ...] = ()
    """What can be done there alone; each is a method `action_<name>` of the pane and one of its `BINDINGS`."""

    def __str__(self) -> str:
        return self.name


TABS: Registry[Tab] = Registry(
    "tab", Tab, package="alwsl_tui.tui.panes", group="alwsl_tui.panes",
    first=("overview", "curves", "agreement", "rounds", "picks", "logs", "cost", "recipe", "report"),
)  # fmt: skip
"""Of a campaign's screen, in the order of their digits."""


def actions_of(place: str) -> tuple[Action, ...]:
    """Return the actions of one place, in the order they are shown: a `Place`, or the name of a tab."""
    if place not in set(Place):
        return TABS[place].actions
    ours = tuple(action for action in ACTIONS if action.place == place)
    return (*ours, *_digits()) if place == Place.CAMPAIGN else ours


def all_actions() -> tuple[Action, ...]:
    """Return everything that can be done anywhere."""
    return tuple(action for place in (*Place, *TABS) for action in actions_of(place))


def _digits() -> tuple[Action, ...]:
    return tuple(
        Action(Place.CAMPAIGN, f"tab('{tab}')", digit, tab.capitalize(), f"alwsl-tui --open {{name}}:{tab}")
        for digit, tab in zip(DIGITS, TABS, strict=False)
    )
