"""A figure of Matplotlib's as part of a page: its colours are the page's, its marks answer, its styles are classes.

A page that forbids every style and script but its own cannot have `style` attributes: each becomes a class, and all
figures of a page share one sheet.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from campaigns.reporting import colours

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")
_LINK = re.compile(r"url\(#([^)]+)\)")
_LONG = re.compile(r"-?\d+\.\d{3,}")
_PLACES = frozenset({"d", "x", "y", "width", "height", "transform"})
_LEFT_OUT = frozenset({"metadata", "style"})
"""Where the figure comes from, and a style for all of a page, which ours has already."""
_DROPPED = frozenset({"width", "height", "version", "xmlns:xlink"})
"""Of the outermost element."""
POINTS, PIXELS = 72, 100
"""Of an inch: in an SVG of Matplotlib's, and on a page."""
_NAMES = {"clippath": "clipPath", "viewbox": "viewBox", "clippathunits": "clipPathUnits"}
"""Names with capitals, which a parser of HTML has taken away."""


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
        """Return the classes as a style sheet."""
        return "\n".join(f".{name}{{{rule}}}" for rule, name in self.classes.items())

    def name(self, style: str) -> str:
        """Return the class of a `style` attribute."""
        rule = _COLOUR.sub(_variable, _plain_font(style))
        return self.classes.setdefault(rule, f"m{len(self.classes)}")


def inlined(text: str, key: str, *, title: str, marks: Mapping[str, Said], sheet: Sheet) -> str:
    """Return an SVG file as an element of a page; ids begin with `key`, which has to be a plain word."""
    linked = set(_LINK.findall(text)) | set(re.findall(r'xlink:href="#([^"]+)"', text))
    weaver = _Weaver(key, title, marks, linked, sheet)
    weaver.feed(text)
    weaver.close()
    return "".join(weaver.parts)


Attributes = dict[str, str]


class _Weaver(HTMLParser):
    """Writes the elements again, one after the other, each as the page wants it."""

    def __init__(self, key: str, title: str, marks: Mapping[str, Said], linked: set[str], sheet: Sheet) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._key, self._title, self._marks, self._linked, self._sheet = key, title, marks, linked, sheet
        self._out = 0
        """How deep within something that is left out."""
        self._is_text = False

    def handle_starttag(self, tag: str, attrs: Iterable[tuple[str, str | None]]) -> None:
        if tag in _LEFT_OUT or self._out:
            self._out += 1
            return
        self._is_text = tag in {"text", "tspan"}
        self._write(tag, attrs, end=">")

    def handle_startendtag(self, tag: str, attrs: Iterable[tuple[str, str | None]]) -> None:
        if not self._out:
            self._write(tag, attrs, end="/>")

    def handle_endtag(self, tag: str) -> None:
        if self._out:
            self._out -= 1
            return
        self._is_text = False
        self.parts.append(f"</{_NAMES.get(tag, tag)}>")

    def handle_data(self, data: str) -> None:
        if self._is_text and not self._out:
            self.parts.append(escape(data))

    def _write(self, tag: str, attrs: Iterable[tuple[str, str | None]], *, end: str) -> None:
        attributes = {_NAMES.get(name, name): value or "" for name, value in attrs}
        meaning = self._marks.get(attributes.get("id", ""))
        self._tidy(attributes)
        if tag == "svg":
            width = _pixels(attributes)
            attributes = {name: value for name, value in attributes.items() if name not in _DROPPED}
            attributes["width"] = width
            attributes |= {"role": "group", "aria-label": self._title, "tabindex": "0"}
        if meaning is not None:
            attributes.pop("id", None)
            attributes |= _spoken(meaning)
        written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
        title = f"<title>{escape(meaning.text)}</title>" if meaning is not None and meaning.kind == "point" else ""
        self.parts.append(f"<{_NAMES.get(tag, tag)}{written}{end}{title}")

    def _tidy(self, attributes: Attributes) -> None:
        id_ = attributes.pop("id", "")
        if id_ in self._linked:
            attributes["id"] = f"{self._key}-{id_}"
        if href := attributes.pop("xlink:href", ""):
            attributes["href"] = f"#{self._key}-{href.removeprefix('#')}"
        if style := attributes.pop("style", ""):
            attributes["class"] = self._sheet.name(style)
        for name, value in attributes.items():
            if "url(#" in value:
                attributes[name] = _LINK.sub(rf"url(#{self._key}-\1)", value)
            elif name in _PLACES:
                attributes[name] = _LONG.sub(_shorter, " ".join(value.split()))


def _pixels(attributes: Attributes) -> str:
    """Return how wide a figure is in pixels of a page, so that an inch of every figure has as many."""
    return f"{float(attributes['viewBox'].split()[2]) / POINTS * PIXELS:.0f}"


def _spoken(meaning: Said) -> Attributes:
    attributes = {"class": meaning.kind}
    if meaning.series is not None:
        attributes["data-s"] = str(meaning.series)
    if meaning.kind == "point":
        attributes |= {"role": "img", "tabindex": "-1", "aria-label": meaning.text}
    return attributes


def _shorter(number: re.Match[str]) -> str:
    """Round a number: a hundredth of a point is less than any screen shows."""
    return f"{float(number[0]):.2f}"


def _variable(colour: re.Match[str]) -> str:
    name = colours.names().get(colour[0].lower())
    return f"var({name})" if name else colour[0]


def _plain_font(style: str) -> str:
    """Without the font's name, which is the page's: its size and weight stay."""
    parts = []
    for part in (declaration.strip() for declaration in style.split(";")):
        name, _, value = part.partition(":")
        if name == "font":
            size = re.search(r"[\d.]+px", value)
            parts += [f"font-size:{size[0]}"] if size else []
            parts += ["font-weight:700"] if re.search(r"\b(bold|700)\b", value) else []
        elif part and name != "font-family":
            parts.append(f"{name}:{value.strip()}")
    return ";".join(parts)
