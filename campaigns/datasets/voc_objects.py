"""What the XML files of a VOC say: the objects of each image."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from campaigns.datasets.dataset import DIFFICULT, POSITIVE
from campaigns.datasets.flags import flag
from campaigns.datasets.links import inside
from campaigns.errors import Mistake
from campaigns.home.files import bounded

MOST_BYTES = 1 << 20
"""Of one image's XML."""
# Programs write `cat & co` as it stands; nothing else can be meant by it.
_BARE = re.compile(rb"&(?!#?[0-9A-Za-z]+;)")


class _StrangeMark(ValueError):
    """A mark that says neither yes nor no, of the tag `tag`."""

    def __init__(self, tag: str, what: str) -> None:
        super().__init__(what)
        self.tag = tag


def read_objects(
    folder: Path, ids: Sequence[str], root: Path, mistakes: list[Mistake], deleted: Counter[str]
) -> dict[str, dict[str, int]]:
    """Read what `Annotations/ID.xml` says: for each image POSITIVE or DIFFICULT by class.

    A file that is cut off, empty or something else is a mistake, never an image without objects. Marks that say neither
    yes nor no are one mistake for each tag, with the first file that has one. Objects that are marked as deleted are
    left out, and counted in `deleted` by image.

    Raises:
        BadData: a link leads out of the root.
    """
    read: dict[str, dict[str, int]] = {}
    lost: list[str] = []
    strange: dict[str, list[Mistake]] = {}
    for image in ids:
        path = inside(folder / f"{image}.xml", root)
        try:
            read[image] = _classes(bounded(path, MOST_BYTES), image, deleted)
        except FileNotFoundError:
            lost.append(image)
        except ParseError as error:
            mistakes.append(Mistake(f"{path}:{error.position[0]}", f"is cut off, or no XML: {error}"))
        except DefusedXmlException:
            mistakes.append(Mistake(str(path), "has a DOCTYPE or entities, which annotations have no use for"))
        except _StrangeMark as error:
            strange.setdefault(error.tag, []).append(Mistake(str(path), str(error)))
        except (OSError, ValueError) as error:
            mistakes.append(Mistake(str(path), f"cannot be read: {error}"))
    for tag, marks in strange.items():
        more = f"; {len(marks)} of {len(ids)} files have such a <{tag}>" if len(marks) > 1 else ""
        mistakes.append(Mistake(marks[0].where, f"cannot be read: {marks[0].what}{more}"))
    if lost:
        mistakes.append(Mistake(str(folder), f"{len(lost)} of {len(ids)} images have no XML, for example {lost[0]}"))
    return read


def deleted_note(deleted: Counter[str]) -> list[str]:
    """Return what a person is told of objects that were left out; empty when there was none."""
    if not deleted:
        return []
    count = deleted.total()
    what = "1 object marked <deleted> was" if count == 1 else f"{count} objects marked <deleted> were"
    return [f"{what} left out, for example in {min(deleted)}.xml"]


def _classes(text: bytes, image: str, deleted: Counter[str]) -> dict[str, int]:
    """Return POSITIVE or DIFFICULT by class.

    Raises:
        ParseError: it is no XML.
        ValueError: it is no annotation, or an object has no name or a mark that says neither yes nor no.
    """
    if not text.strip():
        raise ValueError("the file is empty; an image without objects has <annotation></annotation>")
    annotation: Element = fromstring(_BARE.sub(b"&amp;", text) if b"\0" not in text else text, forbid_dtd=True)
    if _tag(annotation) != "annotation":
        raise ValueError(f"it holds <{_tag(annotation)[:40]}>, where an image's XML has <annotation>")
    labels: dict[str, int] = {}
    for number, described in enumerate((child for child in annotation if _tag(child) == "object"), start=1):
        # Parts and attributes have names, too, but deeper in.
        class_ = _text(described, "name")
        if not class_:
            raise ValueError(f"object {number} has no <name>, so nobody knows its class")
        if _mark(described, "deleted", number):
            deleted[image] += 1
            continue
        is_difficult = _mark(described, "difficult", number)
        # Difficult only where every instance is.
        if labels.get(class_) != POSITIVE:
            labels[class_] = DIFFICULT if is_difficult else POSITIVE
    return labels


def _mark(described: Element, tag: str, number: int) -> bool:
    """Return whether an object is marked.

    Raises:
        _StrangeMark: the mark says neither yes nor no.
    """
    text = _text(described, tag)
    is_set = flag(text)
    if is_set is None:
        raise _StrangeMark(tag, f"object {number} has <{tag}>{text[:40]}</{tag}>: write 1 for yes, 0 for no")
    return is_set


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2].lower()


def _text(element: Element, tag: str) -> str:
    return next(((child.text or "").strip() for child in element if _tag(child) == tag), "")
