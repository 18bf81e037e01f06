"""Options that every command has, and how output reaches a person or a program."""

import inspect
import json
import sys
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alwsl_tui.cli.completion import campaign
from campaigns.core.text import printable
from campaigns.errors import NotNow, UsageError
from campaigns.home.disk import telling
from campaigns.home.paths import default_home
from campaigns.home.typed_paths import expanded
from campaigns.services.workspace import Workspace, elsewhere_words, obstacle, open_workspace

if TYPE_CHECKING:
    from rich.console import Console

SCHEMA = 1
"""Of every JSON object the program prints. Fields may be added; a change of meaning raises it."""

HomeOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--home", help="Folder of store, campaigns and caches; else ALWSL_HOME.", metavar="FOLDER", readable=False
    ),
]
"""A list, so that a second one is refused, not preferred."""
ReadonlyOption = Annotated[bool, typer.Option("--readonly", help="Look only: refuse whatever changes the home.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")]
NameArgument = Annotated[str, typer.Argument(help="Name of a campaign.", metavar="NAME", autocompletion=campaign)]

COMMON = (("home", HomeOption, None), ("readonly", ReadonlyOption, False))
"""What every command takes besides `--json`, which each declares itself because it prints it: name, type, default."""


@dataclass(frozen=True, slots=True)
class CommonOptions:
    """The options that every command takes, as given so far: before the command, and after it."""

    homes: tuple[Path, ...] = ()
    is_readonly: bool = False
    is_json: bool = False

    @property
    def home(self) -> Path | None:
        """The home that was given; None where none was, and the environment decides.

        Raises:
            UsageError: two different ones were given.
        """
        different = list(dict.fromkeys(expanded(path).absolute() for path in self.homes))
        if len(different) > 1:
            raise UsageError(
                f"--home is given twice: {' and '.join(map(str, different))}", hint="leave out all but the one you mean"
            )
        return different[0] if different else None


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command being run, and which home it is about."""

    home: Path | None
    is_readonly: bool
    is_change: bool
    """It changes the home, and makes it where it is missing."""


_INVOCATION: ContextVar[Invocation] = ContextVar("invocation")


def note_options(
    context: typer.Context, *, home: list[Path] | None, readonly: bool = False, as_json: bool = False
) -> CommonOptions:
    """Return the common options given up to here, with these; a command below the same context goes on from them."""
    before: CommonOptions = context.meta.get(__name__, CommonOptions())
    given = CommonOptions((*before.homes, *(home or ())), before.is_readonly or readonly, before.is_json or as_json)
    context.meta[__name__] = given
    return given


def with_common_options(
    word: str, function: Callable[..., None], is_change: Callable[[Mapping[str, Any]], bool]
) -> Callable[..., None]:
    """Return the command `word` with the options that every command has, wherever they stand on the line.

    `is_change` tells from the arguments of one call whether it would change the home: `--readonly` refuses those.
    """

    def command(context: typer.Context, **arguments: Any) -> None:
        common = {name: arguments.pop(name) for name, _, _ in COMMON}
        given = note_options(context, as_json=arguments["as_json"], **common)
        arguments["as_json"] = given.is_json
        invocation = Invocation(given.home, given.is_readonly, is_change(arguments))
        if invocation.is_readonly and invocation.is_change:
            raise NotNow(f"`{word}` changes the home, and --readonly was given", hint="leave out --readonly to do it")
        token = _INVOCATION.set(invocation)
        try:
            with telling((given.home or default_home()).absolute()):
                function(**arguments, **({"context": context} if wants_context else {}))
        finally:
            _INVOCATION.reset(token)

    given_to_it = inspect.signature(function, eval_str=True).parameters
    wants_context = "context" in given_to_it
    own = [parameter for name, parameter in given_to_it.items() if name != "context"]
    named = inspect.Parameter.KEYWORD_ONLY
    parameters = [
        inspect.Parameter("context", named, annotation=typer.Context),
        *(parameter.replace(kind=named) for parameter in own),
        *(inspect.Parameter(name, named, default=default, annotation=kind) for name, kind, default in COMMON),
    ]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what Typer reads
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    command.__doc__, command.__name__ = function.__doc__, function.__name__
    return command


def group_options(
    context: typer.Context, home: HomeOption = None, readonly: ReadonlyOption = False, as_json: JsonOption = False
) -> None:
    """Take the common options where they stand between a group and its command, as in `data --json list`."""
    note_options(context, home=home, readonly=readonly, as_json=as_json)


def workspace(*, is_about_keeper: bool = False) -> Workspace:
    """Return the home that the running command is about; it is made only for a command that changes it.

    Raises:
        KeptElsewhere: another host keeps it, and the command changes it; unless that is what the command is about.
    """
    running = _INVOCATION.get()
    place = open_workspace(running.home, is_readonly=running.is_readonly, is_making=running.is_change)
    if is_about_keeper:
        return place
    if running.is_change:
        place.require_ours()
    elif words := elsewhere_words(place):
        narrate(f"this home can only be looked at from here: {words}")
        return place
    if place.is_readonly and (told := obstacle(place)):
        narrate(f"this home can only be looked at: {told}\nnext: {told.hint}")
    return place


def listed(text: str) -> tuple[str, ...]:
    """Split what a person wrote separated by commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def say(text: str) -> None:
    """Print data for a person, on stdout."""
    draw(printable(text))


def draw(text: str) -> None:
    """Print text with colours of our own in it, on stdout as it is."""
    sys.stdout.write(text.rstrip("\n") + "\n")


def say_json(kind: str, **content: Any) -> None:
    """Print data for a program, on stdout: one object, with what it is and the version of its schema."""
    # ASCII only: whatever a name holds and whatever stdout's encoding is, what comes out is JSON, or nothing.
    sys.stdout.write(json.dumps({"schema": SCHEMA, "kind": kind} | content, indent=2, allow_nan=False) + "\n")


def narrate(text: str) -> None:
    """Print what happens, for a person, on stderr."""
    sys.stderr.write(printable(text) + "\n")
    sys.stderr.flush()


def stdout() -> "Console":
    """Rich on stdout; as wide as it takes where nobody watches, so that no cell is cut."""
    from rich.console import Console

    from alwsl_tui.cli.text.tables import WIDE

    return Console(width=None if sys.stdout.isatty() else WIDE, highlight=False, soft_wrap=False)
