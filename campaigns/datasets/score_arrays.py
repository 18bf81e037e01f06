"""Scores of a model as arrays of NumPy in one file, as `numpy.savez` writes it; nothing in it is ever executed.

`images` (N names), `classes` (C names), `probabilities` or `logits` (N, C), `peaks` and `troughs` (N, C) where the
class maps are known, and `task`, what the model learnt, where it is another one than any number of classes.
"""

import math
import struct
import zipfile
from collections.abc import Mapping
from io import BufferedReader
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from campaigns.datasets.mistakes import refuse
from campaigns.datasets.raw_scores import (
    HINT,
    MOST_BYTES,
    MOST_NUMBERS,
    OUTPUTS,
    PEAKS,
    TROUGHS,
    Meaning,
    RawScores,
    Tally,
)
from campaigns.datasets.unpacking import DAMAGED
from campaigns.errors import Mistake, nearest
from campaigns.home.files import plain

IMAGES, CLASSES, TASK = "images", "classes", "task"
MAPS = (PEAKS, TROUGHS)
KNOWN = (IMAGES, CLASSES, TASK, *Meaning, *MAPS)
MOST_LIST = 1 << 20
"""Bytes of the list of contents: ten thousand arrays, where we know seven."""
_ENDING = b"PK\x05\x06"
HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
Array = NDArray[Any]


def read_score_arrays(path: Path) -> RawScores:
    """Return what a file of arrays holds.

    Raises:
        OSError: it cannot be read.
        ValueError: it is larger than `MOST_BYTES`, as it lies there or unpacked, or damaged.
        BadData: an array is missing, or is of another type or shape.
    """
    try:
        with plain(path) as file:
            _require_small(file)
            with zipfile.ZipFile(file) as archive:
                arrays = _arrays(path, archive)
    except OSError:
        raise
    except DAMAGED as error:
        raise ValueError(f"it is damaged, or not as numpy.savez writes it: {error}") from error
    return _raw(path, arrays)


def _require_small(file: BufferedReader) -> None:
    """Raise ValueError if the file, or the list of its contents, is larger than any file of scores."""
    size = file.seek(0, 2)
    if size > MOST_BYTES:
        raise ValueError(f"it is larger than {MOST_BYTES} bytes")
    file.seek(max(0, size - (1 << 16) - 22))
    tail = file.read()
    at = tail.rfind(_ENDING)
    if at < 0 or len(tail) < at + 22:
        raise ValueError("it ends too early")
    if struct.unpack_from("<L", tail, at + 12)[0] > MOST_LIST:
        raise ValueError("it lists too many arrays")
    file.seek(0)


def _arrays(path: Path, archive: zipfile.ZipFile) -> Mapping[str, Array]:
    """Return those of the arrays that are known, unpacked.

    Raises:
        BadData: one is not an array of names or numbers.
        ValueError: they are larger than `MOST_BYTES` together, or damaged.
    """
    members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
    tally = Tally()
    for name in members.keys() - set(KNOWN):
        if (hint := nearest(name, KNOWN)).startswith("did you mean"):
            tally.add(f"unknown {name}", str(path), f"holds an array {name[:40]!r}, {hint}")
    known = [name for name in KNOWN if name in members]
    if sum(members[name].file_size for name in known) > MOST_BYTES:
        raise ValueError(f"its arrays are larger than {MOST_BYTES} bytes")
    arrays: dict[str, Array] = {}
    for name in known:
        array = _array(archive, members[name])
        if array is None:
            what = f"array {name!r} holds objects of Python, which are not read: save names as numpy.array(names, str)"
            tally.add(f"objects {name}", str(path), what)
        else:
            arrays[name] = array
    _check_presence(path, [*members], tally)
    refuse(str(path), tally.mistakes, hint=HINT)
    return arrays


def _array(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Array | None:
    """Return the array in a member; None where it is one of objects, which only a pickle could hold."""
    with archive.open(info) as member:
        version = npy.read_magic(member)
        if version not in HEADERS:
            raise ValueError(f"{info.filename} is of version {version}")
        shape, is_fortran, dtype = HEADERS[version](member)
        if dtype.hasobject:
            return None
        # Not before the header and the size agree is memory set aside for what the header promises.
        if math.prod(shape) * dtype.itemsize != info.file_size - member.tell() or any(side < 0 for side in shape):
            raise ValueError(f"{info.filename} is {info.file_size} bytes, and says {dtype} of shape {shape}")
        content = member.read()
    if not content:
        return np.empty(shape, dtype)
    return np.frombuffer(content, dtype).reshape(shape, order="F" if is_fortran else "C")


def _check_presence(path: Path, names: list[str], tally: Tally) -> None:
    shown = ", ".join(sorted(names))[:80] or "nothing"
    outputs = [name for name in Meaning if name in names]
    for name in (IMAGES, CLASSES):
        if name not in names:
            tally.add(f"no {name}", str(path), f"has no array {name!r} (a name for each); it holds {shown}")
    if not outputs:
        what = "has neither an array 'probabilities' nor 'logits', (images, classes)"
        tally.add("no outputs", str(path), f"{what}; it holds {shown}")
    if len(outputs) > 1:
        tally.add("outputs", str(path), "holds 'probabilities' and 'logits'; should be one of them")
    if sum(name in names for name in MAPS) == 1:
        tally.add("maps", str(path), "holds one of 'peaks' and 'troughs'; should be both or neither")


def _raw(path: Path, arrays: Mapping[str, Array]) -> RawScores:
    tally = Tally()
    names = {kind: _names(path, kind, arrays[kind], tally) for kind in (IMAGES, CLASSES)}
    task = _task(path, arrays[TASK], tally) if TASK in arrays else None
    meaning = next(name for name in Meaning if name in arrays)
    stored = {OUTPUTS: str(meaning)} | {name: name for name in MAPS if name in arrays}
    shape = (len(names[IMAGES]), len(names[CLASSES]))
    if math.prod(shape) > MOST_NUMBERS:
        tally.add("size", str(path), f"holds more than {MOST_NUMBERS} numbers")
    for name in stored.values():
        array = arrays[name]
        if array.shape != shape:
            what = f"array {name!r} has shape {array.shape}, images and classes make {shape}"
            tally.add(f"shape {name}", str(path), what + ("; it is transposed" if array.shape == shape[::-1] else ""))
        elif array.dtype.kind not in "fiu":
            tally.add(f"type {name}", str(path), f"array {name!r} holds {array.dtype}; should be numbers")
    refuse(str(path), tally.mistakes, hint=HINT)

    def place(part: str, row: int, column: int) -> tuple[str, str]:
        return f"{path}: {stored[part]}[{row}, {column}]", f"class {names[CLASSES][column]!r} of {names[IMAGES][row]!r}"

    return RawScores(
        path, names[IMAGES], names[CLASSES], {part: _floats(arrays[name]) for part, name in stored.items()},
        meaning, "arrays of NumPy", tally, place,
        lambda row: f"{path}: {IMAGES}[{row}]", lambda column: f"{path}: {CLASSES}[{column}]", task,
    )  # fmt: skip


def _names(path: Path, kind: str, array: Array, tally: Tally) -> list[str]:
    if array.ndim == 1 and (array.dtype.kind in "Uiu" or not len(array)):
        return [str(name) for name in array.tolist()]
    if array.ndim == 1 and array.dtype.kind == "S":
        try:
            return [name.decode() for name in array.tolist()]
        except UnicodeDecodeError as error:
            tally.add(f"bytes {kind}", str(path), f"array {kind!r} is not UTF-8: {error}")
            return []
    what = f"array {kind!r} is {array.dtype} of shape {array.shape}; should be one row of names"
    refuse(str(path), [Mistake(str(path), what)], hint=HINT)
    return []


def _task(path: Path, array: Array, tally: Tally) -> str | None:
    names = _names(path, TASK, array.reshape(-1), tally)
    if len(names) != 1:
        tally.add(TASK, str(path), f"array {TASK!r} has {len(names)} names; should be one, as 'single'")
    return names[0] if names else None


def _floats(array: Array) -> Array:
    """Return the numbers in this machine's order of bytes, in single precision where they are no finer."""
    return array.astype(np.float32 if array.dtype.kind == "f" and array.dtype.itemsize <= 4 else np.float64)
