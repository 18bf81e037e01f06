"""Tidy tables and the JSON object: byte for byte what they were, and harmless to a spreadsheet."""

import csv
import io
import json
from pathlib import Path

import pytest

from campaigns.reporting.csv_tables import TABLES, Tidy, safe, write
from campaigns.reporting.json_report import report
from tests.reporting.dossiers import NASTY, a_dossier, an_empty_dossier

GOLDEN = Path(__file__).parent / "golden"
"""Made by `python -m tests.reporting.golden_files`; looked through by a person whenever it changes."""


def text_of(table: Tidy, *, nasty: bool = False) -> str:
    """A table of the small dossier as CSV."""
    out = io.StringIO()
    write(table, a_dossier(("cat", NASTY, "newt"), image=NASTY) if nasty else a_dossier(), out)
    return out.getvalue()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_is_what_it_was(table: Tidy) -> None:
    assert text_of(table) == (GOLDEN / f"{table.name}.csv").read_text(encoding="utf-8")


def test_the_object_is_what_it_was() -> None:
    found = json.dumps(report(a_dossier()), indent=1, allow_nan=False)
    assert found + "\n" == (GOLDEN / "report.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_row_has_a_cell_for_every_column_and_no_cell_is_a_formula(table: Tidy) -> None:
    for row in csv.reader(io.StringIO(text_of(table, nasty=True))):
        assert len(row) == len(table.columns)
        for cell in row:
            assert not cell.startswith(("=", "+", "@", "\t", "\r"))
            assert not cell.startswith("-") or float(cell) < 0


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx", NASTY])
def test_a_text_that_looks_like_a_formula_is_quoted(text: str) -> None:
    assert safe(text).isprintable()
    assert safe(text)[0] not in "=+-@"


@pytest.mark.parametrize("text", ["cat", "a=b", "", "'", "1-2"])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert safe(text) == text


def test_a_campaign_that_has_not_begun_has_tables_without_rows() -> None:
    for table in TABLES:
        if table.name not in {"campaign", "claims", "standings", "checksums"}:
            assert list(table.rows(an_empty_dossier())) == [], table.name


def test_the_object_of_a_campaign_that_has_not_begun_is_json() -> None:
    found = json.loads(json.dumps(report(an_empty_dossier()), allow_nan=False))
    assert (found["kind"], found["schema"], found["discovery"]) == ("report", 1, None)
