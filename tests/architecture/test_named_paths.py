"""Every path and module that the documents for developers name is there."""

import re
from importlib.util import find_spec

import pytest

from tests.architecture.sources import ROOT

DOCUMENTS = ("campaigns/README.md", "tests/README.md")
PATH = re.compile(r"(?:alwsl_tui|campaigns|tests)/[\w./-]*")
MODULE = re.compile(r"python -m (tests[\w.]+)")


def text_of(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_that_is_named_exists(document: str) -> None:
    named = sorted({path.rstrip(".") for path in PATH.findall(text_of(document))})
    assert len(named) >= 10
    missing = [path for path in named if not (ROOT / path).exists()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_module_that_is_run_exists(document: str) -> None:
    assert [name for name in MODULE.findall(text_of(document)) if find_spec(name) is None] == []


def test_every_benchmark_that_can_be_run_is_listed() -> None:
    scripts = {
        f"tests.benchmarks.{path.stem}"
        for path in (ROOT / "tests/benchmarks").glob("*.py")
        if path.stem != "livehome"  # a part of `screens`, which starts it
        and '__name__ == "__main__"' in path.read_text(encoding="utf-8")
    }
    assert scripts == {name for name in MODULE.findall(text_of("tests/README.md")) if ".benchmarks." in name}


def test_every_package_of_the_engine_and_every_wing_of_its_services_is_described() -> None:
    text = text_of("campaigns/README.md")
    for folder in ("campaigns", "campaigns/services", "alwsl_tui"):
        packages = [path.parent.name for path in (ROOT / folder).glob("*/__init__.py")]
        assert len(packages) >= 4
        assert [name for name in packages if f"`{folder}/{name}/`" not in text] == []
