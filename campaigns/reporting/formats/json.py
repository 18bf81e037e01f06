"""One object, as `report --json` prints it."""

import json
from pathlib import Path

from campaigns.reporting.dossier import Dossier
from campaigns.reporting.format import FileFormat


def _write(dossier: Dossier, path: Path) -> None:
    from campaigns.reporting.json_report import report

    path.write_text(json.dumps(report(dossier), indent=1, allow_nan=False) + "\n", encoding="ascii")


ENTRIES = (FileFormat("json", "one object", b'"kind": "report"', _write),)
