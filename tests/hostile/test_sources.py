"""What our own sources never do: read a pickle, expand an entity, hand text to a shell, listen to the network."""

import ast
from collections.abc import Iterator
from functools import cache

from alwsl_tui.tui.web import HOST
from tests.architecture.sources import FILES, name_of, tree_of

UNSAFE_MODULES = {"marshal", "shelve", "dill", "cloudpickle", "joblib", "yaml", "xml", "lxml", "xmlrpc", "code", "pty"}
"""Each reads or runs more than data."""
SHELLS = {
    "os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput", "asyncio.create_subprocess_shell",
}  # fmt: skip


@cache
def calls() -> tuple[tuple[str, str, ast.Call], ...]:
    """Where, what, and the call itself: `campaigns/x.py:7`, `torch.load`."""
    return tuple(
        (f"{name_of(path)}:{node.lineno}", ast.unparse(node.func), node)
        for path in FILES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
    )


def keywords(call: ast.Call) -> dict[str, str]:
    return {word.arg: ast.unparse(word.value) for word in call.keywords if word.arg is not None}


def imported() -> Iterator[tuple[str, str]]:
    for path in FILES:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Import):
                yield from ((name_of(path), alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield name_of(path), node.module


def test_no_module_that_runs_what_it_reads_is_imported() -> None:
    unsafe = [(path, name) for path, name in imported() if name.split(".")[0] in UNSAFE_MODULES]
    assert {name for _, name in unsafe} == {"xml.etree.ElementTree"}
    assert all(path.startswith("campaigns/datasets/") for path, _ in unsafe)


def test_the_library_that_expands_entities_only_writes() -> None:
    """What is read of XML goes through defusedxml."""
    taken = {
        alias.name
        for path in FILES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom) and node.module == "xml.etree.ElementTree"
        for alias in node.names
    }
    assert taken == {"Element", "SubElement", "indent", "tostring", "ParseError"}


def test_torch_loads_weights_only_and_numpy_no_pickles() -> None:
    loads = [(where, what, keywords(call)) for where, what, call in calls() if what in {"torch.load", "np.load"}]
    assert len(loads) >= 3
    for where, what, said in loads:
        needed = ("weights_only", "True") if what == "torch.load" else ("allow_pickle", "False")
        assert said.get(needed[0]) == needed[1], where
    pickles = {what for _, what, _ in calls() if what.startswith("pickle.")}
    assert pickles == set(), "the module is there for the name of its error alone"


def test_nothing_is_evaluated() -> None:
    assert [where for where, what, _ in calls() if what in {"eval", "exec", "compile", "__import__"}] == []


def test_processes_are_started_from_lists_and_never_through_a_shell() -> None:
    started = []
    for where, what, call in calls():
        assert what not in SHELLS, where
        assert keywords(call).get("shell", "False") == "False", where
        if what in {"subprocess.run", "subprocess.Popen", "Popen"}:
            started.append(where)
            assert isinstance(call.args[0], ast.List | ast.Name | ast.Starred), where
    assert len(started) >= 3


def test_the_browsers_view_listens_to_this_machine_alone() -> None:
    assert HOST == "127.0.0.1"
    everywhere = [name_of(path) for path in FILES if "0.0.0.0" in path.read_text(encoding="utf-8")]
    assert everywhere == []
