"""Everything a person can do on the screens: its key, its name in the palette, and the command line that does the same.

Capital letters act on campaigns; small letters, digits and signs change what is seen. Moving a cursor is no action:
arrow keys, page keys, enter and escape mean everywhere what they mean in every terminal program.
"""

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from textual.binding import Binding
from textual.dom import DOMNode

from campaigns.core.text import printable


class Place(StrEnum):
    """Where an action belongs, if not to a tab of a campaign: a tab is a place by its name, and brings its own actions.

    Screens and panes say which place they are in their attribute `PLACE`.
    """

    ANYWHERE = "anywhere"
    STATION = "station"
    CAMPAIGN = "campaign"
    LOG = "log"
    """The log itself, inside its tab."""
    COMPARE = "compare"
    NEW = "new campaign"
    LABEL = "label"
    SHEET = "sheet"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do in one place."""

    place: str
    """A `Place`, or the name of a tab."""
    name: str
    """Its method is `action_<name>`, of the screen or pane that is the place."""
    key: str
    title: str
    command: str
    """The command line that does or prints the same; in braces what the place fills in."""
    is_change: bool = False
    """It changes something beyond this screen, so `--readonly` forbids it."""
    short: str = ""
    """In the line of keys at the bottom; empty: not there."""
    keys: str = ""
    """What stands for its key there, where it speaks for others that do alike."""

    @property
    def shown_key(self) -> str:
        """The key as it stands on a keyboard."""
        return SIGNS.get(self.key, self.key.replace("ctrl+", "^"))


def plain_key(shown: str) -> str:
    """Return in ASCII how a key is shown."""
    return {"⌫": "bksp"}.get(shown, shown)


SIGNS: Mapping[str, str] = {
    "question_mark": "?", "comma": ",", "slash": "/", "left_square_bracket": "[", "right_square_bracket": "]",
    "left_curly_bracket": "{", "right_curly_bracket": "}", "minus": "-", "equals_sign": "=", "full_stop": ".",
    "less_than_sign": "<", "greater_than_sign": ">", "backspace": "⌫",
}  # fmt: skip

A = Action
P = Place
_LOGS = "alwsl-tui logs {name} --job {job} --attempt {attempt}"


def _control(place: Place) -> tuple[Action, ...]:
    """Return what can be asked of a campaign, in the list of them and in its own screen."""
    return (
        A(place, "start", "S", "Start or resume", "alwsl-tui start {name}", is_change=True, short="start"),
        A(place, "pause", "P", "Pause at the next checkpoint", "alwsl-tui pause {name}", is_change=True, short="pause"),
        A(place, "drain", "D", "Stop after the current rounds", "alwsl-tui drain {name}", is_change=True),
        A(place, "cancel", "C", "Cancel now", "alwsl-tui cancel {name}", is_change=True),
        A(place, "retry", "R", "Retry failed and cancelled jobs", "alwsl-tui retry {name}", is_change=True),
        A(place, "delete", "X", "Delete the campaign", "alwsl-tui delete {name}", is_change=True),
        A(place, "compare", "V", "Compare with another campaign", "alwsl-tui compare {name} {other}", short="compare"),
    )


_ANSWER = "alwsl-tui label {name} --answer {image} {answer}"
_ABOUT = "alwsl-tui label {name} --answer {image} {class}"


def _digits_of_classes() -> tuple[Action, ...]:
    """Return the keys of the first ten classes, which never move."""
    return tuple(
        A(P.LABEL, f"mark({at})", digit, f"Class {at + 1} is present, or no mark", f"{_ABOUT}=yes", is_change=True,
          short="" if at else "yes", keys="" if at else "1-9")
        for at, digit in enumerate("1234567890")
    )  # fmt: skip


def _letters_of_photographs() -> tuple[Action, ...]:
    """Return the keys of a sheet's photographs, which stand as those do."""
    words = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth")
    return tuple(
        A(P.SHEET, f"shows({at})", letter, f"{words[at]} photograph shows it",
          f"alwsl-tui label {{name}} --answer {{image{at}}} {{class}}=yes", is_change=True)
        for at, letter in enumerate("qweasd")
    )  # fmt: skip


ACTIONS: tuple[Action, ...] = (
    A(P.ANYWHERE, "keys", "question_mark", "Keys and command lines", "alwsl-tui --help"),
    A(P.ANYWHERE, "settings", "comma", "Settings and their sources", "alwsl-tui doctor"),
    A(P.ANYWHERE, "next_theme", "ctrl+t", "Next theme", "alwsl-tui --theme {theme}"),
    A(P.ANYWHERE, "screenshot_here", "ctrl+g", "Save a screenshot", ""),
    *_control(P.STATION),
    A(P.STATION, "new", "n", "New campaign", "alwsl-tui new --recipe {recipe}", is_change=True, short="new"),
    A(P.STATION, "demo", "b", "Start the demo", "alwsl-tui demo", is_change=True),
    A(P.STATION, "photographs", "f", "Campaign on own photographs",
      "alwsl-tui new --folder {folder} --classes {classes}", is_change=True),
    A(P.STATION, "sift", "slash", "Filter the list", "alwsl-tui list --filter {filter}", short="filter"),
    A(P.STATION, "sort", "o", "Sort by the next column", "alwsl-tui list --sort {sort}", short="order"),
    A(P.STATION, "mark", "space", "Mark or unmark", "alwsl-tui show {name}"),
    A(P.STATION, "mark_all", "a", "Mark all, or none", "alwsl-tui list --filter {filter}"),
    A(P.STATION, "panel", "w", "Events or queue", "alwsl-tui {panel}"),
    *_control(P.CAMPAIGN),
    A(P.CAMPAIGN, "label", "L", "Label the requested images", "alwsl-tui label {name}", short="label"),
    A(P.LOG, "follow", "f", "Follow the end of the log", f"{_LOGS} --follow", short="follow"),
    A(P.LOG, "search", "slash", "Search", f"{_LOGS} --grep {{pattern}}", short="search"),
    A(P.LOG, "next_match", "n", "Next match", f"{_LOGS} --grep {{pattern}}"),
    A(P.LOG, "last_match", "N", "Previous match", f"{_LOGS} --grep {{pattern}}"),
    A(P.LOG, "filter_in", "i", "Show only matching lines", f"{_LOGS} --grep {{pattern}}", short="only"),
    A(P.LOG, "filter_out", "o", "Hide matching lines", f"{_LOGS} --out {{pattern}}", short="without"),
    A(P.LOG, "clear", "x", "Clear search and filters", _LOGS),
    A(P.LOG, "next_error", "e", "Next error", f"{_LOGS} --grep error", short="error"),
    A(P.LOG, "last_error", "E", "Previous error", f"{_LOGS} --grep error"),
    A(P.LOG, "next_round", "right_square_bracket", "Next round", f"{_LOGS} --grep round"),
    A(P.LOG, "last_round", "left_square_bracket", "Previous round", f"{_LOGS} --grep round"),
    A(P.LOG, "next_epoch", "right_curly_bracket", "Next epoch", f"{_LOGS} --grep epoch"),
    A(P.LOG, "last_epoch", "left_curly_bracket", "Previous epoch", f"{_LOGS} --grep epoch"),
    A(P.LOG, "wrap", "w", "Wrap or cut long lines", _LOGS),
    A(P.LOG, "copy", "y", "Copy the visible lines", _LOGS),
    A(P.LOG, "save", "ctrl+s", "Save the log as filtered", f"{_LOGS} > {{file}}"),
    A(P.COMPARE, "next_criterion", "c", "Next criterion", "alwsl-tui compare {names} --criterion {criterion}",
      short="criterion"),
    A(P.COMPARE, "absolute", "a", "Absolute, or % of the full model", "alwsl-tui compare {names}",
      short="absolute"),
    *_digits_of_classes(),
    A(P.LABEL, "rest_no", "enter", "The rest is no; next image", f"{_ANSWER},rest=no", is_change=True,
      short="rest is no"),
    A(P.LABEL, "leave_rest", "space", "Leave the rest open; next image", _ANSWER, is_change=True,
      short="leave rest open"),
    A(P.LABEL, "say('yes')", "y", "Yes, the lit class is present", f"{_ABOUT}=yes", is_change=True),
    A(P.LABEL, "say('no')", "n", "No, the lit class is not present", f"{_ABOUT}=no", is_change=True, short="no"),
    A(P.LABEL, "say('unsure')", "u", "Unsure of the lit class", f"{_ABOUT}=unsure", is_change=True, short="unsure"),
    A(P.LABEL, "find", "slash", "Find a class by its letters", f"{_ABOUT}=yes", is_change=True, short="class"),
    A(P.LABEL, "skip", "s", "Skip this image, with a reason", "alwsl-tui label {name} --answer {image} skip={reason}",
      is_change=True, short="skip"),
    A(P.LABEL, "take_back", "backspace", "Undo the last key or answer",
      "alwsl-tui label {name} --undo", is_change=True, short="undo"),
    A(P.LABEL, "closer", "z", "Zoom: 2x, 4x, off", "alwsl-tui --images {images}",
      short="closer"),
    A(P.LABEL, "map", "m", "Show or hide the class map", "alwsl-tui --images {images}"),
    A(P.LABEL, "blind", "b", "Show or hide the model's guesses", "alwsl-tui label {name} --next", short="blind"),
    A(P.LABEL, "sheet", "g", "Several photographs, one class", "alwsl-tui label {name} --next", short="sheet"),
    A(P.LABEL, "recheck", "R", "Check possible mistakes again", "alwsl-tui label {name} --recheck",
      short="recheck"),
    A(P.LABEL, "picture", "v", "Next way to draw photographs", "alwsl-tui --images {images}"),
    *_letters_of_photographs(),
    A(P.SHEET, "rest_no", "enter", "The others do not; next sheet",
      "alwsl-tui label {name} --answer {image0} {class}=no", is_change=True, short="the others do not"),
    A(P.SHEET, "take_back", "backspace", "Undo the marks or the last sheet", "alwsl-tui label {name} --undo",
      is_change=True, short="undo"),
    A(P.SHEET, "picture", "v", "Next way to draw photographs", "alwsl-tui --images {images}", short="picture"),
    A(P.NEW, "create_started", "ctrl+s", "Create and start", "{command} --start", is_change=True, short="start"),
    A(P.NEW, "create", "ctrl+n", "Create only", "{command}", is_change=True, short="create"),
    A(P.NEW, "copy_command", "ctrl+y", "Copy the command line", "{command}", short="copy"),
)  # fmt: skip


def bindings(actions: Iterable[Action]) -> list[Binding]:
    """Return the keys of the actions of one place."""
    return [
        Binding(
            action.key, action.name, action.short or action.title, show=bool(action.short),
            key_display=action.keys or action.shown_key, tooltip=action.title,
        )
        for action in actions
    ]  # fmt: skip


def places(node: DOMNode | None) -> list[tuple[str, DOMNode]]:
    """Return the places that keys reach from a node, nearest first."""
    ancestors = [] if node is None else [*node.ancestors_with_self]
    return [(place, node_) for node_ in ancestors if (place := getattr(node_, "PLACE", None)) is not None]


def command_line(action: Action, facts: Mapping[str, str]) -> str:
    """Return an action's command line with what its place knows filled in; what it does not know is in capitals."""
    quoted = {key: " ".join(map(shlex.quote, value.split("\0"))) for key, value in facts.items() if value}
    if "command" in facts:
        quoted["command"] = facts["command"]
    return printable(action.command.format_map(_Known(quoted)))


class _Known(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return key.upper()


def facts_of(nodes: Iterable[DOMNode]) -> dict[str, str]:
    """Collect what the places know: the campaign's name, the criterion, the round; the nearest place wins."""
    known: dict[str, str] = {}
    for node in nodes:
        facts = getattr(node, "facts", None)
        if facts is not None:
            known = dict(facts()) | known
    return known
