"""Which image a line of a table means: names as other machines and other tools write them."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from campaigns.datasets.coco_layout import role_of

FOREIGN = re.compile(r"/|[A-Za-z]:/|[a-z][a-z0-9+.-]*://|~")
"""How the name of a place on another machine begins."""
_HOME = re.compile(r"/*(?:[a-z]:|file:|mnt/[a-z]|export)?/*(?:home|users)/[^/]+/")
"""The folder of a person, called as they are called."""
_SHARE = re.compile(r"/+(?:scratch|lustre|gpfs|nfs)/[^/]+/(?=[^/]+/)")
"""A folder of a person or project on the disk of a cluster."""
_PLAIN_WORDS = frozenset({"", "images", "image", "imgs", "img", "photos", "pictures", "jpg", "png", "data", "set"})
"""Words that say nothing about what a folder is for."""


@dataclass(slots=True)
class ImageNames:
    """Finds images by the longest unique tail of their path; without an extension, or with one in another case."""

    images: Sequence[str]
    _exact: dict[str, str] = field(init=False)
    _by_stem: dict[str, list[str]] = field(init=False)
    _parents: frozenset[str] = field(init=False)
    """Folders that images lie right in, in small letters and without those around them."""

    def __post_init__(self) -> None:
        self._exact = {image: image for image in self.images}
        self._by_stem = {}
        self._parents = frozenset(image.rpartition("/")[0].rpartition("/")[2].lower() for image in self.images) - {""}

    def match(self, name: str) -> list[str]:
        """Return the images that a name may mean; empty when there is none.

        There is none where the folders of all that have its last part are of another split than those of the name, or
        have nothing in common with them while images lie in a folder of its own folder's name.
        """
        if name in self._exact:
            return [self._exact[name]]
        wanted = _plain(name)
        if wanted in self._exact:
            return [self._exact[wanted]]
        candidates = self._named(wanted)
        is_foreign = FOREIGN.match(wanted) is not None
        tails = [(_common(_folders(wanted), _folders(_plain(image))), image) for image in candidates]
        most = max((tail for tail, _ in tails), default=0)
        fitting = [
            image
            for tail, image in tails
            if tail == most and (is_foreign or tail in {len(_folders(wanted)), len(_folders(_plain(image)))})
        ]
        return [] if all(self._is_elsewhere(wanted, _plain(image)) for image in fitting) else fitting

    def elsewhere(self, name: str) -> str | None:
        """Return an image that has a name's last part and lies in another folder than it says; None without any."""
        wanted = _plain(name)
        return next((image for image in self._named(wanted) if self._is_elsewhere(wanted, _plain(image))), None)

    def like(self, name: str) -> str | None:
        """Return an image whose name differs in case, folder or extension."""
        stem = _stem(_plain(name)).lower()
        self._fill()
        return next((images[0] for other, images in self._by_stem.items() if other.lower() == stem), None)

    def _is_elsewhere(self, wanted: str, image: str) -> bool:
        real = _folders(image.lower())
        written = _folders(
            wanted.lower()[home.end() :]
            if (home := _HOME.match(wanted.lower())) and FOREIGN.match(wanted)
            else wanted.lower()
        )
        if (share := _SHARE.match(wanted.lower())) and set(written[2:]).isdisjoint(real):
            written = _folders(wanted.lower()[share.end() :])
        theirs, ours = ({_role(folder) for folder in folders} - {None} for folders in (written[-2:], real))
        if theirs.isdisjoint(ours) and any(a and b and a[1] == b[1] for a in theirs for b in ours):
            return True
        return bool(written and real) and written[-1] in self._parents and set(written).isdisjoint(real)

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


def is_bare(name: str, image: str) -> bool:
    """Return whether a name and its image both have folders, and none in common."""
    written, real = _folders(_plain(name).lower()), _folders(_plain(image).lower())
    return bool(written and real) and set(written).isdisjoint(real)


def bare_notes(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Tell of names and images of which no folder agrees; nothing without any."""
    if not pairs:
        return []
    what = f"of {len(pairs)} names no folder agrees, but the bare name alone: {pairs[0][0]!r} is {pairs[0][1]!r}"
    return [f"{what}; if that is wrong, write the image's path below its folder in its place"]


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


def _role(folder: str) -> tuple[str, frozenset[str]] | None:
    """Return what a folder is for, and the other words of its name: `test tubes` is no counterpart of `train`."""
    role = role_of(folder)
    words = frozenset(re.split(r"[^a-z]+", folder)) - _PLAIN_WORDS
    return None if role is None else (role, frozenset(word for word in words if role_of(word) is None))


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    """Return how many folders agree, counted from the end."""
    count = 0
    for a, b in zip(reversed(left), reversed(right), strict=False):
        if a != b:
            break
        count += 1
    return count
