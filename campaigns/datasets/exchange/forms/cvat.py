"""CVAT for images 1.1: tags of whole images, and the labels that a task offers.

An image with a tag says no of every other label that may be a tag; one without says nothing, unless such images are
said to hold nothing. Boxes and outlines are no tags. What is unsure, a no that was said expressly and what was not
looked for are tags with the attribute `unsure`, `no` or `open`, which the labels that are written declare.
"""

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from campaigns.datasets.exchange.gathering import Gathering, LabelDraft, names_of
from campaigns.datasets.exchange.label_file import Trait
from campaigns.datasets.exchange.label_form import LabelForm, LabelSheet
from campaigns.datasets.exchange.marks import MARKS, mark_of, marked_draft, marked_labels
from campaigns.datasets.exchange.probe import Probe
from campaigns.datasets.exchange.xml_tree import read_xml
from campaigns.errors import Mistake

SHAPES = frozenset({"box", "polygon", "polyline", "points", "ellipse", "cuboid", "mask", "skeleton"})


def _is_form(probe: Probe) -> bool:
    return probe.has_xml and "<annotations" in probe.head


def _read(probe: Probe, gathering: Gathering) -> Sequence[str] | None:
    try:
        root = read_xml(probe.path)
    except ValueError as error:
        gathering.mistakes.append(Mistake(str(probe.path), str(error)))
        return None
    has_boxes = gathering.options.boxes == "as-classes"
    offered = _offered(root, has_boxes=has_boxes)
    if next(root.iter("track"), None) is not None:
        gathering.mistakes.append(Mistake(str(probe.path), "is CVAT for video 1.1: export as CVAT for images 1.1"))
    boxes = 0
    for element in root.iter("image"):
        where = f"{probe.path}: image {element.get('id', '?')}"
        image = gathering.image(element.get("name", ""), where)
        shapes = [shape for shape in element if shape.tag in SHAPES]
        boxes += len(shapes)
        if image is None:
            continue
        if (subset := element.get("subset")) is not None:
            gathering.state_split(image, subset)
        labels = [(tag.get("label", ""), mark_of(_attributes(tag))) for tag in element.findall("tag")]
        if has_boxes:
            labels += [(shape.get("label", ""), "") for shape in shapes]
        if labels:
            gathering.add(marked_draft(image, where, labels, offered))
        elif gathering.options.empty == "nothing":
            gathering.add(LabelDraft(image, where, is_rest_no=True, offered=offered))
    if boxes and not has_boxes:
        gathering.notes.append(f"{boxes} boxes and outlines were left out: --boxes as-classes reads them as labels")
    return offered


def _offered(root: Element, *, has_boxes: bool) -> tuple[str, ...] | None:
    """Return the labels of the task that may be tags; None when it lists none."""
    names = [
        label.findtext("name", "")
        for label in root.iterfind("./meta//labels/label")
        if label.find("parent") is None and (has_boxes or label.findtext("type", "any") in {"any", "tag", ""})
    ]
    return names_of(names) if next(root.iterfind("./meta//labels/label"), None) is not None else None


def _attributes(tag: Element) -> Mapping[str, object]:
    return {attribute.get("name", ""): attribute.text or "" for attribute in tag.findall("attribute")}


def _write(sheet: LabelSheet) -> Mapping[str, str]:
    root = Element("annotations")
    SubElement(root, "version").text = "1.1"
    task = SubElement(SubElement(root, "meta"), "task")
    SubElement(task, "name").text = "labels"
    SubElement(task, "size").text = str(len(sheet.items))
    labels = SubElement(task, "labels")
    for name in sheet.classes:
        label = SubElement(labels, "label")
        SubElement(label, "name").text = name
        SubElement(label, "type").text = "tag"
        attributes = SubElement(label, "attributes")
        for mark in MARKS:
            _declare(SubElement(attributes, "attribute"), mark)
    for place, item in enumerate(sheet.items):
        image = SubElement(root, "image", id=str(place), name=f"{sheet.options.prefix}{item.image}")
        for name, its in marked_labels(item, sheet.classes):
            tag = SubElement(image, "tag", label=name, source="manual")
            for mark in MARKS:
                SubElement(tag, "attribute", name=mark).text = "true" if mark == its else "false"
    indent(root)
    return {sheet.file: '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"}


def _declare(attribute: Element, mark: str) -> None:
    fields = {"name": mark, "mutable": "False", "input_type": "checkbox", "default_value": "false", "values": "false"}
    for key, text in fields.items():
        SubElement(attribute, key).text = text


ENTRIES = (
    LabelForm(
        "cvat", "CVAT for images 1.1", "annotations.xml", _is_form, _read, _write,
        carries=frozenset({Trait.UNKNOWN, Trait.UNSURE}), has_parts=True,
    ),
)  # fmt: skip
