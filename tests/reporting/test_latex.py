"""Tables for an article: TeX sets them, whatever anything is called."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from campaigns.reporting.latex import documents, escaped
from tests.patience import patience
from tests.reporting.dossiers import NASTY, a_dossier, a_dossier_short_of, an_empty_dossier

ENGINE = shutil.which("pdflatex")
NASTIER = NASTY + "[* 名前 é ÷ ß"


def names(text: str) -> list[tuple[str, str]]:
    """Environments in the order in which they begin and end."""
    return [(found[1], found[2]) for found in re.finditer(r"\\(begin|end)\{([a-z*]+)\}", text)]


@pytest.mark.parametrize(
    "text", [NASTIER, r"\input{/etc/passwd}", "$x$", "50 %", "a_b", "~/x", "^", "#1", "-- -", "[1]"]
)
def test_nothing_in_a_text_is_an_order(text: str) -> None:
    said = re.sub(
        r"\\(textbackslash|textasciicircum|textasciitilde|textless|textgreater|textbar)\{\}", "", escaped(text)
    )
    said = re.sub(r"\\(textquotedbl|textasciigrave|textquotesingle)\{\}|\\texttt\{U\+[0-9A-F]{4,6}\}", "", said)
    said = re.sub(r"\\[{}$&#%_]|\$\\[a-zA-Z]+\$|\$-\$|\{[-*\[\]]\}", "", said)
    assert not set(said) & set("\\{}$&#%_^~[*"), said


def test_every_environment_that_begins_ends_and_rows_are_as_wide_as_their_head() -> None:
    for name, text in documents(a_dossier(("cat", NASTIER, "newt"), name=NASTIER, about=NASTIER)).items():
        open_: list[str] = []
        for what, environment in names(text):
            if what == "begin":
                open_.append(environment)
            else:
                assert open_.pop() == environment
        assert not open_
        rows = [line for line in text.splitlines() if line.endswith(r" \\")]
        assert len({len(re.findall(r"(?<!\\)&", row)) for row in rows}) <= 1, name


def test_the_document_takes_in_every_table_and_no_other() -> None:
    found = documents(a_dossier())
    taken = re.findall(r"\\input\{(.*)\}", found["report.tex"])
    assert {f"{name}.tex" for name in taken} == set(found) - {"report.tex"}
    assert {"claims.tex", "reading-10.tex", "reading-20.tex", "areas.tex", "times.tex"} <= set(found)


def test_a_shrunk_protocol_says_so() -> None:
    found = documents(a_dossier(about="The shrunk protocol of figure 2"))
    assert [name for name, text in found.items() if "(shrunk protocol)" not in text] == []
    assert "shrunk" not in "".join(documents(a_dossier()).values())


def test_a_table_says_when_only_some_classes_are_counted() -> None:
    whole = a_dossier()
    found = documents(replace(whole, result=replace(whole.result, chosen=("cat", "dog"))))
    assert [name for name, text in found.items() if "mean over cat, dog" not in text] == []


def test_a_cell_over_fewer_trials_than_all_says_so() -> None:
    whole, short = documents(a_dossier()), documents(a_dossier_short_of("unc", 1))
    rows = [line for line in short["reading-20.tex"].splitlines() if "(n 2)" in line]
    assert [row.partition(" &")[0] for row in rows] == ["unc"]
    assert "n: trials, where they are not all" in short["reading-20.tex"]
    assert not [name for name, text in whole.items() if "(n " in text or "n: trials" in text]


def test_a_campaign_that_has_not_begun_has_claims_alone() -> None:
    assert set(documents(an_empty_dossier())) == {"report.tex", "claims.tex"}


@pytest.mark.slow
@pytest.mark.skipif(ENGINE is None, reason="no pdflatex here: only the structure was looked at")
@pytest.mark.parametrize("is_empty", [False, True])
def test_it_compiles(tmp_path: Path, is_empty: bool) -> None:
    found = an_empty_dossier() if is_empty else a_dossier(("cat", NASTIER, "newt"), name=NASTIER, about=NASTIER)
    for name, text in documents(found).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert ENGINE is not None
    ran = subprocess.run(
        [ENGINE, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "report.tex"],
        cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False, timeout=patience(),
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-3000:]
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
