"""The commands of the program, in the order and the groups of `--help`. Each lives in the module of its name.

A command's module is imported when that command is asked for, so `list` does not pay for what `report` needs.
"""

from collections.abc import Callable, Iterator, Mapping
from enum import Enum, auto
from functools import cached_property, partial
from importlib import import_module
from keyword import iskeyword
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from alwsl_tui.cli.completion_table import SUMMARIES
from alwsl_tui.cli.options import group_options, with_common_options


class Effect(Enum):
    """What a command does to the home."""

    LOOKS = auto()
    """Nothing: it works with `--readonly`, and a home that is not there stays so."""
    CHANGES = auto()
    """It makes it where there is none; `--readonly` refuses it."""


LOOKS, CHANGES = Effect.LOOKS, Effect.CHANGES
COMMANDS: Mapping[str, Mapping[str, Effect]] = {
    "Begin": {
        "demo": CHANGES, "new": CHANGES, "run": CHANGES, "reproduce": CHANGES, "recipes": LOOKS,
        "data list": LOOKS, "data add": CHANGES, "data check": LOOKS,
        "data remove": CHANGES, "data rename": CHANGES,
    },
    "Look": {
        "list": LOOKS, "show": LOOKS, "rounds": LOOKS, "picks": LOOKS, "choose": LOOKS,
        "agreement": LOOKS, "cost": LOOKS, "compare": LOOKS, "recipe": LOOKS, "logs": LOOKS, "report": LOOKS,
    },
    "Label": {
        "label": CHANGES, "labels import": CHANGES, "labels export": LOOKS, "labels watch": CHANGES, "hand-off": LOOKS,
        "classes add": CHANGES, "classes rename": CHANGES, "classes retire": CHANGES, "classes list": LOOKS,
    },
    "Use": {"predict": LOOKS, "model export": LOOKS, "model show": LOOKS},
    "Control": {
        "start": CHANGES, "extend": CHANGES, "pause": CHANGES, "resume": CHANGES, "cancel": CHANGES, "retry": CHANGES,
        "drain": CHANGES, "wait": LOOKS, "delete": CHANGES,
    },
    "Station": {"queue": LOOKS, "feed": LOOKS, "devices": LOOKS, "nodes": LOOKS, "station": CHANGES, "doctor": LOOKS},
    "Keep": {"verify": LOOKS, "export": LOOKS, "import": CHANGES, "repair": CHANGES, "clean": CHANGES},
    "Read": {"help": LOOKS},
}  # fmt: skip
"""By the heading that `--help` puts them under. What is written elsewhere than into the home is no change."""

EFFECTS = {command: effect for commands in COMMANDS.values() for command, effect in commands.items()}
"""Of every command."""
WORDS = {heading: tuple(dict.fromkeys(c.split()[0] for c in commands)) for heading, commands in COMMANDS.items()}
"""What one types first, by heading: `data` stands for all of its commands."""


def is_change(command: str, arguments: Mapping[str, Any]) -> bool:
    """Return whether a command changes the home when it is called with these arguments."""
    # What only says what it would do is a look; so is `reproduce` without data, which lists how far each figure is.
    is_question = (
        arguments.get("dry_run")
        or (command == "reproduce" and arguments["dataset"] is None)
        or (command == "clean" and not arguments["yes"])
        or (command == "station" and not arguments["taking"])
        or (command == "label" and not (arguments["is_answer"] or arguments["enough"] or arguments["undo"]))
    )
    return EFFECTS[command] is CHANGES and not is_question


def module_of(word: str) -> str:
    """Return the dotted name of the module in which the command `word` lives."""
    name = word.replace("-", "_")
    return f"alwsl_tui.cli.{name}_" if iskeyword(name) else f"alwsl_tui.cli.{name}"


def load_command(word: str) -> Any:
    """Import a command: the function `word` of its module (or `word_`, where Python has the name), or its `app`."""
    module = import_module(module_of(word))
    typed = typer.Typer(rich_markup_mode=None, add_completion=False)
    if not hasattr(module, "app"):
        name = word.replace("-", "_")
        _add(typed, word, getattr(module, name, None) or getattr(module, f"{name}_"), command=word)
        return typer.main.get_command(typed)
    typed.callback(help=module.app.info.help)(group_options)
    for info in module.app.registered_commands:
        name = info.name or info.callback.__name__
        _add(typed, name, info.callback, command=f"{word} {name}")
    return typer.main.get_group(typed)


def _add(typed: typer.Typer, name: str, function: Callable[..., None], *, command: str) -> None:
    typed.command(name)(with_common_options(command, function, partial(is_change, command)))


class CommandTable(Mapping[str, Any]):
    """Every command by its word; looking one up imports it."""

    def __init__(self) -> None:
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, word: str) -> Any:
        if word not in self._loaded:
            if word not in list(self):
                raise KeyError(word)
            self._loaded[word] = load_command(word)
        return self._loaded[word]

    def __iter__(self) -> Iterator[str]:
        return (word for words in WORDS.values() for word in words)

    def __len__(self) -> int:
        return sum(map(len, WORDS.values()))


class CommandGroup(TyperGroup):
    """The program's commands, imported one by one and listed under their headings."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        del self.__dict__["commands"]  # none so far; an empty mapping here would hide the property

    @cached_property
    def commands(self) -> Any:  # type: ignore[override]
        """By name."""
        return CommandTable()

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands into the help, a section a heading."""
        limit = formatter.width - 6 - max(map(len, self.commands))
        for heading, words in WORDS.items():
            with formatter.section(heading):
                # From the table: to import all commands for a sentence of each would take most of a second.
                sentences = [TyperCommand(word, help=SUMMARIES[word]).get_short_help_str(limit) for word in words]
                formatter.write_dl(list(zip(words, sentences, strict=True)))
