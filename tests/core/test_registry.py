"""One registry for five kinds of things: ours, those of others, and what is refused."""

import sys
from pathlib import Path

import pytest

from campaigns.core.registry import Registry
from campaigns.errors import BadPackage, NoSuchName
from campaigns.selection.criteria import REGISTRY, Rule
from tests.distributions import install

GROUP = "alwsl_tui.criteria"
SOURCE = """
from campaigns.selection import Criterion
X = Criterion("calm", "Calm", "0", "here", "least", "[0, 0]", lambda scores: scores.logits[:, 0] * 0)
"""


def again() -> Registry[Rule]:
    """A registry of criteria that has not looked yet."""
    return Registry("criterion", Rule, package="campaigns.selection.rules", group=GROUP)  # type: ignore[type-abstract]


def test_ours_stand_in_the_order_asked_for_then_by_name() -> None:
    registry = Registry("criterion", Rule, package="campaigns.selection.rules", group=GROUP, first=("mm", "unc"))  # type: ignore[type-abstract]
    names = tuple(registry.ours)
    assert names[:2] == ("mm", "unc")
    assert list(names[2:]) == sorted(names[2:])
    assert set(names) == set(REGISTRY.ours)
    assert len(registry) == len(names)


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(NoSuchName, match="there is no criterion 'sepmx'") as error:
        REGISTRY.require("sepmx")
    assert error.value.hint == "did you mean 'sepmax'?"
    with pytest.raises(KeyError):
        REGISTRY["sepmx"]
    assert "sepmx" not in REGISTRY
    assert REGISTRY.require("sepmax") is REGISTRY["sepmax"]


def test_two_packages_with_one_name_are_both_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("alwsl_calm_a", "alwsl_calm_b"):
        install(tmp_path, module, SOURCE, group=GROUP, entries={"calm": "X"})
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(BadPackage, match=r"alwsl_calm_. 1\.0 brings .* 'calm'.* alwsl_calm_. 1\.0") as error:
        again().names()
    assert "alwsl_calm_a" in error.value.message
    assert "alwsl_calm_b" in error.value.message


def test_what_is_installed_later_is_met_once_the_path_holds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    registry = again()
    assert "calm" not in registry
    install(tmp_path, "alwsl_calm_later", SOURCE, group=GROUP, entries={"calm": "X"})
    monkeypatch.syspath_prepend(tmp_path)
    assert "calm" in registry
    assert "alwsl_calm_later" not in sys.modules
    assert registry["calm"].title == "Calm"
    assert registry["calm"] is registry["calm"]
