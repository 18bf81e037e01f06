"""Google's AutoML and Vertex: lines without a header, `TRAIN,gs://bucket/1.jpg,car,dog`, as long as there are labels.

An image without a label says nothing; any other says no of every other class that occurs.
"""

from collections.abc import Sequence

from campaigns.datasets.exchange.gathering import Gathering, LabelDraft, opinions
from campaigns.datasets.exchange.label_form import LabelForm
from campaigns.datasets.exchange.probe import Probe
from campaigns.datasets.formats import SUFFIXES, suffix_of

USES = frozenset({"TRAIN", "TRAINING", "VALIDATION", "VALIDATE", "TEST", "UNASSIGNED", ""})
BUCKETS = ("gs://", "s3://", "https://", "http://")


def _is_form(probe: Probe) -> bool:
    cells = probe.header
    if not cells or cells[0].upper() not in USES:
        return bool(cells) and cells[0].lower().startswith(BUCKETS)
    return len(cells) > 1 and _is_path(cells[1])


def _is_path(cell: str) -> bool:
    return cell.lower().startswith(BUCKETS) or suffix_of(cell.partition("?")[0]) in SUFFIXES


def _read(probe: Probe, gathering: Gathering) -> Sequence[str] | None:
    raw = probe.raw
    assert raw is not None, "it is a table"
    labels: dict[str, list[str]] = {}
    places: dict[str, str] = {}
    boxes = 0
    for number, cells in [(1, raw.header), *raw.lines]:
        where = f"{probe.path}:{number}"
        use = None
        if cells and not _is_path(cells[0]):
            if cells[0].upper() not in USES:
                gathering.tally.add("use", where, f"begins with {cells[0][:40]!r}, which is neither a use nor an image")
                continue
            use, cells = cells[0], cells[1:]
        image = gathering.image(cells[0], where) if cells else None
        if image is not None and use is not None:
            gathering.state_split(image, use)
        names = [cell for cell in cells[1:] if cell]
        if len(cells) >= 6 and any(_is_number(name) for name in names):
            boxes += 1
            if gathering.options.boxes != "as-classes":
                continue
            names = [name for name in names if not _is_number(name)]
        gathering.mentioned.update(names)
        if image is None:
            continue
        places.setdefault(image, where)
        labels.setdefault(image, []).extend(names)
    if boxes and gathering.options.boxes != "as-classes":
        gathering.notes.append(f"{boxes} boxes were left out: --boxes as-classes reads them as labels")
    for image, names in labels.items():
        if names or gathering.options.empty == "nothing":
            gathering.add(LabelDraft(image, places[image], opinions(names), is_rest_no=True))
    gathering.ask_about_names()
    return None


def _is_number(cell: str) -> bool:
    return cell.replace(".", "", 1).isdecimal()


ENTRIES = (LabelForm("automl", "Google AutoML's CSV", "image_classification.csv", _is_form, _read),)
