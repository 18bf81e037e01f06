"""Our own table, `image,car,cat` with 1, 0, `?` and empty cells, and any other CSV of images and labels.

It carries yes, no, unsure (`?`) and unknown (an empty cell) for each class; skips, seconds and who labelled have no
place in it. A table with one column of labels says no of every other class that occurs in it.
"""

import csv
import io
from collections.abc import Mapping, Sequence

from campaigns.core.answers import Opinion
from campaigns.datasets.exchange.gathering import Gathering
from campaigns.datasets.exchange.label_file import Trait
from campaigns.datasets.exchange.label_form import LabelForm, LabelSheet
from campaigns.datasets.exchange.probe import Probe
from campaigns.datasets.exchange.tables import read_table_into

CELLS: Mapping[Opinion, str] = {Opinion.YES: "1", Opinion.NO: "0", Opinion.UNSURE: "?"}


def _is_form(probe: Probe) -> bool:
    return probe.raw is not None and len(probe.header) > 1


def _read(probe: Probe, gathering: Gathering) -> Sequence[str] | None:
    read_table_into(gathering, probe)
    return None


def _write(sheet: LabelSheet) -> Mapping[str, str]:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["image", *sheet.classes])
    for item in sheet.items:
        labels = item.labels
        cells = (CELLS[labels[name]] if name in labels else "" for name in sheet.classes)
        writer.writerow([f"{sheet.options.prefix}{item.image}", *cells])
    return {sheet.file: text.getvalue()}


ENTRIES = (
    LabelForm(
        "csv", "a table of images and labels", "labels.csv", _is_form, _read, _write,
        carries=frozenset({Trait.UNKNOWN, Trait.UNSURE}),
    ),
)  # fmt: skip
