"""Label Studio's JSON_MIN, CSV and TSV: a row for each annotation, a column for each control.

One choice is plain text, several are an object with `choices`, none is an empty cell or no key at all. A row without
`annotation_id` is a task that nobody has labelled. Skipped tasks are not in these files.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from campaigns.datasets.exchange.forms.labelstudio import person
from campaigns.datasets.exchange.gathering import Gathering, LabelDraft, names_of, opinions, seconds_of
from campaigns.datasets.exchange.label_file import Trait
from campaigns.datasets.exchange.label_form import LabelForm
from campaigns.datasets.exchange.labelstudio_config import LabelConfig, controls_of, read_config, values_of
from campaigns.datasets.exchange.labelstudio_results import TAXONOMY, ask_about_taxonomies, has_place, paths_of
from campaigns.datasets.exchange.probe import Probe
from campaigns.datasets.formats import SUFFIXES, suffix_of

META = frozenset({
    "id", "annotation_id", "annotator", "created_at", "updated_at", "lead_time", "image", "agreement", "sentiment_id",
    "project", "order",
})  # fmt: skip
USUAL = frozenset({"classes", "choices", "choice", "labels", "label", "class", "tags", "categories", "unsure", "open"})
"""What controls are usually called, where no config says it."""
Row = Mapping[str, Any]


def _is_min(probe: Probe) -> bool:
    tree = probe.tree
    return isinstance(tree, list) and bool(tree) and all(isinstance(r, dict) and "annotation_id" in r for r in tree)


def _is_table(probe: Probe) -> bool:
    return {"annotation_id", "annotator", "lead_time"} <= set(probe.header)


def _read_min(probe: Probe, gathering: Gathering) -> Sequence[str] | None:
    rows = [(f"{probe.path}: row {place + 1}", row) for place, row in enumerate(probe.tree)]
    return _read(rows, gathering)


def _read_table(probe: Probe, gathering: Gathering) -> Sequence[str] | None:
    raw = probe.raw
    assert raw is not None, "it is a table"
    rows = []
    for number, cells in raw.lines:
        where = f"{probe.path}:{number}"
        if len(cells) == len(raw.header):
            rows.append((where, dict(zip(raw.header, cells, strict=True))))
        else:
            gathering.tally.add("ragged", where, f"has {len(cells)} cells, the first line has {len(raw.header)}")
    return _read(rows, gathering)


def _read(rows: Sequence[tuple[str, Row]], gathering: Gathering) -> Sequence[str] | None:
    config = read_config(gathering)
    key = _image_key(rows, config)
    chosen: dict[str, set[str]] = {}
    for _, row in rows:
        for name in _controls(row, config, key, gathering):
            chosen.setdefault(name, set()).update(_choices(row.get(name)) or ())
    chosen = {name: values for name, values in chosen.items() if values}
    if not ask_about_taxonomies(_taxonomies(rows), values_of(config, chosen), gathering):
        return None
    if about := sorted(name for name in config.per_region if any(row.get(name) for _, row in rows)):
        gathering.notes.append(f"left out, being about a box or an outline: the Choices {', '.join(about)[:200]}")
    if not config.controls and any(_is_boxes(value) for _, row in rows for value in row.values()):
        gathering.notes.append(
            "it holds boxes or outlines, and does not tell whether its choices are about these: if so, export as JSON"
        )
    controls = controls_of(config, chosen, gathering)
    if controls is None:
        for where, row in rows:
            if broken := [name for name, cell in row.items() if name.lower() in USUAL and _is_broken(cell)]:
                gathering.tally.add("choices", where, f"{broken[0]} is {row[broken[0]][:40]!r}, which is no JSON")
        return None
    for where, row in sorted(rows, key=lambda pair: str(pair[1].get("updated_at") or "")):
        file = row.get(key)
        if not isinstance(file, str) or not file:
            gathering.tally.add("no image", where, "names no image")
            continue
        image = gathering.image(file, where)
        if image is None or row.get("annotation_id") in (None, ""):
            continue
        names = [*controls.classes, *(control for control in (controls.unsure, controls.open) if control)]
        for control in names:
            if isinstance(cell := row.get(control), str) and _choices(cell) is None:
                gathering.tally.add("choices", where, f"{control} is {cell[:40]!r}, which is no list of choices")
        cells = {control: _choices(row.get(control)) or () for control in names}
        unsure = cells.get(controls.unsure or "", ())
        says = opinions((value for control in controls.classes for value in cells[control]), unsure=unsure)
        left_open = frozenset(cells.get(controls.open or "", ())) - set(says)
        by = person(row.get("annotator"))
        draft = LabelDraft(
            image, where, says, True, controls.offered, left_open, seconds=seconds_of(row.get("lead_time")), by=by
        )
        gathering.add(draft, is_alone=False)
    return controls.offered


def _taxonomies(rows: Sequence[tuple[str, Row]]) -> dict[str, list[list[str]]]:
    """Return the paths that people chose, by the column of the taxonomy."""
    answered: dict[str, list[list[str]]] = {}
    for _, row in rows:
        for name, value in row.items():
            if isinstance(value, str) and value.startswith(("[[", f'{{"{TAXONOMY}"')) and not _is_broken(value):
                value = json.loads(value)
            if name not in META and (paths := paths_of(value)):
                answered.setdefault(name, []).extend(paths)
    return answered


def _image_key(rows: Sequence[tuple[str, Row]], config: LabelConfig) -> str:
    """Return the column of the images: the config's, `image`, or the first that holds names of pictures."""
    row = rows[0][1] if rows else {}
    if config.image in row:
        return str(config.image)
    pictures = [k for k, v in row.items() if isinstance(v, str) and suffix_of(v.partition("?")[0]) in SUFFIXES]
    return "image" if "image" in row or not pictures else pictures[0]


def _controls(row: Row, config: LabelConfig, key: str, gathering: Gathering) -> list[str]:
    """Return the columns of a row that hold choices: the config's, those that a person named, or what looks so."""
    if config.controls:
        return [name for name in config.controls if name in row]
    if gathering.options.controls:
        return [name for name in gathering.options.controls if name in row]
    known = set(gathering.known or ())
    return [
        name
        for name, value in row.items()
        if name not in META | {key} | config.per_region
        and (names := _choices(value))
        and (name.lower() in USUAL or not isinstance(value, str) or value.startswith("{") or known.issuperset(names))
    ]


def _is_broken(value: object) -> bool:
    """Return whether a cell begins as a list of choices does and is no JSON that can be read."""
    if not isinstance(value, str) or not value.startswith(("{", "[")):
        return False
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return True
    return False


def _is_boxes(value: object) -> bool:
    """Return whether a cell holds boxes or outlines."""
    if isinstance(value, str) and value.startswith("[{") and not _is_broken(value):
        value = json.loads(value)
    return isinstance(value, list) and any(isinstance(box, dict) and has_place(box) for box in value)


def _choices(value: object) -> tuple[str, ...] | None:
    """Return the names in a cell; None when it holds something else."""
    if isinstance(value, str) and value.startswith(('{"choices"', "[")):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    if isinstance(value, dict):
        value = value.get("choices")
    if isinstance(value, str):
        return names_of([value]) if value.strip() else ()
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return names_of(value)
    return None


_CARRIES = frozenset({Trait.UNSURE, Trait.UNKNOWN, Trait.SECONDS, Trait.WHO, Trait.SEVERAL})
ENTRIES = (
    LabelForm("labelstudio-min", "Label Studio JSON_MIN", "project-1.json", _is_min, _read_min, carries=_CARRIES),
    LabelForm("labelstudio-csv", "Label Studio CSV or TSV", "project-1.csv", _is_table, _read_table, carries=_CARRIES),
)
