"""Who knows the word knows the file: a command, its service, its tab and its drawing bear one word."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from alwsl_tui.cli.commands import WORDS, module_of
from alwsl_tui.tui.tabs import TABS
from tests.architecture.sources import FILES, ROOT, name_of, tree_of

COMMAND_WORDS = [word for words in WORDS.values() for word in words]
SERVICES = ROOT / "campaigns/services"
SERVED_AS = {"demo": "run"}
"""`demo` is `run demo`: it has no use case of its own."""
GROUPS = {"labels": "labelling"}
"""Commands of several words, each of which has a use case of its name in a wing."""
SELF_SERVED = {"help"}
"""`help` shows pages that travel with the faces: no use case of the engine's."""
UNDRAWN = {"logs"}
"""Tabs that show a file as it is."""
SCREENS = {
    "new": "campaigns/services/campaigns/new.py",
    "compare": "campaigns/services/results/compare.py",
    "settings": "campaigns/services/settings.py",
    "station": "campaigns/services/station/station.py",
    "label": "campaigns/services/labelling/label.py",
    "sheet": "campaigns/services/labelling/sheet.py",
    "recheck": "campaigns/services/labelling/recheck.py",
}
"""With a use case of their own. `campaign` is a frame for the tabs, `keys` lists keys, and `guide` shows pages."""


def rooms(word: str) -> list[Path]:
    """Return the modules and wings of the services that bear a word; Python's own words end in an underscore."""
    return [
        path for name in (word, f"{word}_") for path in (*SERVICES.rglob(f"{name}.py"), *SERVICES.rglob(f"{name}/"))
    ]


def imported(path: Path) -> set[str]:
    """Return the dotted names of what a file imports, modules and their contents alike."""
    imports = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.ImportFrom) and node.module]
    return {name for node in imports for name in (node.module or "", *(f"{node.module}.{a.name}" for a in node.names))}


def dotted(path: Path) -> str:
    return name_of(path).removesuffix(".py").replace("/", ".")


def is_used(room: Path, names: set[str]) -> bool:
    return any(name == dotted(room) or name.startswith(f"{dotted(room)}.") for name in names)


@pytest.mark.parametrize("word", COMMAND_WORDS)
def test_a_command_is_found_by_its_word_and_calls_the_service_of_its_word(word: str) -> None:
    module = ROOT / f"{module_of(word).replace('.', '/')}.py"
    assert module.is_file()
    # What the command prints through a module of the same floor, as `demo` does through `run`, counts as its own.
    names = imported(module)
    if word in SELF_SERVED:
        return
    if word in SERVED_AS:
        names |= imported(ROOT / f"{module_of(SERVED_AS[word]).replace('.', '/')}.py")
    room_names = (SERVED_AS | GROUPS).get(word, word).replace("-", "_")
    assert any(is_used(room, names) for room in rooms(room_names)), rooms(word)


@pytest.mark.parametrize("word", TABS)
def test_a_tab_is_found_by_its_word_on_every_floor(word: str) -> None:
    assert (ROOT / f"alwsl_tui/tui/panes/{word}.py").is_file()
    assert rooms(word)
    assert (ROOT / f"alwsl_tui/drawing/{word}.py").is_file() is (word not in UNDRAWN)


@pytest.mark.parametrize("word", [path.stem for path in (ROOT / "alwsl_tui/tui/screens").glob("[a-z]*.py")])
def test_a_screen_is_found_by_its_word(word: str) -> None:
    parts = {"station_rows": "station", "recipe_form": "new"}  # pieces of a screen have files of their own
    if parts.get(word, word) not in {"campaign", "keys", "guide"}:
        assert (ROOT / SCREENS[parts.get(word, word)]).is_file()


def classes(body: list[ast.stmt], within: str = "") -> Iterator[str]:
    """Yield the name of every class, one inside another as `Outer.Inner`."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield f"{within}{node.name}"
            yield from classes(node.body, f"{within}{node.name}.")


def test_a_class_name_is_defined_once() -> None:
    places = defaultdict(list)
    for path in FILES:
        for name in classes(tree_of(path).body):
            places[name].append(name_of(path))
    twice = {name: files for name, files in places.items() if len(files) > 1}
    assert twice == {}
