"""Several lines for an image: whether another column says which of them hold, or whose they are."""

import re
from collections import defaultdict
from collections.abc import Sequence

from campaigns.datasets.table_text import RawTable

BOXES = frozenset({
    "xmin", "ymin", "xmax", "ymax", "x_min", "y_min", "x_max", "y_max", "x1", "y1", "x2", "y2", "x", "y", "w", "h",
    "bbox", "box", "bbox_x", "bbox_y", "bbox_width", "bbox_height", "xcenter", "ycenter", "x_center", "y_center",
    "left", "top", "right", "bottom", "width", "height", "area", "segmentation",
})  # fmt: skip
"""Names of columns that say where something is in an image, where the lines are boxes."""
RATINGS = frozenset({
    "probability", "probabilities", "prob", "probs", "score", "scores", "confidence", "conf", "certainty", "likelihood",
})  # fmt: skip
FACTS = frozenset({
    "class_id", "classid", "category_id", "categoryid", "label_id", "labelid", "class_name", "classname", "label_name",
    "category_name", "supercategory", "super_category", "superclass", "description", "desc", "class_description",
    "class_index", "class_idx", "label_index", "label_idx", "synset", "wnid", "display_name", "mid", "colour", "color",
    "class", "category", "target", "label_number",
})  # fmt: skip
"""Names of columns that say more about a class: no doubt where each class has the same in all its lines."""
OF_BOXES = frozenset({
    "pose", "view", "viewpoint", "orientation", "angle", "rotation", "depth", "distance", "occlusion", "occluded",
    "truncation", "truncated", "is_occluded", "is_truncated", "isoccluded", "istruncated", "isgroupof", "isdepiction",
    "isinside", "difficult", "is_difficult", "iscrowd", "is_crowd", "color", "colour", "points", "polygon", "rle",
    "counts", "mask", "area", "track_id", "xc", "yc", "cx", "cy", "center_x", "center_y", "box_width", "box_height",
})  # fmt: skip
"""Names of columns that say something of a box and not whether it holds."""
OF_THINGS = frozenset({
    "age", "sex", "life_stage", "behavior", "behaviour", "count", "number_of_objects", "individual_count", "group_size",
    "quantity", "encodedpixels", "encoded_pixels", "aspect_ratio", "box_area", "bbox_area", "size", "text",
    "transcription", "attributes",
})  # fmt: skip
"""Names of columns that say more of what is there; none of it is there where one is 0."""
_ENDING = r"(?:id|uuid|guid|key|idx|index|no|nr|num|number|#)"
_COUNTER = re.compile(rf"(?:.*[_.#])?{_ENDING}")
"""A name of what tells lines apart: `id`, `sample_no`."""
_THING = re.compile(rf"(?:row|line|box|bbox|object|obj|ann|annotation|region|instance|record|entry|track)_?{_ENDING}?")
"""A name of what tells lines of an image apart."""
_DECIDES = re.compile(
    r".*(?:annotator|rater|user|worker|label+er|author|expert|reader|grader|reviewer|person|member|version|revision|"
    r"round|pass|time|date|stage).*"
)
"""A name of whose a line is, or when it was written: never taken for a count of lines."""
_HASH = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|[0-9a-fA-F]{16,}")
_WHERE = re.compile(r"[-+\d.,eE\s;]*|[\[({].*[\])}]", re.DOTALL)
"""A number, several, or a list: where something is."""
_ANSWER = re.compile(
    r"[-+\d.]*|yes|no|true|false|present|absent|x|y|n|t|f|ok|bad|good|wrong|right|correct|incorrect|.*(?:reject|confirm|accept"
    r"|approv|verif|delet|review|pending|draft|final|valid|uncertain|unsure|positive|negative).*",
    re.IGNORECASE,
)
"""A cell that may say whether a line holds, in whichever lines of a class it stands."""
ENOUGH = 3
"""Lines of a class, one with another, from which on a column that has one cell for each class speaks of classes."""
SHOWN = 40


def which_lines(raw: RawTable, others: Sequence[int], marked: Sequence[int], *, image: int, labels: int) -> str:
    """Return that columns may say which lines of an image hold, or whose they are; empty where none does.

    Of the `others`, beside the image and its labels, `marked` hold yes and no. A rating counts where it differs at
    all, any other column where it differs within an image. What surely decides nothing is left out: what counts
    lines, where a box is, what is known of it, and what each class has in all its lines. Of boxes only what may be a
    verdict is doubtful.
    """
    rows = [(number, cells) for number, cells in raw.lines if len(cells) == len(raw.header)]
    by_image: dict[str, list[tuple[int, list[str]]]] = defaultdict(list)
    for number, cells in rows:
        by_image[cells[image]].append((number, cells))
    several = [lines for lines in by_image.values() if len(lines) > 1]
    lower = [plain_name(name) for name in raw.header]
    are_boxes = has_boxes(lower)
    doubtful, shown = list[str](), ""
    for at in others:
        pair = next((pair for lines in several if (pair := _pair(lines, at))), "")
        name, cells = lower[at], [row[at] for _, row in rows]
        is_rating = name in RATINGS and len(set(cells)) > 1
        if not is_rating and (not pair or _is_where(name, cells, are_boxes=are_boxes)):
            continue
        if not is_rating and (_is_of_line(name, rows, at, image) or (are_boxes and not _is_verdict(name, cells))):
            continue
        if is_rating or at in marked or not _is_of_class(name, rows, at, labels):
            doubtful.append(raw.header[at])
            shown = shown or pair
    if not doubtful:
        return ""
    where = f" ({shown})" if shown else ""
    what = f"an image has several lines, and {', '.join(doubtful)[:80]} may say which of them hold{where}"
    return f"{what}: keep the lines that do, and take the column away"


def put_together(places: Sequence[tuple[int, str]]) -> list[str]:
    """Return a note where labels of an image stand in several lines, from the number and the image of each line."""
    first: dict[str, int] = {}
    again: dict[str, int] = {}
    for number, image in places:
        if first.setdefault(image, number) != number:
            again.setdefault(image, number)
    if not again:
        return []
    if 2 * len(again) >= len(first):
        return [f"{len(again)} images have several lines, one for each label"]
    image, number = next(iter(again.items()))
    what = f"{len(again)} of {len(first)} images have several lines, whose labels were put together"
    return [f"{what}: {image[:60]!r} in lines {first[image]} and {number}; where one corrects another, keep that alone"]


def _pair(lines: Sequence[tuple[int, list[str]]], at: int) -> str:
    """Return two lines of an image that differ in a column, for a person; empty where none do."""
    number, first = lines[0]
    for other, cells in lines[1:]:
        if cells[at] != first[at]:
            return f"lines {number} and {other}: {first[at][:SHOWN]!r}, {cells[at][:SHOWN]!r}"
    return ""


def _is_of_line(name: str, rows: Sequence[tuple[int, list[str]]], at: int, image: int) -> bool:
    """Return whether a column tells lines apart and says nothing more: no two are alike, and they are no times."""
    cells = [row[at] for _, row in rows]
    if _DECIDES.fullmatch(name):
        return False
    if _THING.fullmatch(name):
        return len({(row[image], row[at]) for _, row in rows}) == len(rows)
    if len(set(cells)) < len(cells):
        return False
    if _COUNTER.fullmatch(name) or all(map(_HASH.fullmatch, cells)):
        return True
    return any(cells == [str(n) for n in range(start, start + len(cells))] for start in (0, 1))


def _is_where(name: str, cells: Sequence[str], *, are_boxes: bool) -> bool:
    """Return whether a column says where in an image something is, or how a box looks."""
    if name in OF_THINGS:
        return "0" not in cells
    return (are_boxes and name in OF_BOXES) or (name in BOXES and all(map(_WHERE.fullmatch, cells)))


def _is_verdict(name: str, cells: Sequence[str]) -> bool:
    """Return whether a column beside boxes may say which of them hold, or whose they are."""
    words = {cell for cell in cells if cell and not _WHERE.fullmatch(cell)}
    are_marks = {cell for cell in cells if cell} == {"0", "1"}
    return bool(_DECIDES.fullmatch(name)) or are_marks or (bool(words) and all(map(_ANSWER.fullmatch, words)))


def _is_of_class(name: str, rows: Sequence[tuple[int, list[str]]], at: int, labels: int) -> bool:
    """Return whether a column says more about a class: each has the same in all its lines."""
    by_class: dict[str, str] = {}
    if any(by_class.setdefault(cells[labels], cells[at]) != cells[at] for _, cells in rows):
        return False
    if name in FACTS:
        return True
    values = set(by_class.values())
    is_own = 2 < len(values) == len(by_class)
    is_shown = len(rows) >= ENOUGH * len(by_class)
    return is_shown and (is_own or not any(map(_ANSWER.fullmatch, values)))


def plain_name(name: str) -> str:
    """Return the name of a column as the lists above have it."""
    return name.lower().replace(" ", "_").replace("-", "_")


def repeats_images(raw: RawTable, image: int) -> bool:
    """Return whether an image has several lines."""
    images = [row[image] for _, row in raw.lines if len(row) > image]
    return len(set(images)) < len(images)


def has_boxes(names: Sequence[str]) -> bool:
    """Return whether columns say where in an image something is."""
    return len(BOXES & set(names)) > 3 or not {"bbox", "box"}.isdisjoint(names)
