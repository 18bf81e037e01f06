"""Options that every command has, and how output reaches a person or a program."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from campaigns.core.text import printable
from campaigns.services.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from rich.console import Console

SCHEMA = 1
"""Of every JSON object the program prints. Fields may be added; a change of meaning raises it."""

HomeOption = Annotated[
    Path | None, typer.Option("--home", help="Folder of store, campaigns and caches.", envvar="ALWSL_HOME")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")]
NameArgument = Annotated[str, typer.Argument(help="Name of a campaign.", metavar="NAME")]


def workspace(home: Path | None) -> Workspace:
    """The home a command works on."""
    return open_workspace(home)


def listed(text: str) -> tuple[str, ...]:
    """What a person wrote separated by commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def say(text: str) -> None:
    """Data for a person, on stdout."""
    draw(printable(text))


def draw(text: str) -> None:
    """Text with colours of our own in it, on stdout as it is."""
    sys.stdout.write(text.rstrip("\n") + "\n")


def say_json(kind: str, **content: Any) -> None:
    """Data for a program, on stdout: one object, with what it is and the version of its schema."""
    # ASCII only: whatever a name holds and whatever stdout's encoding is, what comes out is JSON, or nothing.
    sys.stdout.write(json.dumps({"schema": SCHEMA, "kind": kind} | content, indent=2, allow_nan=False) + "\n")


def narrate(text: str) -> None:
    """What happens, for a person, on stderr."""
    sys.stderr.write(printable(text) + "\n")
    sys.stderr.flush()


def stdout() -> "Console":
    """Rich on stdout; as wide as it takes where nobody watches, so that no cell is cut."""
    from rich.console import Console

    from alwsl_tui.cli.text.campaigns import WIDE

    return Console(width=None if sys.stdout.isatty() else WIDE, highlight=False, soft_wrap=False)
