"""What screens tell the application. They never call it: they say what happened, and it acts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from textual.message import Message
from textual.screen import Screen

from campaigns.core.states import CampaignState
from campaigns.errors import AlwslError

if TYPE_CHECKING:
    from campaigns.services.desk.desk import Desk


@dataclass
class Opened(Message):
    """A campaign is to be looked into."""

    name: str
    tab: str | None = None


@dataclass
class Compared(Message):
    """Campaigns are to be seen side by side."""

    names: tuple[str, ...]


@dataclass
class LabelWanted(Message):
    """Somebody wants to label for a campaign."""

    name: str
    is_rechecking: bool = False
    """They want to be asked once more at once."""


@dataclass
class SheetWanted(Message):
    """Somebody wants to label one class on several photographs at a time."""

    desk: "Desk"
    class_name: str


@dataclass
class RecheckWanted(Message):
    """Somebody wants to be asked once more about answers that may be mistakes."""

    desk: "Desk"


@dataclass
class NewWanted(Message):
    """Somebody wants a new campaign."""

    source: str | None = None
    """The recipe to begin with."""


@dataclass
class Failed(Message):
    """Something a person can mend went wrong."""

    error: AlwslError


@dataclass
class Told(Message):
    """Something that was asked is done."""

    text: str
    command: str = ""
    """What does the same on the command line."""


@dataclass
class Chosen(Message):
    """Something about the screens was chosen, to be followed now and kept for the next time; None was not."""

    theme: str | None = None
    images: str | None = None
    is_ascii: bool | None = None
    panes: tuple[str, ...] | None = None
    signal: str | None = None


@dataclass
class Stood(Message):
    """Campaigns stand so, by name, as they were just seen."""

    states: Mapping[str, CampaignState]


@dataclass
class Left(Message):
    """A screen is no longer wanted."""

    screen: Screen[Any]


@dataclass
class TabWanted(Message):
    """Another tab of the same campaign is to come to the top."""

    tab: str
    facts: Mapping[str, str] = field(default_factory=dict)
    """What it should show: `job`, `criterion`, `trial`, `round`, as far as they are known."""
