"""What can be read of what is asked for: on the screen to label on, and by a command."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

from campaigns.services.workspace import Workspace
from tests.cli.calling import good

NAME = re.compile(r"^ (\S+)  ")
"""The photograph that is shown, at the start of the second line."""
SIGNS = {"✓": True, "·": False}
"""Marks of a class; every other sign is none."""


def wanted_names(place: Workspace | Path) -> Sequence[str]:
    """Return the images that the campaign `photos` asks for, in the order in which they should be labelled."""
    return [image["image"] for image in json.loads(good(place, "label", "photos", "--json"))["images"]]


def shown(text: str) -> str | None:
    """Return the photograph that a screen shows; None while none is drawn."""
    match = NAME.match(_line(text))
    return match[1] if match else None


def marks_of(text: str, classes: Sequence[str]) -> dict[str, bool | None]:
    """Return the marks on classes that a screen shows; None where there is none."""
    marks: dict[str, bool | None] = {}
    for name in classes:
        match = re.search(rf"[▸ ][0-9 ] {re.escape(name)} +([✓·?–]) ", text)
        if match:
            marks[name] = SIGNS.get(match[1])
    return marks


def _line(text: str) -> str:
    return text.split("\n", 2)[1] if "\n" in text else ""
