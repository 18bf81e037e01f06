"""Opening a picture: whatever it was stored as, it comes back RGB and upright, or is refused by name."""

import os
import struct
import threading
import warnings
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from io import BufferedReader
from pathlib import Path
from typing import IO, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from campaigns.datasets.links import demand_inside, inside
from campaigns.errors import BadData
from campaigns.home.disk import disk_error
from campaigns.home.files import plain

T = TypeVar("T")
Mask = NDArray[np.uint8]
FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF")
"""What is tried. A closed list: Pillow would hand an EPS file to Ghostscript, whatever its name ends in."""
BRANDS: Mapping[bytes, str] = {
    b"avif": "AVIF", b"avis": "AVIF", b"heic": "HEIC", b"heix": "HEIC", b"hevc": "HEIC", b"mif1": "HEIF",
    b"msf1": "HEIF",
}  # fmt: skip
"""Formats that are named, not read, by the four letters that follow `ftyp`."""
FULL_DEPTH = 16
"""Bits of a grey picture that has more than eight."""
MAX_PIXELS = 100_000_000
"""A picture with more is refused before it is decoded: 100 MP are 300 MB as RGB."""
MAX_BYTES = 1 << 30
"""Of a file: 100 MP with eight bytes each take less. Some decoders read all of a file before they look at it."""
MOST_SCANS = 200
"""Of a progressive JPEG; encoders make about ten."""
_SCAN = b"\xff\xda"

UPRIGHT: Mapping[int, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What sets a picture upright, by EXIF orientation; 1 and anything else is upright."""
SIDEWAYS = frozenset({5, 6, 7, 8})
"""Orientations that change width and height."""
ORIENTATION = 0x0112

# What Pillow's decoders let out on damaged bytes; found by feeding them such bytes (see the tests).
_DAMAGED = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RuntimeError,
    EOFError, MemoryError, struct.error, zlib.error,
)  # fmt: skip
_quiet = threading.Lock()


def open_picture(path: Path, *, root: Path | None = None, bits: int = FULL_DEPTH) -> Image.Image:
    """Open a picture: 8-bit RGB, first frame, upright by its EXIF orientation, transparency on white.

    `bits` says how many of their 16 bits grey pictures use; brighter levels than these hold become white.
    VOC and COCO carry no orientation; photos from a phone do, and lie on their side without it.

    Raises:
        BadData: there is no such file, it is not a picture, it is damaged, empty or larger than MAX_PIXELS or
            MAX_BYTES, or it is a link that leads out of `root`.
        BadDisk: the disk fails.
        MemoryError: there is too little memory for any picture.
    """
    return _read(path, root, lambda file: _decoded(file, path, bits))


def open_mask(path: Path, *, root: Path | None = None) -> "tuple[Mask, tuple[int, int]]":
    """Return the numbers of pixels, (H, W), of a picture with a palette or of 8 grey bits; and its width and height.

    Raises:
        BadData: as `open_picture`, or it is of another sort.
    """
    return _read(path, root, lambda file: _indices(file, path))


def size_of(path: Path, *, root: Path | None = None) -> tuple[int, int]:
    """Return width and height of a picture as it is shown, from its header alone.

    Raises:
        BadData: as `open_picture`, as far as a header tells.
    """
    return _read(path, root, _shown_size)


def _read(path: Path, root: Path | None, look: Callable[[BufferedReader], T]) -> T:
    """Return what a look at a file comes to; what decoders let out becomes an error that names the file.

    Raises:
        BadData, BadDisk, MemoryError: as `open_picture`.
    """
    try:
        with _opened(path, root) as file:
            return look(file)
    except BadData:
        raise
    except FileNotFoundError as error:
        raise BadData(f"{path} does not exist", hint="restore the file, or take the image out of the labels") from error
    except PermissionError as error:
        raise BadData(f"cannot read {path}: {error.strerror}", hint="check who may read it") from error
    except UnidentifiedImageError as error:
        name = _other_format(path)
        what = f"is {name}, which is not read" if name else "is not a picture"
        raise BadData(f"{path} {what}", hint=f"these are read: {', '.join(FORMATS)}") from error
    except Image.DecompressionBombError as error:
        raise _too_large(path) from error
    except _DAMAGED as error:
        _demand_disk_and_memory(error, path)
        raise BadData(
            f"{path} is damaged: {error or type(error).__name__}", hint="replace it with a whole copy"
        ) from error


def deep_levels(path: Path, *, root: Path) -> NDArray[np.uint16] | None:
    """Return the levels of a picture of 16 bits; None for any other, or one that cannot be read.

    Of colours only the upper eight bits can be had: theirs are the highest levels that these leave open.
    """
    try:
        with _opened(path, root) as file:
            head = file.read(25)
            is_png = head.startswith(b"\x89PNG")
            if (is_png and head[24:] != b"\x10") or not (is_png or head.startswith((b"II", b"MM"))):
                return None
            file.seek(0)
            with _header(file) as image:
                if image.width * image.height > MAX_PIXELS or not (is_png or image.mode.startswith("I;16")):
                    return None
                _load(image)
                if image.mode.startswith("I;16"):
                    return np.asarray(image, np.uint16)
                return np.asarray(image.convert("RGB")).astype(np.uint16) << np.uint16(8) | np.uint16(0xFF)
    except (BadData, Image.DecompressionBombError, *_DAMAGED):
        return None


def _other_format(path: Path) -> str | None:
    """Return the name of a format that is known by its first bytes and not read; phones name such files `.jpg`, too."""
    try:
        with plain(path) as file:
            head = file.read(12)
    except (OSError, ValueError):
        return None
    return BRANDS.get(head[8:12]) if head[4:8] == b"ftyp" else None


def _opened(path: Path, root: Path | None) -> BufferedReader:
    if root is None:
        return _plain(path)
    # Twice: opening a device may do something by itself, and a link may be changed before it is opened.
    file = _plain(inside(path, root))
    try:
        demand_inside(file, path, root)
    except BadData:
        file.close()
        raise
    return file


def _plain(path: Path) -> BufferedReader:
    try:
        return plain(path)
    except ValueError as error:
        raise BadData(f"{path} is not a file", hint="give the path of a picture") from error


def _decoded(file: BufferedReader, path: Path, bits: int) -> Image.Image:
    size = os.fstat(file.fileno()).st_size
    if not size:
        raise BadData(f"{path} is empty", hint="replace it with a whole copy")
    if size > MAX_BYTES:
        raise BadData(f"{path} is larger than {MAX_BYTES >> 20} MiB", hint="a picture that is read has no more")
    with _header(file) as image:
        width, height = image.size
        if width < 1 or height < 1:
            raise BadData(f"{path} is {width} x {height} pixels", hint="replace it with a picture that has some")
        if width * height > MAX_PIXELS:
            raise _too_large(path)
        if image.info.get("progressive") and _scans(file) > MOST_SCANS:
            # Each goes over the whole picture again: a megabyte of them would keep a worker busy for an hour.
            raise BadData(f"{path} has more than {MOST_SCANS} scans", hint="save the picture again: ten are usual")
        _load(image)
        orientation = _orientation(image)
        rgb = _rgb(image, bits)
    return rgb.transpose(UPRIGHT[orientation]) if orientation in UPRIGHT else rgb


def _indices(file: BufferedReader, path: Path) -> "tuple[Mask, tuple[int, int]]":
    with _header(file) as image:
        if image.mode not in {"P", "L"}:
            what = f"{path} has pixels of the kind {image.mode}, where a mask has numbers of classes"
            raise BadData(what, hint="save it as a PNG with a palette, or as a grey one of 8 bits")
        if image.width * image.height > MAX_PIXELS:
            raise _too_large(path)
        _load(image)
        return np.array(image, np.uint8), image.size


def _shown_size(file: BufferedReader) -> tuple[int, int]:
    with _header(file) as image:
        width, height = image.size
        return (height, width) if _orientation(image) in SIDEWAYS else (width, height)


def _demand_disk_and_memory(error: Exception, path: Path) -> None:
    """Raise what the disk or the memory is to blame for; without this, a campaign would skip what it could not read.

    Raises:
        BadDisk: the disk fails.
        MemoryError: not even the largest picture that is read would fit.
    """
    if isinstance(error, OSError) and (told := disk_error(error, path)):
        raise told from error
    # Damaged bytes, too, make decoders ask for more than there is: see whether what a whole picture needs is there.
    if isinstance(error, MemoryError):
        np.empty(3 * MAX_PIXELS, np.uint8)


def _too_large(path: Path) -> BadData:
    return BadData(
        f"{path} has more than {MAX_PIXELS // 1_000_000} million pixels",
        hint="make it smaller: models look at a few hundred pixels a side",
    )


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Pillow warns of a large picture or odd metadata; the first we refuse ourselves, the second is harmless.

    The list of warning filters belongs to the whole process: without the lock two threads that enter and leave
    out of step would leave it changed.
    """
    with _quiet, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _header(file: IO[bytes]) -> Image.Image:
    with _without_warnings():
        return Image.open(file, formats=FORMATS)


def _scans(file: BufferedReader) -> int:
    """Count how often a progressive JPEG goes over its pixels, leaving the file's position as it is."""
    at, scans, last = file.tell(), 0, b""
    file.seek(0)
    while part := file.read(1 << 20):
        scans += (last + part).count(_SCAN)
        last = part[-1:]
    file.seek(at)
    return scans


def _load(image: Image.Image) -> None:
    # Only TIFF reads metadata while decoding, and so can warn; the rest decodes in several threads at once.
    with _without_warnings() if image.format == "TIFF" else nullcontext():
        image.load()


def _orientation(image: Image.Image) -> int:
    """EXIF orientation; 1 when there is none, or none that can be read: the picture itself is whole."""
    try:
        with _without_warnings():
            orientation = image.getexif().get(ORIENTATION, 1)
    except _DAMAGED:
        return 1
    return orientation if isinstance(orientation, int) else 1


def _rgb(image: Image.Image, bits: int) -> Image.Image:
    if image.mode in {"I", "F"} or image.mode.startswith("I;16"):
        return Image.fromarray(_eight_bits(image, bits)).convert("RGB")
    if image.has_transparency_data:
        colours = image.convert("RGBA")
        white = Image.new("RGBA", colours.size, "white")
        return Image.alpha_composite(white, colours).convert("RGB")
    return image.convert("RGB")


def _eight_bits(image: Image.Image, bits: int) -> "np.ndarray[tuple[int, int], np.dtype[np.uint8]]":
    """Grey levels as 0..255: 16 bits from those that are used, wider ones, which have no end, from dark to bright."""
    values = np.asarray(image).astype(np.float64)
    low, high = (
        (0.0, float((1 << bits) - 1)) if image.mode.startswith("I;16") else (float(values.min()), float(values.max()))
    )
    span = high - low
    scaled = np.zeros_like(values) if span == 0 else (values - low) * (255.0 / span)
    return np.nan_to_num(scaled).round().clip(0, 255).astype(np.uint8)
