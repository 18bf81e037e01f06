"""Open Images' human labels: a line for each image and class that a person looked at, 1 for there, 0 for not there.

What nobody looked at is unknown. Classes are codes such as `/m/0k4j`; `class-descriptions.csv` beside the file, or a
list of classes, tells their names.
"""

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from campaigns.datasets.exchange.gathering import Gathering, LabelDraft, opinions
from campaigns.datasets.exchange.label_file import Trait
from campaigns.datasets.exchange.label_form import LabelForm
from campaigns.datasets.exchange.probe import Probe
from campaigns.datasets.table_text import read_raw

HEADER = {"ImageID", "LabelName", "Confidence"}
PRESENT, ABSENT = frozenset({"1", "1.0"}), frozenset({"0", "0.0"})


def _is_form(probe: Probe) -> bool:
    return set(probe.header) >= HEADER and "XMin" not in probe.header


def _read(probe: Probe, gathering: Gathering) -> Sequence[str] | None:
    raw = probe.raw
    assert raw is not None, "it is a table"
    image_at, label_at, sure_at = (raw.header.index(name) for name in ("ImageID", "LabelName", "Confidence"))
    names = _descriptions(probe.path.parent)
    yes: dict[str, list[str]] = defaultdict(list)
    no: dict[str, list[str]] = defaultdict(list)
    places: dict[str, str] = {}
    for number, cells in raw.lines:
        where = f"{probe.path}:{number}"
        if len(cells) != len(raw.header):
            gathering.tally.add("ragged", where, f"has {len(cells)} cells, the first line has {len(raw.header)}")
        elif cells[sure_at] not in PRESENT | ABSENT:
            what = f"Confidence is {cells[sure_at][:20]!r}, a machine's guess: take the file of human labels"
            gathering.tally.add("confidence", where, what)
        elif image := gathering.image(cells[image_at], where):
            places.setdefault(image, where)
            label = names.get(cells[label_at], cells[label_at])
            (yes if cells[sure_at] in PRESENT else no)[image].append(label)
    for image, where in places.items():
        if both := set(yes[image]) & set(no[image]):
            gathering.tally.add("both", where, f"image {image!r} is said to hold {min(both)!r} and not to hold it")
        gathering.add(LabelDraft(image, where, opinions(yes[image], no=no[image])))
    return None


def _descriptions(folder: Path) -> Mapping[str, str]:
    """Return names of classes by code, as Open Images publishes them beside its labels; empty without such a file."""
    for path in sorted(folder.glob("*class-descriptions*.csv")):
        try:
            raw = read_raw(path)
        except (OSError, ValueError, csv.Error):
            continue
        rows = [raw.header, *(cells for _, cells in raw.lines)]
        return {cells[0]: cells[1] for cells in rows if len(cells) > 1 and cells[0].startswith("/")}
    return {}


ENTRIES = (
    LabelForm(
        "openimages", "Open Images' human labels", "train-annotations-human-imagelabels.csv", _is_form, _read,
        carries=frozenset({Trait.UNKNOWN}), has_parts=True,
    ),
)  # fmt: skip
