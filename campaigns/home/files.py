"""Files that others read: replaced whole, never half-written."""

import contextlib
import json
import os
import stat
from collections.abc import Iterator
from io import BufferedReader, FileIO
from pathlib import Path
from typing import Any

from campaigns.errors import Damaged
from campaigns.home.drafts import draft_of

MOST_BYTES = 1 << 28
"""Of a JSON file of ours; the largest, the picks of ten thousand images with eighty classes, has a tenth of it."""
MOST_DEPTH = 32
"""Lists and objects within each other in a JSON file; ours have six."""
_TOO_DEEP = f"it is nested deeper than {MOST_DEPTH} levels"


def keep_private() -> None:
    """Make whatever this process and its children write from here on their user's alone."""
    os.umask(0o077)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; when the block ends well, it takes the place of `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = draft_of(path)
    try:
        yield draft
        # Without the sync a power cut could leave the new name on an empty file.
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Replace a text file."""
    with replacing(path) as draft:
        # A file name that is no UTF-8 has half surrogates in it: JSON reads what takes their place as what it was.
        draft.write_text(text, encoding="utf-8", errors="backslashreplace")


def write_json(path: Path, value: Any) -> None:
    """Replace a JSON file; keys in the order given, so that equal content is equal bytes."""
    write_text(path, json_text(value))


def json_text(value: Any) -> str:
    """Return what `write_json` writes."""
    return json.dumps(value, allow_nan=False, indent=1, ensure_ascii=False) + "\n"


def read_json(path: Path, *, most_bytes: int = MOST_BYTES) -> Any:
    """Return what a JSON file of ours holds; None when there is no such file.

    Raises:
        Damaged: it is larger than `most_bytes`, nested deeper than MOST_DEPTH, or no JSON.
    """
    try:
        return json_value(bounded(path, most_bytes))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise damaged(path, error) from error


def json_value(content: bytes) -> Any:
    """Return what the bytes of a JSON file hold.

    Raises:
        ValueError: they are nested deeper than MOST_DEPTH, or no JSON.
    """
    try:
        value = json.loads(content.decode("utf-8"), parse_constant=_no_number)
    except RecursionError as error:
        raise ValueError(_TOO_DEEP) from error
    if is_deeper(value, MOST_DEPTH):
        raise ValueError(_TOO_DEEP)
    return value


def plain(path: Path) -> BufferedReader:
    """Open a plain file to be read.

    Raises:
        OSError: it cannot be opened.
        ValueError: it is none: a pipe would keep us waiting for ever, and a device has no end.
    """
    # Not waiting, and asked of what is open: what lies there may become a pipe between a look and the opening.
    opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(opened).st_mode):
        os.close(opened)
        raise ValueError("it is not a file")
    return BufferedReader(FileIO(opened))


def bounded(path: Path, most_bytes: int) -> bytes:
    """Return all of a plain file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no plain file, or larger than `most_bytes`.
    """
    with plain(path) as file:
        # Python sets aside at once what is asked for: asked for the limit, it would want gigabytes for a page.
        content = file.read(min(os.fstat(file.fileno()).st_size, most_bytes) + 1) or b""
    if len(content) > most_bytes:
        raise ValueError(f"it is larger than {most_bytes} bytes")
    return content


def damaged(path: Path, why: object) -> Damaged:
    """Return the error for a file of a home that is not what we wrote."""
    return Damaged(f"{path} is damaged: {why}", hint="put back what was there, or delete it and run again")


def is_deeper(value: object, most: int) -> bool:
    """Return whether lists and objects are nested in it deeper than `most`."""
    layer = [value]
    for _ in range(most):
        layer = [below for part in layer if isinstance(part, (list, dict)) for below in _below(part)]
        if not layer:
            return False
    return any(isinstance(part, (list, dict)) for part in layer)


def _below(part: list[Any] | dict[str, Any]) -> list[Any]:
    # Numbers and words hold nothing: a list of a million of them is looked at once and not kept.
    return [value for value in (part.values() if isinstance(part, dict) else part) if isinstance(value, (list, dict))]


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number")
