"""Files that carry their own checksum: a safetensors file has it in its header, where other readers pass it over."""

import hashlib
import json
from pathlib import Path
from typing import IO, Any

BLANK = "0" * 64
"""What stands in the header while the checksum is taken."""
METADATA = {"sha256": BLANK}
"""What a file has to be written with to be stamped."""
HEADER_BYTES = 100_000_000
"""Of a header at most, as safetensors has it."""

CHECKPOINT = "alwsl fit 1 {digest} {size:020}\n"
"""First line of a checkpoint: sha-256 and size of what follows."""
CHECKPOINT_BYTES = len(CHECKPOINT.format(digest=BLANK, size=0))


def stamp(path: Path) -> None:
    """Put the checksum of a safetensors file that was written with METADATA into its header.

    Raises:
        ValueError: it was not.
    """
    with path.open("rb+") as file:
        head, written = _head(file)
        if written != BLANK:
            raise ValueError(f"{path} has no room for a checksum")
        checksum = _digest(file, head)
        file.seek(head.index(BLANK.encode()))
        file.write(checksum.encode())


def require_stamp(path: Path) -> None:
    """Raise ValueError unless a safetensors file is what it was when it was stamped.

    Raises:
        ValueError: it is not, was never stamped, or is no safetensors file.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        head, stamped = _head(file)
        if stamped is None:
            raise ValueError("it has no checksum")
        if _digest(file, head.replace(stamped.encode(), BLANK.encode(), 1)) != stamped:
            raise ValueError("its checksum is wrong")


def metadata_of(path: Path) -> dict[str, str]:
    """Return what the header of a safetensors file says beside its tensors; nothing where it says nothing.

    Raises:
        ValueError: it is no safetensors file, or what its header says is no text.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        head, _ = _head(file)
    metadata = json.loads(head[8:]).get("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise ValueError("its header says what is no text")
    return metadata


def require_head(path: Path) -> None:
    """Raise ValueError unless a checkpoint is what it was when it was written, by size and by hash.

    Raises:
        ValueError: it is not.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(CHECKPOINT_BYTES)
        size = path.stat().st_size - len(head)
        checksum = hashlib.file_digest(file, "sha256").hexdigest()
    if head != CHECKPOINT.format(digest=checksum, size=size).encode():
        raise ValueError("its checksum is wrong")


def with_sum(content: dict[str, Any]) -> dict[str, Any]:
    """Return a JSON object that carries its own checksum."""
    return content | {"sha256": hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()}


def digest(path: Path) -> str:
    """Return the sha-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _head(file: IO[bytes]) -> tuple[bytes, str | None]:
    """Length and header as they are, and the checksum that stands there; None without one."""
    length = file.read(8)
    size = int.from_bytes(length, "little")
    if len(length) < 8 or size > HEADER_BYTES:
        raise ValueError("it is not a safetensors file")
    text = file.read(size)
    try:
        header: Any = json.loads(text)
    except RecursionError as error:
        raise ValueError("its header is nested too deeply") from error
    metadata = header.get("__metadata__") if isinstance(header, dict) else None
    if not isinstance(metadata, dict) or "sha256" not in metadata:
        return length + text, None
    checksum = metadata["sha256"]
    if (
        not isinstance(checksum, str)
        or len(checksum) != len(BLANK)
        or not checksum.isalnum()
        or checksum.encode() not in text
    ):
        raise ValueError("its checksum is not one")
    return length + text, checksum


def _digest(file: IO[bytes], head: bytes) -> str:
    sha256 = hashlib.sha256(head)
    while part := file.read(1 << 20):
        sha256.update(part)
    return sha256.hexdigest()
