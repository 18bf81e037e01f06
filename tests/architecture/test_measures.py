"""The measures of the house: small files, small functions, names that name."""

import ast
from pathlib import Path

import pytest

from tests.architecture.sources import FILES, ROOT, name_of, tree_of

LINES, APP_LINES, FUNCTION_LINES = 300, 200, 60
NAMELESS = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "base", "misc"}
BROAD = {"Exception", "BaseException"}


def length(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_there_is_something_to_measure() -> None:
    assert len(FILES) > 50


def test_no_file_is_longer_than_one_can_keep_in_mind() -> None:
    assert {name_of(path): length(path) for path in FILES if length(path) > LINES} == {}


def test_the_list_of_commands_stays_a_list() -> None:
    assert length(ROOT / "alwsl_tui/cli/app.py") <= APP_LINES


def test_no_function_is_longer_than_a_screen() -> None:
    sizes = {
        f"{name_of(path)}:{function.name}": (function.end_lineno or 0) - function.lineno + 1
        for path in FILES
        for function in functions(path)
        if name_of(path) != "campaigns/store/schema.py"  # a migration is a list of tables, never touched again
    }
    assert {where: lines for where, lines in sizes.items() if lines > FUNCTION_LINES} == {}


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or (isinstance(kind, ast.Name) and kind.id in BROAD) for kind in caught)


def _raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_what_catches_everything_raises_it_again() -> None:
    swallowed = [
        f"{name_of(path)}:{node.lineno}"
        for path in FILES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ExceptHandler) and _catches_everything(node) and not _raises_again(node)
    ]
    assert swallowed == []
    assert [name_of(path) for path in FILES if "except Exception" in path.read_text(encoding="utf-8")] == []


def test_every_module_says_what_it_is() -> None:
    assert [name_of(path) for path in FILES if NAMELESS & set(path.relative_to(ROOT).with_suffix("").parts)] == []


@pytest.mark.parametrize("path", [path for path in FILES if path.name == "__init__.py"], ids=name_of)
def test_every_package_opens_with_its_charter(path: Path) -> None:
    charter = ast.get_docstring(tree_of(path))
    assert charter is not None
    assert charter.splitlines()[0].endswith((".", ":"))
