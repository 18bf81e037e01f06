"""Tables for an article, and a document that shows them."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from campaigns.reporting.dossier import Dossier
from campaigns.reporting.format import FolderFormat, Write


def _files(dossier: Dossier) -> Iterator[tuple[str, Write]]:
    from campaigns.reporting.latex import documents

    for name, text in documents(dossier).items():
        yield name, partial(_write, text)


def _write(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8", errors="backslashreplace")


ENTRIES = (
    FolderFormat("latex", "a folder of tables for an article, with a document that shows them", ("tex",), _files),
)
