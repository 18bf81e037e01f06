"""COCO in one file: a category that is annotated in an image is there, a crowd of it too.

An image with an annotation says no of every other category; one without says nothing, unless such images are said to
hold nothing. A class is unsure where all its annotations in the image say that they are to be ignored.
"""

from collections.abc import Sequence

from campaigns.datasets.coco_json import Options, read_index, stated_note
from campaigns.datasets.coco_layout import has_coco_keys
from campaigns.datasets.coco_marks import mark_notes
from campaigns.datasets.exchange.gathering import Gathering, LabelDraft, names_of, opinions
from campaigns.datasets.exchange.label_form import LabelForm
from campaigns.datasets.exchange.probe import Probe
from campaigns.datasets.uncounted import uncounted_notes
from campaigns.errors import BadData, Mistake


def _is_form(probe: Probe) -> bool:
    # Not by the whole tree: the outlines of COCO's own file take gigabytes.
    return probe.head.startswith("{") and has_coco_keys(probe.path)


def _read(probe: Probe, gathering: Gathering) -> Sequence[str] | None:
    try:
        index = read_index(probe.path, Options(keep_unannotated=True))
    except BadData as error:
        gathering.mistakes += error.mistakes or [Mistake(str(probe.path), error.message)]
        return None
    if index.dangling:
        gathering.notes.append(f"{index.dangling} annotations of images that the file does not list were left out")
    gathering.notes += stated_note(index)
    gathering.notes += mark_notes(probe.path.name, ignored=int(index.ignored.sum()), deleted=index.deleted)
    names = names_of(index.classes)
    gathering.notes += uncounted_notes(names)
    for number, name, present, ignored in zip(index.ids, index.names, index.present, index.ignored, strict=True):
        where = f"{probe.path}: image {number}"
        image = gathering.image(name, where)
        if image is not None and (present.any() or ignored.any() or gathering.options.empty == "nothing"):
            yes, unsure = ([names[at] for at in table.nonzero()[0]] for table in (present, ignored))
            says = opinions(yes, unsure=unsure)
            gathering.add(LabelDraft(image, where, says, is_rest_no=True, offered=names))
    return names


ENTRIES = (
    LabelForm("coco", "COCO in one file", "annotations.json, _annotations.coco.json", _is_form, _read, has_parts=True),
)
