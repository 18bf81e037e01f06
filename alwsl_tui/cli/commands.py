"""The commands of the program, in the order and the groups of `--help`. Each lives in the module of its name.

A command's module is imported when that command is asked for, so `list` does not pay for what `report` needs.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib import import_module
from keyword import iskeyword
from typing import Any

import typer
from typer.core import TyperGroup

COMMANDS: Mapping[str, tuple[str, ...]] = {
    "Begin": ("demo", "new", "run", "reproduce", "recipes", "data"),
    "Look": ("list", "show", "rounds", "picks", "agreement", "cost", "compare", "recipe", "logs", "report"),
    "Control": ("start", "pause", "resume", "cancel", "retry", "drain", "wait", "delete"),
    "Station": ("queue", "feed", "devices", "doctor"),
    "Keep": ("verify", "export", "import", "repair"),
    "Read": ("help",),
}
"""By the heading that `--help` puts them under."""


def module_of(word: str) -> str:
    """Return the dotted name of the module in which the command `word` lives."""
    name = word.replace("-", "_")
    return f"alwsl_tui.cli.{name}_" if iskeyword(name) else f"alwsl_tui.cli.{name}"


def load_command(word: str) -> Any:
    """Import a command: the function `word` of its module (or `word_`, where Python has the name), or its `app`."""
    module = import_module(module_of(word))
    if hasattr(module, "app"):
        return typer.main.get_group(module.app)
    typed = typer.Typer(rich_markup_mode=None, add_completion=False)
    typed.command(word)(getattr(module, word, None) or getattr(module, f"{word}_"))
    return typer.main.get_command(typed)


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
        return (word for words in COMMANDS.values() for word in words)

    def __len__(self) -> int:
        return sum(len(words) for words in COMMANDS.values())


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
        for heading, words in COMMANDS.items():
            with formatter.section(heading):
                formatter.write_dl([(word, self.commands[word].get_short_help_str(limit)) for word in words])
