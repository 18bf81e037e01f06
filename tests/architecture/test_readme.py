"""What README and the guide say of the program is so, and they leave nothing out."""

import ast
import re
import shlex
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
import typer
from pydantic import BaseModel

from alwsl_tui.cli.app import app
from alwsl_tui.drawing.palette import THEMES
from alwsl_tui.guide import topics
from alwsl_tui.options import Images
from alwsl_tui.tui.actions import Place
from alwsl_tui.tui.tabs import TABS, all_actions
from campaigns import errors
from campaigns.core.registry import Registry
from campaigns.datasets.catalogue import KINDS
from campaigns.datasets.exchange.door import FORMS
from campaigns.errors import INTERRUPTED, AlwslError
from campaigns.recipe import BACKBONES, HEADS, Recipe, shipped
from campaigns.recipe.metrics import METRICS
from campaigns.recipe.tasks import TASKS
from campaigns.reporting.format import FORMATS
from campaigns.selection.criteria import REGISTRY
from tests.architecture.documents import DOCUMENTS, PAGES, README, codes, rows, section, shell_lines
from tests.architecture.sources import FILES, ROOT, name_of, tree_of

PROGRAM = "alwsl-tui"
EVERYWHERE = {"--home", "--json", "--readonly"}
"""Options that the page on commands names once for all."""
MOST_LINES = 180


def commands() -> dict[str, Any]:
    """Return every command of the program by what is typed for it, as in `data add`."""

    def below(group: Any, path: str) -> Iterator[tuple[str, Any]]:
        for name, command in group.commands.items():
            if hasattr(command, "commands"):
                yield from below(command, f"{path}{name} ")
            else:
                yield f"{path}{name}", command

    return dict(below(typer.main.get_command(app), ""))


def command_of(words: list[str]) -> str:
    """Return the longest start of these words that is a command."""
    known = commands()
    for end in (2, 1):
        if " ".join(words[:end]) in known:
            return " ".join(words[:end])
    raise AssertionError(f"there is no command {' '.join(words)!r}")


def documented() -> list[tuple[str, str]]:
    """Return each usage in the tables of commands with its command."""
    usages = []
    for cell, _ in rows(PAGES["commands"], "command"):
        first, *more = codes(cell)
        words = first.removeprefix(f"{PROGRAM} ").split()
        usages.append((command_of(words), first))
        usages += [(command_of([words[0], *other.split()]), other) for other in more]
    return usages


def typed() -> list[tuple[str, str]]:
    """Return every command line of the program in a shell block, with its document."""
    return [
        (document, line)
        for document, text in DOCUMENTS.items()
        for line in shell_lines(text)
        if line.split(" ")[0] == PROGRAM
    ]


def printed_kinds() -> set[str]:
    """Return every kind of object that `say_json` is called with."""
    calls = [
        node
        for path in FILES
        if name_of(path).startswith("alwsl_tui/")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say_json"
    ]
    kinds = {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)}
    assert len(calls) >= len(kinds) > 5
    return {kind for kind in kinds if isinstance(kind, str)}


def test_the_readme_is_short_and_links_to_every_page() -> None:
    assert len(README.splitlines()) <= MOST_LINES
    linked = set(re.findall(r"\(alwsl_tui/guide/([a-z]+)\.md\)", README))
    assert linked == set(topics())


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_leads_to_a_file(document: str) -> None:
    folder = ROOT if document == "README" else ROOT / "alwsl_tui/guide"
    links = re.findall(r"\]\(([^)\s]+)\)", DOCUMENTS[document])
    assert [link for link in links if "://" not in link and not (folder / link.partition("#")[0]).is_file()] == []


def test_every_command_is_documented_and_every_documented_one_exists() -> None:
    assert sorted(command for command, _ in documented()) == sorted(commands())


@pytest.mark.parametrize(("command", "usage"), documented(), ids=[usage for _, usage in documented()])
def test_a_usage_has_every_option_of_its_command_and_no_other(command: str, usage: str) -> None:
    options = {o for parameter in commands()[command].params for o in parameter.opts if o.startswith("-")}
    assert set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", usage)) == options - EVERYWHERE


@pytest.mark.parametrize(("document", "line"), typed())
def test_what_a_shell_block_types_can_be_parsed(document: str, line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    if not words or words[0].startswith("--"):  # the screens
        typer.main.get_command(app).make_context(PROGRAM, words)
        return
    name = command_of(words)
    commands()[name].make_context(name, words[len(name.split()) :])


def test_the_documents_type_something() -> None:
    assert len(typed()) >= 20


@pytest.mark.parametrize("command", list(commands()))
def test_every_command_takes_home_and_json_and_has_a_help_text(command: str) -> None:
    options = {option for parameter in commands()[command].params for option in parameter.opts}
    assert options >= EVERYWHERE
    assert commands()[command].help


def test_every_kind_of_json_is_documented_and_every_documented_one_is_printed() -> None:
    assert {kind for row in rows(PAGES["json"], "kind") for kind in codes(row[0])} == printed_kinds()


def test_every_exit_code_is_documented_and_every_documented_one_is_used() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, AlwslError)]
    used = {kind.exit_code for kind in kinds if kind is not AlwslError} | {0, INTERRUPTED}
    assert {int(code) for code, _ in rows(PAGES["commands"], "code")} == used


def test_every_tab_is_documented_with_its_digit() -> None:
    assert [row[0] for row in rows(PAGES["screens"], "tab")] == [
        f"{digit} {tab.capitalize()}" for digit, tab in enumerate(TABS, start=1)
    ]


def test_every_documented_key_does_something() -> None:
    keys = {key for row in rows(PAGES["screens"], "key") for key in codes(row[0])}
    known = {action.shown_key for action in all_actions() if action.place != Place.SHEET}  # whose letters are its own
    assert keys - known == {"^p", "^z", "q"}
    assert {action.key for action in all_actions() if action.key.isupper() and action.is_change} <= keys


def test_every_theme_and_every_way_of_drawing_pictures_is_documented() -> None:
    (themes,) = re.findall(r"`--theme ([^`]+)`", PAGES["screens"])
    (images,) = re.findall(r"`--images ([^`]+)`", PAGES["screens"])
    assert themes.split("|") == list(THEMES)
    assert {*images.split("|"), Images.AUTO} == set(Images)


def test_every_criterion_is_documented() -> None:
    names = [name for row in rows(PAGES["criteria"], "name") for name in codes(row[0])]
    assert sorted(names) == sorted(REGISTRY.ours)


def test_every_format_of_a_report_is_documented() -> None:
    assert {name for row in rows(PAGES["report"], "format") for name in codes(row[0])} == set(FORMATS.ours)


def test_every_shipped_recipe_is_documented() -> None:
    assert sorted(name for row in rows(PAGES["recipes"], "recipe") for name in codes(row[0])) == sorted(shipped())


SECTIONS = {name: field.annotation for name, field in Recipe.model_fields.items() if name not in {"about", "oracle"}}


@pytest.mark.parametrize("name", SECTIONS)
def test_every_key_of_a_recipe_is_documented_with_its_default(name: str) -> None:
    spec = SECTIONS[name]
    assert isinstance(spec, type)
    assert issubclass(spec, BaseModel)
    keys = {row[0].strip("`"): row[1].strip("`") for row in rows(section(PAGES["recipes"], f"## {name}"), "key")}
    defaults = {key: None if field.is_required() else field.default for key, field in spec.model_fields.items()}
    if defaults.pop("options", None) is not None:  # keys of the model that its head brings
        for head in HEADS.ours.values():
            defaults |= head.defaults
    assert list(keys) == list(defaults)
    for key, default in defaults.items():
        assert keys[key] == ("" if default is None else _toml(default)), key


REGISTRIES: tuple[Registry[Any], ...] = (REGISTRY, KINDS, BACKBONES, HEADS, METRICS, TASKS, FORMATS, TABS, FORMS)
GROUPS = {registry.group: registry for registry in REGISTRIES}


def test_every_registry_is_documented_with_its_group_its_package_and_its_type() -> None:
    table = {
        codes(row[1])[0]: codes(row[2])[0]
        for row in rows(section(PAGES["extending"], "## More that a package can add"), "what")
    }
    assert set(table) == set(GROUPS)
    for group, type_ in table.items():
        module, _, name = type_.rpartition(".")
        registry = GROUPS[group]
        assert all(isinstance(entry, getattr(import_module(module), name)) for entry in registry.ours.values()), group


def _toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case tuple():
            return str(list(value))
        case _:
            return str(value)


def test_the_ci_runs_blocks_that_exist_and_none_is_left_out() -> None:
    named = set(re.findall(r"^run (\S+)$", (ROOT / ".ci/run").read_text(encoding="utf-8"), flags=re.MULTILINE))
    blocks = set(re.findall(r"^<!-- ci: (\S+) -->\n```sh\n", README, flags=re.MULTILINE))
    assert named == blocks
    assert len(named) >= 3


def test_recipes_that_a_shell_block_runs_are_shipped_or_made_there() -> None:
    words = [(document, shlex.split(line, comments=True)) for document, line in typed()]
    runs = {(document, line[2]) for document, line in words if line[1:2] == ["run"]}
    made = {
        (document, f"{line[line.index('--dataset') + 1]}-wildcat") for document, line in words if "--dataset" in line
    }
    assert runs
    assert {name for document, name in runs - made} <= set(shipped())
