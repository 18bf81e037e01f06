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
    """Puts the checksum of a safetensors file that was written with METADATA into its header.

    Raises:
        ValueError: it was not.
    """
    with path.open("rb+") as file:
        head, said = _head(file)
        if said != BLANK:
            raise ValueError(f"{path} has no room for a checksum")
        found = _digest(file, head)
        file.seek(head.index(BLANK.encode()))
        file.write(found.encode())


def demand_stamp(path: Path) -> None:
    """Do nothing when the file is what it was when it was stamped, or never was.

    Raises:
        ValueError: it is not, or it is no safetensors.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        head, said = _head(file)
        if said is None:  # written by an older program
            return
        if _digest(file, head.replace(said.encode(), BLANK.encode(), 1)) != said:
            raise ValueError("its checksum is wrong")


def demand_head(path: Path) -> None:
    """Do nothing when a checkpoint is what it was when it was written, by size and by hash.

    Raises:
        ValueError: it is not.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(CHECKPOINT_BYTES)
        size = path.stat().st_size - len(head)
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if head != CHECKPOINT.format(digest=found, size=size).encode():
        raise ValueError("its checksum is wrong")


def with_sum(said: dict[str, Any]) -> dict[str, Any]:
    """A JSON object that carries its own checksum."""
    return said | {"sha256": _sum(said)}


def _sum(said: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def digest(path: Path) -> str:
    """Sha-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _head(file: IO[bytes]) -> tuple[bytes, str | None]:
    """Length and header as they are, and the checksum that stands there; None without one."""
    length = file.read(8)
    size = int.from_bytes(length, "little")
    if len(length) < 8 or size > HEADER_BYTES:
        raise ValueError("it is no safetensors")
    text = file.read(size)
    try:
        said: Any = json.loads(text)
    except RecursionError as error:
        raise ValueError("its header is nested too deeply") from error
    metadata = said.get("__metadata__") if isinstance(said, dict) else None
    if not isinstance(metadata, dict) or "sha256" not in metadata:
        return length + text, None
    found = metadata["sha256"]
    if not isinstance(found, str) or len(found) != len(BLANK) or not found.isalnum() or found.encode() not in text:
        raise ValueError("its checksum is none")
    return length + text, found


def _digest(file: IO[bytes], head: bytes) -> str:
    found = hashlib.sha256(head)
    while part := file.read(1 << 20):
        found.update(part)
    return found.hexdigest()
