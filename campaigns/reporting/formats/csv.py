"""Tidy tables: one row for each thing that was measured, one file for each kind of thing."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from campaigns.reporting.dossier import Dossier
from campaigns.reporting.format import FolderFormat, Write

if TYPE_CHECKING:
    from campaigns.reporting.csv_tables import Tidy


def _files(dossier: Dossier) -> Iterator[tuple[str, Write]]:
    from campaigns.reporting.csv_tables import TABLES

    for table in TABLES:
        yield f"{table.name}.csv", partial(_write, dossier, table)


def _write(dossier: Dossier, table: "Tidy", path: Path) -> None:
    from campaigns.reporting import csv_tables

    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        csv_tables.write(table, dossier, file)


ENTRIES = (FolderFormat("csv", "a folder of tidy tables", ("csv",), _files),)
