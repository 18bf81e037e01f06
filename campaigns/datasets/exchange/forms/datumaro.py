"""Datumaro's JSON: items with labels that point into a list of categories.

An item with a label says no of every other category; one without says nothing, unless such images are said to hold
nothing. What is unsure, a no that was said expressly and what was not looked for are labels with the attribute
`unsure`, `no` or `open`; a skip, seconds and who labelled are attributes of the item.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from campaigns.datasets.exchange.gathering import Gathering, LabelDraft, names_of, seconds_of
from campaigns.datasets.exchange.label_file import LabelItem, MatchWay, Trait
from campaigns.datasets.exchange.label_form import LabelForm, LabelSheet
from campaigns.datasets.exchange.marks import mark_of, marked_draft, marked_labels
from campaigns.datasets.exchange.probe import Probe
from campaigns.errors import Mistake

SKIP, SECONDS, BY = "skip", "seconds", "by"
Node = Mapping[str, Any]


def _is_form(probe: Probe) -> bool:
    tree = probe.tree
    return isinstance(tree, dict) and isinstance(tree.get("items"), list) and isinstance(tree.get("categories"), dict)


def _read(probe: Probe, gathering: Gathering) -> Sequence[str] | None:
    listed = probe.tree["categories"].get("label")
    labels = listed.get("labels") if isinstance(listed, dict) else None
    if not isinstance(labels, list) or not all(isinstance(label, dict) for label in labels):
        gathering.mistakes.append(Mistake(f"{probe.path}: categories.label.labels", "should be a list of objects"))
        return None
    names = [str(label.get("name", "")) for label in labels]
    offered = names_of(names)
    boxes = 0
    for place, item in enumerate(probe.tree["items"]):
        where = f"{probe.path}: item {place}"
        if not isinstance(item, dict) or not isinstance(item.get("id"), str):
            gathering.tally.add("item", where, "should be an object with an id")
            continue
        image = gathering.image(_name(item, gathering), where)
        listed = item.get("annotations")
        annotations = [a for a in listed if isinstance(a, dict)] if isinstance(listed, list) else []
        boxes += sum(a.get("type") != "label" for a in annotations)
        if image is not None:
            _take(image, where, item, _labels(annotations, names, where, gathering), offered, gathering)
    if boxes and gathering.options.boxes != "as-classes":
        gathering.notes.append(f"{boxes} annotations that are no labels of a whole image were left out")
    return offered


def _take(
    image: str, where: str, item: Node, labels: list[tuple[str, str]], offered: tuple[str, ...], gathering: Gathering
) -> None:
    attributes = item.get("attr") or {}
    attributes = attributes if isinstance(attributes, dict) else {}
    skip, seconds, by = (attributes.get(key) for key in (SKIP, SECONDS, BY))
    others: dict[str, Any] = {
        "seconds": seconds_of(seconds),
        "by": by if isinstance(by, str) else None,
    }
    if isinstance(skip, str):
        gathering.add(LabelDraft(image, where, skip=skip, **others))
    elif labels:
        gathering.add(marked_draft(image, where, labels, offered, **others))
    elif gathering.options.empty == "nothing":
        gathering.add(LabelDraft(image, where, is_rest_no=True, offered=offered, **others))


def _labels(
    annotations: Sequence[Node], names: Sequence[str], where: str, gathering: Gathering
) -> list[tuple[str, str]]:
    """Return the labels of an item with their marks."""
    has_boxes = gathering.options.boxes == "as-classes"
    labels = []
    for annotation in annotations:
        if annotation.get("type") != "label" and not (has_boxes and annotation.get("label_id") is not None):
            continue
        number, attributes = annotation.get("label_id"), annotation.get("attributes")
        if not isinstance(number, int) or not 0 <= number < len(names):
            gathering.tally.add("label_id", where, f"has the label_id {number!r}; there are {len(names)} categories")
            continue
        labels.append((names[number], mark_of(attributes if isinstance(attributes, dict) else {})))
    return labels


def _name(item: Node, gathering: Gathering) -> str:
    """Return the item's id where it leads to one image, else the path that it was read from."""
    media = [node for key in ("image", "media") if isinstance(node := item.get(key), dict)]
    path = next((str(node["path"]) for node in media if isinstance(node.get("path"), str)), "")
    by_path = gathering.finder.find(path)
    is_exact = bool(by_path.images) and by_path.way is MatchWay.PATH
    return path if is_exact or (len(gathering.finder.find(item["id"]).images) != 1 and path) else str(item["id"])


def _write(sheet: LabelSheet) -> Mapping[str, str]:
    numbers = {name: place for place, name in enumerate(sheet.classes)}
    labels = [{"name": name, "parent": "", "attributes": []} for name in sheet.classes]
    tree = {
        "dm_format_version": "1.0",
        "media_type": 2,
        "infos": {},
        "categories": {"label": {"labels": labels, "label_groups": [], "attributes": []}},
        "items": [_item(item, numbers, sheet) for item in sheet.items],
    }
    return {sheet.file: json.dumps(tree, ensure_ascii=False) + "\n"}


def _item(item: LabelItem, numbers: Mapping[str, int], sheet: LabelSheet) -> Node:
    annotations = [
        {"id": 0, "type": "label", "attributes": {mark: True} if mark else {}, "group": 0, "label_id": numbers[name]}
        for name, mark in marked_labels(item, sheet.classes)
    ]
    attributes = {SKIP: item.skip, SECONDS: item.seconds, BY: item.by}
    path = f"{sheet.options.prefix}{item.image}"
    return {
        "id": item.image.rpartition(".")[0] or item.image,
        "annotations": annotations,
        "attr": {key: value for key, value in attributes.items() if value is not None},
        "image": {"path": path},
    }


ENTRIES = (
    LabelForm(
        "datumaro", "Datumaro JSON", "annotations/default.json", _is_form, _read, _write,
        carries=frozenset(Trait) - {Trait.SEVERAL}, has_parts=True,
    ),
)  # fmt: skip
