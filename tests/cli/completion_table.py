"""Writes the table that completion and `--help` know the commands from: `python -m tests.cli.completion_table`."""

import re
from collections.abc import Iterator, Mapping
from enum import Enum
from itertools import chain, starmap
from pathlib import Path
from typing import Any, get_args

import typer

from alwsl_tui.cli import completion_table
from alwsl_tui.cli.app import app
from alwsl_tui.cli.commands import WORDS, load_command
from alwsl_tui.cli.completion import BROUGHT
from alwsl_tui.drawing.palette import THEMES
from campaigns.core.registry import Registry
from campaigns.recipe import HEADS
from campaigns.reporting.format import FORMATS
from campaigns.selection.criteria import REGISTRY as CRITERIA
from campaigns.services.station.filters import ORDERS

HEAD = '''"""What completion and help know of commands; written by `python -m tests.cli.completion_table`."""

from collections.abc import Mapping

'''
KINDS = ("campaign", "job", "recipe", "dataset", "target")


def choices_of(registry: Registry[Any]) -> tuple[str, ...]:
    """Return our entries, and the mark of those that other packages bring."""
    return (*registry.ours, f"{BROUGHT}{registry.group}")


CHOICES: Mapping[str, tuple[str, ...]] = {
    "--model": choices_of(HEADS),
    "--criterion": choices_of(CRITERIA),
    "--criteria": choices_of(CRITERIA),
    "--theme": tuple(THEMES),
    "--sort": ("oldest", *ORDERS),
    "topic": ("topic",),
    "--without": ("models",),
}
SHARED = ("--home", "--readonly", "--json", "--help")


def kind_of(command: str, parameter: Any) -> str:
    """Return the kind of value that a parameter takes, as the table names it."""
    info = parameter.type_descriptor.parameter_info
    complete = getattr(info, "autocompletion", None)
    if complete is not None:
        assert complete.__name__ in KINDS
        return str(complete.__name__)
    annotation = parameter.type_descriptor.annotation
    for kind in (annotation, *get_args(annotation)):
        if isinstance(kind, type) and issubclass(kind, Enum):
            return "|".join(str(entry.value) for entry in kind)
    first = parameter.opts[0]
    if command == "report" and first == "--format":
        return "|".join(choices_of(FORMATS))
    if command == "reproduce" and first == "dataset":
        return "voc2007|voc2012|coco"
    return "|".join(CHOICES.get(first, ()))


def words_of(command: str, parsed: Any) -> str:
    """Return the arguments and options of a command as the table has them."""
    arguments, options = [], []
    for parameter in parsed.params:
        if parameter.name == "context" or parameter.opts[0] in SHARED:
            continue
        kind = kind_of(command, parameter)
        if parameter.param_type_name == "argument":
            arguments.append((kind or "file") + ("*" if parameter.nargs == -1 else ""))
        else:
            long = next(option for option in parameter.opts if option.startswith("--"))
            options.append(long if parameter.is_flag else f"{long}={kind}")
    return " ".join([*arguments, *options])


def commands() -> Iterator[tuple[str, str]]:
    """Yield every command with its words; the program itself first, under no name."""
    yield "", words_of("", typer.main.get_command(app))
    for words in WORDS.values():
        for word in words:
            parsed = load_command(word)
            if hasattr(parsed, "commands"):
                yield from ((f"{word} {name}", words_of(f"{word} {name}", of)) for name, of in parsed.commands.items())
            else:
                yield word, words_of(word, parsed)


def summaries() -> Iterator[tuple[str, str]]:
    """Yield every command with the first sentence of its help."""
    for words in WORDS.values():
        yield from ((word, load_command(word).get_short_help_str(limit=1000)) for word in words)


def wrapped(words: str, width: int = 100) -> list[str]:
    """Return the parts of a text that fit into lines: ends of words and, of long words, bars between choices."""
    parts = [""]
    for word in re.findall(r"[^ ]+ ?", words):
        for piece in re.findall(r"[^|]*\|?", word) if len(word) > width else [word]:
            if len((parts[-1] + piece).rstrip()) > width:
                parts.append("")
            parts[-1] += piece
    return parts


def entry(name: str, text: str) -> list[str]:
    """Return the lines of one entry of a table."""
    parts = [part.replace('"', '\\"') for part in wrapped(text)]
    if len(parts) == 1:
        return [f'    "{name}": "{parts[0]}",']
    return [f'    "{name}": (', *(f'        "{part}"' for part in parts), "    ),"]


def written() -> str:
    """Return the module."""
    lines = [HEAD + f'COMMON = "--home=file {" ".join(SHARED[1:])}"', '"""What every command takes."""']
    lines.append("COMMANDS: Mapping[str, str] = {")
    for name, words in commands():
        lines += entry(name, words)
    lines += ["}", '"""By command: the kinds of its arguments, then its options with the kind of their value."""']
    lines += ["SUMMARIES: Mapping[str, str] = {", *chain(*starmap(entry, summaries())), "}"]
    lines += ['"""By command that stands on the first line: what it does."""', ""]
    return "\n".join(lines)


if __name__ == "__main__":
    Path(str(completion_table.__file__)).write_text(written(), encoding="utf-8")
