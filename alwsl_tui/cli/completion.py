"""Completion of command lines in a shell: commands, options, and the names of campaigns, jobs, recipes and data sets.

It is asked at every Tab, so it knows the commands from a table and imports none of them. Typer writes the script that
asks (`--install-completion`), and answers shells that are not answered here.
"""

import os
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from alwsl_tui.cli.completion_table import COMMANDS, COMMON
from campaigns.services import names

VARIABLE = "_ALWSL_TUI_COMPLETE"
"""In the environment of a program that is asked for completions: in which form."""
BROUGHT = "@"
"""In the table, before a group of entry points whose names can stand there too."""
_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-=")


def campaign(incomplete: str) -> list[str]:
    """Return campaigns of the user's home that begin so."""
    return _beginning(names.campaign_names(None), incomplete)


def job(args: list[str], incomplete: str) -> list[str]:
    """Return jobs, of the campaign that the words before name, that begin so."""
    return _beginning([name for word in args for name in names.job_names(None, word)], incomplete)


def recipe(incomplete: str) -> list[str]:
    """Return shipped recipes that begin so."""
    return _beginning(names.recipe_names(), incomplete)


def dataset(incomplete: str) -> list[str]:
    """Return data sets, published or added, that begin so."""
    return _beginning([*_published(), *names.dataset_names(None)], incomplete)


def target(incomplete: str) -> list[str]:
    """Return what can be run and begins so: campaigns and shipped recipes."""
    return [*campaign(incomplete), *recipe(incomplete)]


@dataclass(slots=True)
class CommandLine:
    """What stands on a command line before the word that is completed."""

    command: str = ""
    """As `data check`; empty while none is typed."""
    arguments: list[str] = field(default_factory=list)
    option: str = ""
    """That the word is the value of; empty where it is none."""
    home: Path | None = None


def answer(environment: Mapping[str, str]) -> str | None:
    """Return what the shell is told, in its own form; None where Typer has to answer."""
    shell = environment.get(VARIABLE, "")
    if shell == "complete_bash":
        words, place = _split(environment.get("COMP_WORDS", "")), environment.get("COMP_CWORD", "")
        at = int(place) if place.isdecimal() else len(words)
        incomplete = words[at] if 0 < at < len(words) else ""
        return "\n".join(completions(words[1:at], "" if incomplete == "=" else incomplete))
    if shell == "complete_zsh":
        text = environment.get("_TYPER_COMPLETE_ARGS", "")
        words = _split(text)[1:]
        incomplete = words.pop() if words and not text.endswith(" ") else ""
        listed = "\n".join(f'"{word}"' for word in completions(words, incomplete))
        return f"_arguments '*: :(({listed}))'" if listed else "_files"
    return None


def completions(words: Sequence[str], incomplete: str) -> list[str]:
    """Return the words that can stand after these and begin so; none where only a person knows."""
    line = _read(words)
    option, equals, value = incomplete.partition("=")
    if equals and option.startswith("--"):
        listed = _values(_options(line.command).get(option, ""), value, line)
        return [f"{option}={word}" for word in listed]
    if line.option:
        return _values(_options(line.command)[line.option] or "", incomplete, line)
    if incomplete.startswith("-"):
        return _beginning(list(_options(line.command)), incomplete)
    if line.command not in COMMANDS or not line.command:
        before = f"{line.command} " if line.command else ""
        following = [name.removeprefix(before).split()[0] for name in COMMANDS if name and name.startswith(before)]
        return _beginning(following, incomplete)
    kinds = [word for word in COMMANDS[line.command].split() if not word.startswith("-")]
    at = len(line.arguments)
    kind = kinds[at] if at < len(kinds) else kinds[-1] if kinds and kinds[-1].endswith("*") else ""
    return _values(kind.rstrip("*"), incomplete, line)


def complete() -> bool:
    """Answer the shell that asks for completions; False where nobody asks, or Typer has to answer."""
    text = answer(os.environ) if VARIABLE in os.environ else None
    if text is None:
        return False
    try:
        sys.stdout.write(f"{text}\n" if text else "")
        sys.stdout.flush()
    except OSError:  # the shell has lost interest
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return True


def _read(words: Sequence[str]) -> CommandLine:
    line = CommandLine()
    for word in words:
        if word == "=":  # bash cuts `--home=x` in three
            continue
        name, equals, value = word.partition("=")
        options = _options(line.command)
        if line.option:
            _note(line, line.option, word)
            line.option = ""
        elif word.startswith("-") and options.get(name) is not None and not equals:
            line.option = name
        elif word.startswith("-"):
            _note(line, name, value)
        elif line.command in COMMANDS and line.command:
            line.arguments.append(word)
        else:
            line.command = f"{line.command} {word}".strip()
    return line


def _note(line: CommandLine, option: str, value: str) -> None:
    if option == "--home":
        line.home = Path(value)


def _options(command: str) -> dict[str, str | None]:
    """Return the options of a command with the kind of their value; None: they have none."""
    words = f"{COMMANDS.get(command, '')} {COMMON}".split()
    parts = (word.partition("=") for word in words if word.startswith("-"))
    return {name: kind if equals else None for name, equals, kind in parts}


def _values(kind: str | None, incomplete: str, line: CommandLine) -> list[str]:
    kinds: Mapping[str, Callable[[], list[str]]] = {
        "campaign": lambda: names.campaign_names(line.home),
        "job": lambda: names.job_names(line.home, line.arguments[0]) if line.arguments else [],
        "recipe": names.recipe_names,
        "dataset": lambda: [*_published(), *names.dataset_names(line.home)],
        "file": list,  # the shell knows them
        "topic": lambda: sorted(page.stem for page in (Path(__file__).parents[1] / "guide").glob("*.md")),
        "target": lambda: [*names.campaign_names(line.home), *names.recipe_names()],
    }
    if kind and kind in kinds:
        return _beginning(kinds[kind](), incomplete)
    words = (kind or "").split("|")
    groups = [word.removeprefix(BROUGHT) for word in words if word.startswith(BROUGHT)]
    brought = [name for group in groups for name in names.brought_names(group)]
    return _beginning([*(word for word in words if not word.startswith(BROUGHT)), *brought], incomplete)


def _published() -> list[str]:
    masks = [f"{name}-masks" for name in ("shapes", "voc2007", "voc2012")]
    return [*COMMANDS["reproduce"].split()[0].split("|"), "shapes", *masks]


def _beginning(words: Sequence[str], incomplete: str) -> list[str]:
    """Return the words that begin so, each once; without those that a shell would evaluate."""
    return [word for word in dict.fromkeys(words) if word and word.startswith(incomplete) and _SAFE.issuperset(word)]


def _split(text: str) -> list[str]:
    """Split what stands on a line as a shell does; a quote that nobody has closed yet ends with the line."""
    lexer = shlex.shlex(text, posix=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    words: list[str | None] = []
    try:
        words.extend(iter(lexer.get_token, None))
    except ValueError:
        words.append(lexer.token)
    return [str(word) for word in words]
