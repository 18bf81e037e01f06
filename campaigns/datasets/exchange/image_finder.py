"""Which image of a folder a label file means, whatever uploads, buckets and other machines made of its name."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote

from campaigns.datasets.exchange.label_file import MatchWay
from campaigns.datasets.image_names import ImageNames

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_UPLOAD = re.compile(r"[0-9a-f]{8}-(?=.)")
_ROBOFLOW = re.compile(r"(.+)_(jpe?g|png|webp|bmp|tiff?|gif)\.rf\.[0-9A-Za-z]+\.\w+", re.IGNORECASE)
_NOWHERE = "/\N{NULL}/"
"""A folder that no image lies in: what is uploaded has lost its folders."""


@dataclass(frozen=True, slots=True)
class Match:
    """The images that a name may mean."""

    images: Sequence[str]
    """None when there is none; several when there is no telling."""
    way: MatchWay
    key: str
    """The name without what others put before it and without its suffix: another name of the same image ends alike."""


@dataclass(slots=True)
class ImageFinder:
    """Finds images by the longest unique tail of their path."""

    images: Sequence[str]
    _names: ImageNames = field(init=False)
    _known: set[str] = field(init=False)
    _by_stem: dict[str, list[str]] = field(init=False)
    _by_upload: dict[str, list[str]] = field(init=False)
    _matches: dict[str, Match] = field(init=False)

    def __post_init__(self) -> None:
        self._names = ImageNames(self.images)
        self._known = set(self.images)
        self._by_stem, self._by_upload, self._matches = {}, {}, {}
        for image in self.images:
            self._by_stem.setdefault(_stem(image), []).append(image)

    def find(self, name: str) -> Match:
        """Return the images that a name may mean, by the first of its spellings that leads to any."""
        if name in self._known:
            return Match([name], MatchWay.PATH, _stem(name))
        if name not in self._matches:
            self._matches[name] = self._matched(name)
        return self._matches[name]

    def like(self, name: str) -> str | None:
        """Return an image whose name differs in case, folder or extension."""
        return self._names.like(name)

    def elsewhere(self, name: str) -> str | None:
        """Return an image that has a name's last part and lies in another folder than it says; None without any."""
        return self._names.elsewhere(name)

    def _matched(self, name: str) -> Match:
        for spelling, way in _spellings(name):
            if whole := self._by_stem.get(_plain(spelling)):
                return Match(whole, MatchWay.STEM, _plain(spelling))
            images = self._names.match(spelling)
            if not images and way is not MatchWay.UPLOAD:
                images = self._names.match(f"/{spelling}")
            if images:
                key = spelling.removeprefix(_NOWHERE)
                return Match(images, _way(way, key, images[0]), _stem(key))
        if images := self._uploaded(name):
            return Match(images, MatchWay.UPLOAD, _stem(images[0].rpartition("/")[2]))
        return Match([], MatchWay.PATH, _stem(name))

    def _uploaded(self, name: str) -> list[str]:
        """Return the images whose names Label Studio would have changed to this one: blanks and signs are dropped."""
        if not self._by_upload:
            by_upload: dict[str, list[str]] = defaultdict(list)
            for image in self.images:
                by_upload[_as_uploaded(image.rpartition("/")[2])].append(image)
            self._by_upload = dict(by_upload)
        last = unquote(name.rpartition("/")[2])
        bare = _UPLOAD.sub("", last, count=1) if _UPLOAD.match(last) else None
        return self._by_upload.get(_as_uploaded(bare), []) if bare else []


def _spellings(name: str) -> Iterator[tuple[str, MatchWay]]:
    """Yield a name as it stands, then decoded, then without what an upload put before it."""
    if not _is_url(name) and "?d=" not in name:
        yield name, MatchWay.PATH
    decoded = list(dict.fromkeys(_decoded(name)))
    yield from ((spelling, MatchWay.URL) for spelling in decoded if spelling != name)
    for spelling in decoded:
        folders, slash, last = spelling.replace("\\", "/").rpartition("/")
        if roboflow := _ROBOFLOW.fullmatch(last):
            yield f"{folders}{slash}{roboflow[1]}.{roboflow[2]}", MatchWay.UPLOAD
        elif _UPLOAD.match(last):
            bare = _UPLOAD.sub("", last, count=1)
            is_flat = not folders or "upload" in folders
            yield (f"{_NOWHERE}{bare}" if is_flat else f"/{folders}/{bare}"), MatchWay.UPLOAD


def _decoded(name: str) -> Iterator[str]:
    """Yield the paths that a URL may hold: its query's `d`, what stands before the query, all of it."""
    path, mark, query = name.partition("?")
    if mark:
        for value in parse_qs(query).get("d", []):
            yield _below_host(value)
    yield _below_host(unquote(path))
    yield _below_host(unquote(name))
    if _is_url(name):
        yield _below_host(name)


def _is_url(name: str) -> bool:
    # A single letter is a drive.
    return _SCHEME.match(name) is not None and name[1:2] != ":"


def _below_host(path: str) -> str:
    """Return the path of a URL: a host or a bucket is no folder of the images."""
    if not _is_url(path):
        return path
    return path.partition("://")[2].partition("/")[2]


def _way(way: MatchWay, key: str, image: str) -> MatchWay:
    """Return the way of a match, told apart where the name was taken as it stands."""
    plain = _plain(key)
    if way is not MatchWay.PATH:
        return way
    if plain.lower() == _plain(image).lower():
        return MatchWay.PATH if key == image else MatchWay.SPELLING
    if _stem(image) == plain or _stem(image).endswith(f"/{plain}"):
        return MatchWay.STEM
    return MatchWay.TAIL


def _plain(name: str) -> str:
    name = unicodedata.normalize("NFC", name.replace("\\", "/"))
    while name.startswith("./"):
        name = name[2:]
    return name


def _stem(name: str) -> str:
    folders, slash, last = _plain(name).rpartition("/")
    return folders + slash + (last.rpartition(".")[0] or last)


def _as_uploaded(last: str) -> str:
    return re.sub(r"[^-\w.]", "", unicodedata.normalize("NFC", last).strip().replace(" ", "_"))
