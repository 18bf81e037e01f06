"""Criteria of other packages, each a real installed distribution on the path."""

from pathlib import Path

import numpy as np
import pytest

from campaigns.selection import CRITERIA, select
from campaigns.selection.criteria import names
from tests.selection.draws import of_logits

BINMIN = """
import numpy as np
from campaigns.selection import Criterion

{variable} = Criterion(
    "binmin", "Smallest margin", "min_j |z_ij|", "Brinker 2006", "least", "[0, inf)",
    lambda scores: np.abs(scores.logits).min(axis=1),
)
"""


def install(folder: Path, module: str, entry: str, source: str) -> None:
    """A distribution of one module, with one entry point in our group."""
    info = folder / f"{module}-1.0.dist-info"
    info.mkdir()
    (folder / f"{module}.py").write_text(source)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[alwsl_tui.criteria]\n{entry}\n")


def test_an_installed_criterion_is_named_found_and_selects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "alwsl_try_one", "binmin = alwsl_try_one:BINMIN", BINMIN.format(variable="BINMIN"))
    assert "binmin" not in names()
    monkeypatch.syspath_prepend(tmp_path)
    scores = of_logits([[3.0, -2.0], [0.5, 9.0], [-1.0, 4.0]])
    assert names()[-1] == "binmin"
    assert list(CRITERIA)[-1] == "binmin"
    np.testing.assert_array_equal(CRITERIA["binmin"].values(scores), [2, 0.5, 1])
    assert select("binmin", scores, 2).tolist() == [1, 2]


def test_naming_criteria_does_not_import_their_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "alwsl_try_two", "binmin = alwsl_try_two:BINMIN", "raise RuntimeError('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    assert "binmin" in names()
    assert CRITERIA["unc"].name == "unc"
    with pytest.raises(RuntimeError, match="imported"):
        CRITERIA["binmin"]


@pytest.mark.parametrize("name", ["unc", "ag", "random"])
def test_a_name_of_ours_is_not_given_away(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, f"alwsl_try_{name}", f"{name} = alwsl_try_{name}:BINMIN", BINMIN.format(variable="BINMIN"))
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ValueError, match=f"called '{name}', and there is one already"):
        names()


@pytest.mark.parametrize("entry", ["binmax = alwsl_try_bad:BINMIN", "binmax = alwsl_try_bad:np"])
def test_an_entry_that_is_not_the_criterion_it_promises_is_refused(
    entry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "alwsl_try_bad", entry, BINMIN.format(variable="BINMIN"))
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ValueError, match="is not the criterion called 'binmax'"):
        CRITERIA["binmax"]
