"""Writes the golden files anew: `python -m tests.reporting.golden_files`. What changes shows in the diff."""

import json

from campaigns.reporting.csv_tables import TABLES
from campaigns.reporting.json_report import report
from tests.reporting.dossiers import a_dossier
from tests.reporting.test_tables import GOLDEN, text_of


def main() -> None:
    """All of them."""
    for table in TABLES:
        (GOLDEN / f"{table.name}.csv").write_text(text_of(table), encoding="utf-8")
    text = json.dumps(report(a_dossier()), indent=1, allow_nan=False) + "\n"
    (GOLDEN / "report.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
