"""What the README says of the program is so, and it leaves nothing out."""

import ast
import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from alwsl_tui.cli.app import app
from campaigns import errors
from campaigns.errors import INTERRUPTED, AlwslError
from tests.architecture.sources import FILES, ROOT, name_of, tree_of

README = (ROOT / "README.md").read_text(encoding="utf-8")
OURS = "alwsl-tui"


def section(title: str) -> str:
    """Everything between a heading and the next one that is not below it."""
    level = len(title.partition(" ")[0])
    rest = README.partition(f"\n{title}\n")[2]
    assert rest, f"README.md has no section {title!r}"
    return re.split(rf"^#{{1,{level}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def rows(title: str) -> list[list[str]]:
    """Cells of the first table of a section, without its head."""
    tables = re.findall(r"(?:^\|.*\n)+", section(title), flags=re.MULTILINE)
    lines = tables[0].splitlines()
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def commands() -> dict[str, Any]:
    """Every command of the program by what one types for it, as in `data add`."""

    def below(group: Any, path: str) -> Iterator[tuple[str, Any]]:
        for name, command in group.commands.items():
            if hasattr(command, "commands"):
                yield from below(command, f"{path}{name} ")
            else:
                yield f"{path}{name}", command

    return dict(below(typer.main.get_command(app), ""))


def command_of(words: list[str]) -> str:
    """The longest start of these words that is a command."""
    known = commands()
    for end in (2, 1):
        if " ".join(words[:end]) in known:
            return " ".join(words[:end])
    raise AssertionError(f"there is no command {' '.join(words)!r}")


def documented() -> list[tuple[str, str]]:
    """Of each usage in the table of commands: the command, and all that is said after it."""
    found = []
    for usage, _ in rows("## Commands"):
        first, *more = re.findall(r"`([^`]+)`", usage)
        words = first.removeprefix(f"{OURS} ").split()
        found.append((command_of(words), first))
        found += [(command_of([words[0], *other.split()]), other) for other in more]
    return found


def typed() -> list[str]:
    """Every command line of the README's shell blocks that calls the program."""
    blocks = re.findall(r"^```sh\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    parts = [part.strip() for line in lines for part in line.split("&&")]
    return [part for part in parts if part.split(" ")[0] == OURS]


def printed_kinds() -> set[str]:
    """Every kind of object that `say_json` is called with."""
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


def test_every_command_stands_in_the_readme_and_every_one_there_exists() -> None:
    assert {command for command, _ in documented()} == set(commands())


@pytest.mark.parametrize(("command", "usage"), documented(), ids=[usage for _, usage in documented()])
def test_the_options_of_the_table_exist(command: str, usage: str) -> None:
    known = {option for parameter in commands()[command].params for option in parameter.opts}
    assert set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", usage)) <= known


@pytest.mark.parametrize("line", typed())
def test_what_the_readme_types_can_be_read(line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    if not words or words[0].startswith("--"):  # the screens
        typer.main.get_command(app).make_context(OURS, words)
        return
    name = command_of(words)
    commands()[name].make_context(name, words[len(name.split()) :])


def test_the_readme_types_something() -> None:
    assert len(typed()) >= 8


@pytest.mark.parametrize("command", list(commands()))
def test_every_command_takes_home_and_json_and_says_what_it_does(command: str) -> None:
    options = {option for parameter in commands()[command].params for option in parameter.opts}
    assert {"--home", "--json"} <= options
    assert commands()[command].help


def test_every_kind_of_json_stands_in_the_readme_and_every_one_there_is_printed() -> None:
    documented = {kind for row in rows("### JSON") for kind in re.findall(r"`([^`]+)`", row[0])}
    assert documented == printed_kinds()


def test_every_exit_code_stands_in_the_readme_and_every_one_there_is_given() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, AlwslError)]
    given = {kind.exit_code for kind in kinds if kind is not AlwslError} | {0, INTERRUPTED}
    sentence = section("## Commands").partition("Exit codes:")[2].partition(".")[0]
    assert {int(code) for code in re.findall(r"\b(\d+) [a-z]", sentence)} == given


def test_the_ci_runs_blocks_that_exist_and_none_is_left_out() -> None:
    named = set(re.findall(r"^run (\S+)$", (ROOT / ".ci/run").read_text(encoding="utf-8"), flags=re.MULTILINE))
    blocks = set(re.findall(r"^<!-- ci: (\S+) -->\n```sh\n", README, flags=re.MULTILINE))
    assert named == blocks
    assert len(named) >= 3


def test_every_shipped_recipe_that_the_readme_names_is_shipped() -> None:
    targets = [shlex.split(line, comments=True)[2] for line in typed() if line.split()[1:2] == ["run"]]
    shipped = {path.stem for path in (ROOT / "campaigns/recipes").glob("*.toml")}
    assert targets
    assert set(targets) <= shipped
