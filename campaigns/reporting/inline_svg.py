"""A figure of Matplotlib's as part of a page: its colours are the page's, its marks answer, its styles are classes.

A page that forbids every style and script but its own cannot have `style` attributes: each becomes a class, and all
figures of a page share one sheet.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

from campaigns.reporting import inks

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")
_LINK = re.compile(r"url\(#([^)]+)\)")

_PLACES = frozenset({"d", "x", "y", "width", "height", "transform"})
_LONG = re.compile(r"-?\d+\.\d{3,}")


@dataclass(frozen=True, slots=True)
class Said:
    """What a mark of a figure has to say."""

    text: str
    series: int | None
    kind: str
    """`point`, `line`, `band`, or `band lead`: a class in the page."""


@dataclass(slots=True)
class Sheet:
    """The styles of all figures of a page."""

    classes: dict[str, str] = field(default_factory=dict)
    """Name of the class by its declarations."""

    def css(self) -> str:
        """As a style sheet."""
        return "\n".join(f".{name}{{{said}}}" for said, name in self.classes.items())

    def name(self, style: str) -> str:
        """The class of a `style` attribute."""
        said = _COLOUR.sub(_variable, _plain_font(style))
        return self.classes.setdefault(said, f"m{len(self.classes)}")


def inlined(text: str, key: str, *, title: str, marks: Mapping[str, Said], sheet: Sheet) -> str:
    """An SVG file as an element of a page; ids begin with `key`, which has to be a plain word."""
    ElementTree.register_namespace("", SVG)
    # Matplotlib wrote it a moment ago: it is no stranger's.
    root = ElementTree.fromstring(text)  # noqa: S314
    # Where it comes from, and a style for all of a page, which ours has already.
    for left_out in (*root.findall(f"{{{SVG}}}metadata"), *_sheets(root)):
        root.remove(left_out)
    for size in ("width", "height", "version"):
        root.attrib.pop(size, None)
    root.set("role", "group")
    root.set("aria-label", title)
    root.set("tabindex", "0")
    linked = set(_LINK.findall(text)) | set(re.findall(r'xlink:href="#([^"]+)"', text))
    for element in root.iter():
        _tidy(element, key, linked, sheet)
        if (id_ := element.get("id", "")) in marks:
            _speaks(element, marks[id_])
    return ElementTree.tostring(root, encoding="unicode")


def _sheets(root: ElementTree.Element) -> list[ElementTree.Element]:
    return [defs for defs in root.findall(f"{{{SVG}}}defs") if defs.find(f"{{{SVG}}}style") is not None]


def _tidy(element: ElementTree.Element, key: str, linked: set[str], sheet: Sheet) -> None:
    id_ = element.get("id", "")
    if id_ in linked:
        element.set("id", f"{key}-{id_}")
    elif id_ and not id_.startswith(f"{key}-"):
        del element.attrib["id"]
    if href := element.attrib.pop(f"{{{XLINK}}}href", None):
        element.set("href", f"#{key}-{href.removeprefix('#')}")
    if style := element.attrib.pop("style", None):
        element.set("class", sheet.name(style))
    for name, value in element.attrib.items():
        if "url(#" in value:
            element.set(name, _LINK.sub(rf"url(#{key}-\1)", value))
        elif name in _PLACES:
            element.set(name, _LONG.sub(_shorter, " ".join(value.split())))
    element.tail = None
    if element.tag != f"{{{SVG}}}text":
        element.text = None


def _speaks(element: ElementTree.Element, said: Said) -> None:
    element.set("class", said.kind)
    if said.series is not None:
        element.set("data-s", str(said.series))
    if said.kind == "point":
        element.set("role", "img")
        element.set("tabindex", "-1")
        element.set("aria-label", said.text)
        title = ElementTree.Element(f"{{{SVG}}}title")
        title.text = said.text
        element.insert(0, title)
    element.attrib.pop("id", None)


def _shorter(found: re.Match[str]) -> str:
    """A hundredth of a point is less than any screen shows."""
    return f"{float(found[0]):.2f}"


def _variable(found: re.Match[str]) -> str:
    name = inks.names().get(found[0].lower())
    return f"var({name})" if name else found[0]


def _plain_font(style: str) -> str:
    """Without the font's name, which is the page's: its size and weight stay."""
    parts = []
    for part in (one.strip() for one in style.split(";")):
        name, _, value = part.partition(":")
        if name == "font":
            size = re.search(r"[\d.]+px", value)
            parts += [f"font-size:{size[0]}"] if size else []
            parts += ["font-weight:700"] if re.search(r"\b(bold|700)\b", value) else []
        elif part and name != "font-family":
            parts.append(f"{name}:{value.strip()}")
    return ";".join(parts)
