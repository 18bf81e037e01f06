"""One page that needs nothing else: figures, tables, pictures and what they say."""

from collections.abc import Sequence
from pathlib import Path

from campaigns.reporting.dossier import Dossier
from campaigns.reporting.format import Differences, FileFormat


def _write(dossier: Dossier, path: Path) -> None:
    from campaigns.reporting.page import page

    _put(page(dossier), path)


def _write_compared(dossiers: Sequence[Dossier], differences: Differences, path: Path) -> None:
    from campaigns.reporting.side_by_side import page_of

    _put(page_of(dossiers, differences), path)


def _put(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8", errors="backslashreplace")


ENTRIES = (
    FileFormat(
        "html",
        "one page that needs nothing else",
        b'<meta name="generator" content="alwsl-tui">',
        _write,
        _write_compared,
        has_pictures=True,
    ),
)
