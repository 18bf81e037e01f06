"""Files of boxes and outlines that other programs write and that are not read: what they are, and what to do next."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from campaigns.datasets.exchange.probe import TABLES, Probe
from campaigns.errors import BadData

PROBED = 40
"""Files that are looked at in a folder."""
_COCO = "export the project as COCO JSON: a box or an outline makes its class present in the image"
_TABLE = "or write a table with a line `image,labels` and then lines like `cats/1.jpg,cat;sofa`"
_ATTRIBUTES = re.compile(r'"file_attributes"\s*:\s*\{\s*"')
_VOC = re.compile(r"<annotation[\s>]", re.IGNORECASE)
"""LabelImg writes `<annotation verified="yes">`."""
_YOLO_LINE = re.compile(r"\d+(?:\s+[-+.\deE]+){4,}\s*")


@dataclass(frozen=True, slots=True)
class ForeignForm:
    """A form of files that is known and not read."""

    title: str
    """For a person: what such a file is."""
    hint: str


YOLO = ForeignForm(
    "YOLO's boxes, a text with numbers of classes for each image",
    f"{_COCO}; or make a table of them: the page `data` of the guide has the line (`alwsl-tui help data`)",
)
VOC_XML = ForeignForm(
    "annotations in VOC's form, one for each image, without its folders",
    "lay them out as a VOC: Annotations/*.xml, JPEGImages/ and the splits in ImageSets/Main/train.txt and val.txt; "
    + _TABLE,
)
_WORDS: Mapping[tuple[str, ...], ForeignForm] = MappingProxyType({
    words: ForeignForm(title, f"{_COCO}; {_TABLE}")
    for words, title in {
        ('"_via_img_metadata"',): "a project of the VGG Image Annotator",
        ('"_via_settings"',): "a project of the VGG Image Annotator",
        ('"regions"', '"file_attributes"'): "an export of the VGG Image Annotator",
        ('"vid_list"', '"metadata"'): "a project of the VGG Image Annotator 3",
        ('"shapes"', '"imagePath"'): "LabelMe's outlines of one image",
        ('"data_row"', '"projects"'): "an export of Labelbox",
        ('"classTitle"', '"objects"'): "Supervisely's outlines of one image",
        ('"coordinates"', '"annotations"', '"image"'): "CreateML's boxes",
    }.items()
})  # fmt: skip
"""By words that stand in the beginning of a JSON."""
_VIA_COLUMNS = frozenset({"region_shape_attributes", "region_attributes"})


def foreign_form(path: Path) -> ForeignForm | None:
    """Return what a file is that is known and not read; None for all others, and for one that cannot be opened."""
    try:
        probe = Probe(path)
        if probe.has_json:
            form = next((form for words, form in _WORDS.items() if all(word in probe.head for word in words)), None)
            is_of_images, has_outlines = bool(_ATTRIBUTES.search(probe.head)), '"shape_attributes"' in probe.head
            return form and _with_attributes(form, has_attributes=is_of_images, has_regions=has_outlines)
        if probe.has_xml:
            return VOC_XML if _VOC.search(probe.head) and "<filename" in probe.head.lower() else None
        if path.suffix.lower() not in TABLES:
            return None
        lines = [line for line in probe.head.splitlines()[:PROBED] if line.strip()]
    except (OSError, ValueError):
        return None
    if lines and set(re.split(r"[,;\t]", lines[0])) >= _VIA_COLUMNS:
        form = ForeignForm("a table of the VGG Image Annotator, a line for each outline", f"{_COCO}; {_TABLE}")
        has_attributes, has_regions = _in_via_table(lines)
        return _with_attributes(form, has_attributes=has_attributes, has_regions=has_regions)
    is_yolo = path.suffix.lower() == ".txt" and lines and all(map(_YOLO_LINE.fullmatch, lines))
    return YOLO if is_yolo else None


def _with_attributes(form: ForeignForm, *, has_attributes: bool, has_regions: bool) -> ForeignForm:
    """Return the form with what to do about attributes of whole images, for which COCO has no place."""
    if not has_attributes:
        return form
    if not has_regions:
        hint = f"its file_attributes, which are about whole images, are not read: {_TABLE.removeprefix('or ')}"
        return replace(form, title=f"{form.title}, with attributes of whole images", hint=hint)
    return replace(form, hint=f"{form.hint}, which file_attributes need: COCO has no place for them")


def _in_via_table(lines: Sequence[str]) -> tuple[bool, bool]:
    """Return whether lines of VIA's table have attributes of whole images, and whether they have outlines."""
    rows = [{key.lstrip("#"): cell for key, cell in row.items() if key and cell} for row in csv.DictReader(lines)]
    columns = ("file_attributes", "region_shape_attributes")
    has_attributes, has_regions = (any(row.get(name, "{}").strip("{} ") for row in rows) for name in columns)
    return has_attributes, has_regions


def require_no_foreign(path: Path) -> None:
    """Raise BadData if a file is known and not read.

    Raises:
        BadData: it is, with what it is and what to do next.
    """
    if (form := foreign_form(path)) is not None:
        raise BadData(f"{path} is not read: it is {form.title}", hint=form.hint)


def foreign_files(root: Path, images: Iterable[str]) -> tuple[str, ForeignForm] | None:
    """Return a file below a folder that is known and not read, and what it is; None when there seems to be none.

    Files with the names of images are looked at, in the same folder or where YOLO has them, and what lies at the top.
    """
    names = [path.name for path in sorted(root.iterdir()) if path.suffix.lower() in TABLES | {".json"}][:PROBED]
    for _, image in zip(range(PROBED), images, strict=False):
        plain = PurePosixPath(image)
        folders = ["labels" if part == "images" else part for part in plain.parent.parts]
        places = {plain.parent, PurePosixPath(*folders), PurePosixPath("labels"), PurePosixPath("annotations")}
        names += [str(place / f"{plain.stem}{end}") for place in sorted(places) for end in (".txt", ".json", ".xml")]
    for name in names:
        if (root / name).is_file() and (form := foreign_form(root / name)) is not None:
            return name, form
    return None
