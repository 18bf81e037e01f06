"""Paths as people type them."""

from pathlib import Path

import pytest

from campaigns.home.paths import default_home
from campaigns.home.typed_paths import expanded, path_in
from tests.architecture.sources import FILES


def test_the_home_of_a_user_stands_for_a_tilde(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/anna")
    assert expanded("~/photos") == Path("/home/anna/photos")
    assert expanded(Path("~")) == Path("/home/anna")
    assert expanded("photos/~/x~y") == Path("photos/~/x~y")


@pytest.mark.parametrize("path", ["~no-such-user/photos", "~'hl;a6 6", "~ ", "~\udcff/x"])
def test_where_there_is_no_such_user_a_path_stays_as_it_is(path: str) -> None:
    assert expanded(path) == Path(path)


def test_a_home_may_be_named_by_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/anna")
    monkeypatch.setenv("ALWSL_HOME", "~/campaigns")
    assert default_home() == Path("/home/anna/campaigns")
    monkeypatch.setenv("ALWSL_HOME", "")
    assert path_in("ALWSL_HOME") is None


def test_nobody_else_expands_paths() -> None:
    """`Path.expanduser` ends the program where there is no such user."""
    assert [str(file) for file in FILES if ".expanduser(" in file.read_text() and file.name != "typed_paths.py"] == []
