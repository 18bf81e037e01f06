"""`hooks.toml`, commands for when something has happened, and `hooks.jsonl`, what they were started for already."""

import json
import shlex
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from campaigns.errors import BadHome
from campaigns.home.paths import HomePaths

EXAMPLE = """as in: on_end = "notify-send 'a campaign is over'\""""


class Hook(StrEnum):
    """What a command can wait for; the key of its line in `hooks.toml`."""

    END = "on_end"
    """A campaign is done, or nothing of it can go on."""
    FAILURE = "on_failure"
    """A job has failed for good."""
    LABELS = "on_labels_wanted"
    """A campaign waits for people to label."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """The commands of a home, in words: no shell reads them."""

    commands: Mapping[Hook, tuple[str, ...]]

    @classmethod
    def read(cls, path: Path) -> "Hooks":
        """Return the commands in a file; none where there is no file.

        Raises:
            BadHome: it cannot be read, a key is unknown, or a command is no line of words.
        """
        try:
            tree = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls({})
        except (OSError, ValueError) as error:
            raise BadHome(f"cannot read {path}: {error}", hint=EXAMPLE) from error
        if unknown := sorted(tree.keys() - set(Hook)):
            raise BadHome(f"{path}: {unknown[0]} is not a hook", hint=f"the hooks are {', '.join(Hook)}")
        return cls({Hook(key): _words(path, key, value) for key, value in tree.items()})


def hooks_file(home: HomePaths) -> Path:
    """Return where a person writes the hooks of a home: beside the settings of the screens."""
    return home.preferences.with_name("hooks.toml")


def started_file(home: HomePaths) -> Path:
    """Return where the station keeps what it has started hooks for."""
    return home.folder / "hooks.jsonl"


def read_started(path: Path) -> frozenset[str]:
    """Return what hooks were started for; a line that a full disk has cut off is none."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return frozenset()
    return frozenset(_occasions(lines))


def add_started(path: Path, occasion: str) -> None:
    """Write down that the hook of an occasion is about to be started.

    Raises:
        OSError: the disk takes nothing.
    """
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"schema": 1, "occasion": occasion}) + "\n")


def _words(path: Path, key: str, value: object) -> tuple[str, ...]:
    try:
        words = tuple(shlex.split(value)) if isinstance(value, str) else ()
    except ValueError as error:
        raise BadHome(f"{path}: {key}: {error}", hint=EXAMPLE) from error
    if not words:
        raise BadHome(f"{path}: {key} is not a command", hint=EXAMPLE)
    return words


def _occasions(lines: Iterable[str]) -> Iterable[str]:
    for line in lines:
        try:
            content = json.loads(line)
        except ValueError:
            continue
        if isinstance(content, dict) and isinstance(content.get("occasion"), str):
            yield content["occasion"]
