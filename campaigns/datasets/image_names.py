"""Which image a line of a table means: names as other machines and other tools write them."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

FOREIGN = re.compile(r"/|[A-Za-z]:/|[a-z][a-z0-9+.-]*://|~")
"""How the name of a place on another machine begins."""


@dataclass(slots=True)
class ImageNames:
    """Finds images by the longest unique tail of their path; without an extension, or with one in another case."""

    images: Sequence[str]
    _exact: dict[str, str] = field(init=False)
    _by_stem: dict[str, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        self._exact = {image: image for image in self.images}
        self._by_stem = {}

    def match(self, name: str) -> list[str]:
        """Return the images that a name may mean; empty when there is none."""
        if name in self._exact:
            return [self._exact[name]]
        wanted = _plain(name)
        if wanted in self._exact:
            return [self._exact[wanted]]
        candidates = self._named(wanted)
        is_foreign = FOREIGN.match(wanted) is not None
        tails = [(_common(_folders(wanted), _folders(_plain(image))), image) for image in candidates]
        most = max((tail for tail, _ in tails), default=0)
        return [
            image
            for tail, image in tails
            if tail == most and (is_foreign or tail in {len(_folders(wanted)), len(_folders(_plain(image)))})
        ]

    def like(self, name: str) -> str | None:
        """Return an image whose name differs in case, folder or extension."""
        stem = _stem(_plain(name)).lower()
        self._fill()
        return next((images[0] for other, images in self._by_stem.items() if other.lower() == stem), None)

    def _named(self, wanted: str) -> list[str]:
        self._fill()
        last = wanted.rpartition("/")[2]
        # With its own extension first: a name without one may hold a full stop.
        same = [i for i in self._by_stem.get(_stem(last), ()) if _last(i).lower() == last.lower()]
        return same or [i for i in self._by_stem.get(last, ()) if _stem(_last(i)) == last]

    def _fill(self) -> None:
        if self._by_stem:
            return
        by_stem: dict[str, list[str]] = defaultdict(list)
        for image in self.images:
            by_stem[_stem(_last(image))].append(image)
        self._by_stem = dict(by_stem)


def _plain(name: str) -> str:
    name = name.replace("\\", "/")
    while name.startswith("./"):
        name = name[2:]
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def _last(image: str) -> str:
    return _plain(image).rpartition("/")[2]


def _stem(name: str) -> str:
    last = name.rpartition("/")[2]
    return last.rpartition(".")[0] or last


def _folders(name: str) -> list[str]:
    return [part for part in name.split("/")[:-1] if part]


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    """Return how many folders agree, counted from the end."""
    count = 0
    for a, b in zip(reversed(left), reversed(right), strict=False):
        if a != b:
            break
        count += 1
    return count
