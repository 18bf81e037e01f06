"""Which files are pictures by their names: those that are read, and those that have to be saved in another form."""

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

SUFFIXES = frozenset({
    ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff",
})  # fmt: skip
"""Of pictures that are read, in lower case."""
OTHER_FORMATS: Mapping[str, str] = MappingProxyType({
    ".heic": "HEIC", ".heif": "HEIF", ".hif": "HEIF", ".avif": "AVIF", ".jxl": "JPEG XL",
    ".jp2": "JPEG 2000", ".j2k": "JPEG 2000", ".jpx": "JPEG 2000", ".dcm": "DICOM", ".svg": "SVG", ".psd": "PSD",
    ".cr2": "camera raw", ".cr3": "camera raw", ".nef": "camera raw", ".arw": "camera raw", ".dng": "camera raw",
    ".orf": "camera raw", ".rw2": "camera raw", ".raf": "camera raw", ".tga": "TGA", ".ppm": "PPM", ".pgm": "PGM",
    ".pbm": "PBM", ".exr": "EXR", ".hdr": "HDR", ".ico": "ICO",
})  # fmt: skip
"""Pictures that are not read, by suffix in lower case."""


def suffix_of(name: str) -> str:
    """Return the suffix of a file's name, in lower case."""
    stem, _, suffix = name.rpartition("/")[2].rpartition(".")
    return f".{suffix.lower()}" if stem and suffix else ""


def other_formats(names: Sequence[str]) -> str:
    """Say how many pictures of which formats are not read, and what to do; empty when there are none."""
    counts = Counter(OTHER_FORMATS[suffix_of(name)] for name in names)
    if not counts:
        return ""
    kinds = ", ".join(f"{n} {kind}" for kind, n in sorted(counts.items()))
    return f"{kinds}, for example {min(names)!r}: save them as JPEG or PNG, as with `magick mogrify -format jpg`"
