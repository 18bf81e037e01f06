"""The voice of the code: functions say what they do, as an order, and names are nouns of the field."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import FILES, name_of, tree_of

VAGUE = {"found", "said", "one", "seen"}
"""Names that fit anything and so say nothing: a domain noun says what it is."""
NO_ORDERS = {
    "a", "all", "an", "and", "any", "as", "at", "both", "by", "do", "each", "every", "everything", "false",
    "for", "from", "how", "if", "in", "it", "its", "none", "nothing", "of", "on", "only", "one", "several",
    "some", "something", "that", "the", "their", "these", "this", "those", "true", "two", "what", "whatever",
    "when", "where", "whether", "which", "who", "why", "with",
}  # fmt: skip
"""Words with which no order begins. Verbs in another mood than the imperative are ruff's D401 to find."""


def functions(path: Path) -> Iterator[tuple[str, str]]:
    """Yield every function of a module that has a docstring and is no property: where it stands, its first word."""
    for node in ast.walk(tree_of(path)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        decorators = {ast.unparse(decorator) for decorator in node.decorator_list}
        docstring = ast.get_docstring(node)
        if docstring and not decorators & {"property", "cached_property", "override"}:
            yield f"{name_of(path)}:{node.lineno} {node.name}", docstring.split()[0].strip(",.:;`").lower()


def names(path: Path) -> Iterator[tuple[str, str]]:
    """Yield every name that a module binds, but for fields, which are words of a file or a table: where, the name."""
    tree = tree_of(path)
    fields = {
        statement.target
        for node in ast.walk(tree) if isinstance(node, ast.ClassDef)
        for statement in node.body if isinstance(statement, ast.AnnAssign)
    }  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node not in fields:
            yield f"{name_of(path)}:{node.lineno}", node.id
        elif isinstance(node, ast.arg):
            yield f"{name_of(path)}:{node.lineno}", node.arg
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield f"{name_of(path)}:{node.lineno}", node.name
        elif isinstance(node, ast.alias) and node.asname:
            yield f"{name_of(path)}:{node.lineno}", node.asname


def test_a_docstring_begins_with_an_order() -> None:
    assert [where for path in FILES for where, word in functions(path) if word in NO_ORDERS] == []


def test_names_say_what_they_hold() -> None:
    assert [f"{where} {name}" for path in FILES for where, name in names(path) if name.strip("_") in VAGUE] == []
