"""Hugging Face's imagefolder, `metadata.jsonl`: a line for each image, with a list of its labels.

What is written holds four more lists and fields: `absent`, `unsure`, `skip`, `seconds` and `by`. With `absent` there,
a class in no list is unknown; in a file without it a list of labels says no of every other class that occurs.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from campaigns.core.answers import Opinion
from campaigns.datasets.columns import LABELS
from campaigns.datasets.exchange.gathering import Gathering, LabelDraft, opinions, seconds_of
from campaigns.datasets.exchange.label_file import LabelItem, Trait
from campaigns.datasets.exchange.label_form import LabelForm, LabelSheet
from campaigns.datasets.exchange.marked_fields import class_fields
from campaigns.datasets.exchange.probe import Probe

FILE = "file_name"
APART = frozenset({"absent", "unsure", "skip", "seconds", "by", "split"})
"""Fields that are no classes, besides those of files and labels."""
Node = Mapping[str, Any]


def _is_form(probe: Probe) -> bool:
    rows = probe.rows
    return bool(rows) and rows is not None and isinstance(rows[0][1], dict) and _file_key(rows[0][1]) is not None


def _file_key(row: Node) -> str | None:
    return next((key for key in row if key == FILE or key.endswith(f"_{FILE}")), None)


def _read(probe: Probe, gathering: Gathering) -> Sequence[str] | None:
    fields = _class_fields(probe, gathering)
    for number, row in probe.rows or ():
        where = f"{probe.path}:{number}"
        key = _file_key(row) if isinstance(row, dict) else None
        if key is None or not isinstance(row[key], str):
            gathering.tally.add("line", where, f"is no object with {FILE!r}")
            continue
        image = gathering.image(row[key], where)
        if draft := _draft(image or "", where, row, gathering, fields):
            gathering.mentioned.update(draft.says)
            if image is not None:
                gathering.add(draft)
        if image is not None and isinstance(row.get("split"), str):
            gathering.state_split(image, row["split"])
    gathering.ask_about_names()
    return None


def _class_fields(probe: Probe, gathering: Gathering) -> frozenset[str]:
    """Return the fields that are named after classes, of lines without a list of labels."""
    rows = [(n, row) for n, row in probe.rows or () if isinstance(row, dict) and _file_key(row) is not None]
    bare = [(n, row) for n, row in rows if not any(name in row for name in LABELS) and "skip" not in row]
    used = APART | {key for _, row in rows if (key := _file_key(row)) is not None}
    listing = [row for _, row in rows if any(name in row for name in LABELS)]
    chosen = {next(name for name in LABELS if name in row) for row in listing}
    if others := {name: None for row in listing for name in row if name not in used and name not in chosen}:
        gathering.notes.append(f"left out as no labels: the fields {', '.join(others)[:200]}")
    return class_fields(bare, gathering, frozenset(used), are_all=len(bare) == len(rows))


def _draft(image: str, where: str, row: Node, gathering: Gathering, fields: frozenset[str]) -> LabelDraft | None:
    """Return what a line says; None when it says nothing."""
    skip, seconds, by = row.get("skip"), row.get("seconds"), row.get("by")
    others: dict[str, Any] = {
        "seconds": seconds_of(seconds),
        "by": by if isinstance(by, str) else None,
    }
    if isinstance(skip, str):
        return LabelDraft(image, where, skip=skip, **others)
    key = next((name for name in LABELS if name in row), None)
    try:
        if key is None:
            return _by_column(image, where, row, fields)
        if row[key] is None:
            return None
        yes = _names(row[key], gathering)
        unsure, absent = (_names(row.get(name) or [], gathering) for name in ("unsure", "absent"))
    except ValueError as error:
        gathering.tally.add("labels", where, str(error))
        return None
    has_absent = isinstance(row.get("absent"), list)
    if has_absent and not (yes or unsure or absent):
        return None
    return LabelDraft(image, where, opinions(yes, unsure=unsure, no=absent), is_rest_no=not has_absent, **others)


def _by_column(image: str, where: str, row: Node, fields: frozenset[str]) -> LabelDraft | None:
    """Return what true and false, or 1 and 0, say in fields that are named after classes."""
    marks = {name: row[name] for name in row if name in fields and row[name] in (0, 1)}
    yes = [name for name, value in marks.items() if value]
    return LabelDraft(image, where, opinions(yes, no=marks.keys() - set(yes))) if marks else None


def _names(value: object, gathering: Gathering) -> list[str]:
    """Return classes from a name, a number, a list of either, or an object that holds such a list.

    Raises:
        ValueError: it is nothing of that, or a number without a list of classes.
    """
    if isinstance(value, dict):
        value = next((value[key] for key in LABELS if key in value), value)
    values = value if isinstance(value, list) else [value]
    numbered = gathering.options.numbered
    names = []
    for label in values:
        if isinstance(label, int) and not isinstance(label, bool):
            if numbered is None or not 0 <= label < len(numbered):
                raise ValueError(f"label {label} is a number: say --classes FILE with the classes, from 0")
            label = numbered[label]
        if not isinstance(label, str):
            raise ValueError(f"{str(label)[:40]!r} is no label")
        names.append(label)
    return names


def _write(sheet: LabelSheet) -> Mapping[str, str]:
    return {sheet.file: "".join(json.dumps(_line(item, sheet), ensure_ascii=False) + "\n" for item in sheet.items)}


def _line(item: LabelItem, sheet: LabelSheet) -> Node:
    labels = item.labels
    by_opinion = {
        key: [name for name in sheet.classes if labels.get(name) is opinion]
        for key, opinion in (("labels", Opinion.YES), ("absent", Opinion.NO), ("unsure", Opinion.UNSURE))
    }
    about = {"skip": item.skip, "seconds": item.seconds, "by": item.by}
    return {FILE: f"{sheet.options.prefix}{item.image}", **by_opinion, **about}


ENTRIES = (
    LabelForm(
        "hf", "Hugging Face's metadata.jsonl", "metadata.jsonl", _is_form, _read, _write,
        carries=frozenset(Trait) - {Trait.SEVERAL}, has_parts=True,
    ),
)  # fmt: skip
