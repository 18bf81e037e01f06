"""FiftyOne's `labels.json` of an image classification: classes, and for each image a name, a number or a list.

An image without a label says nothing; any other says no of every other class that is listed.
"""

from collections.abc import Sequence

from campaigns.datasets.exchange.gathering import Gathering, LabelDraft, names_of, opinions
from campaigns.datasets.exchange.label_form import LabelForm
from campaigns.datasets.exchange.probe import Probe

NAMES = ("label", "labels", "classifications")


def _is_form(probe: Probe) -> bool:
    tree = probe.tree
    if not isinstance(tree, dict) or not isinstance(tree.get("labels"), dict) or "classes" not in tree:
        return False
    values = list(tree["labels"].values())
    return bool(values) and all(value is None or isinstance(value, str | int | list) for value in values)


def _read(probe: Probe, gathering: Gathering) -> Sequence[str] | None:
    listed = probe.tree.get("classes")
    classes = [str(name) for name in listed] if isinstance(listed, list) else []
    offered = names_of(classes) or None
    for name, value in probe.tree["labels"].items():
        where = f"{probe.path}: labels[{name[:60]!r}]"
        image = gathering.image(name, where)
        try:
            names = _names(value, classes)
        except ValueError as error:
            gathering.tally.add("label", where, str(error))
            continue
        if image is not None and (names or (value is not None and gathering.options.empty == "nothing")):
            gathering.add(LabelDraft(image, where, opinions(names), is_rest_no=True, offered=offered))
    return offered


def _names(value: object, classes: Sequence[str]) -> list[str]:
    """Return the classes that a value stands for.

    Raises:
        ValueError: it stands for none.
    """
    if value is None:
        return []
    if isinstance(value, list):
        return [name for inner in value for name in _names(inner, classes)]
    if isinstance(value, dict):
        return [name for key in NAMES if key in value for name in _names(value[key], classes)]
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(classes):
        return [classes[value]]
    if isinstance(value, str):
        return [value]
    raise ValueError(f"{str(value)[:40]!r} is no class; there are {len(classes)}")


ENTRIES = (LabelForm("fiftyone", "FiftyOne's labels.json", "labels.json", _is_form, _read),)
