"""Reading what a worker has said so far: whole lines only, from where we stopped."""

import os
from pathlib import Path

from campaigns.home.files import damaged
from campaigns.home.journal import Recorded, from_line

CHUNK = 1 << 22
"""Bytes read at a time; the rest waits for the next turn."""


def new_events(journal: Path, offset: int) -> tuple[list[Recorded], int]:
    """Return the events behind byte `offset`, and where to go on; a line without its end waits.

    Raises:
        ValueError: a whole line is not what a worker writes.
    """
    try:
        with journal.open("rb") as file:
            file.seek(offset)
            chunk = file.read(CHUNK)
    except FileNotFoundError:
        return [], offset
    whole = chunk[: chunk.rfind(b"\n") + 1]
    if len(chunk) == CHUNK and not whole:
        raise ValueError(f"{journal} has a line of more than {CHUNK} bytes")
    return [_event(journal, line) for line in whole.splitlines()], offset + len(whole)


def _event(journal: Path, line: bytes) -> Recorded:
    try:
        return from_line(line.decode())
    except ValueError as error:
        raise damaged(journal, f"{error}, in the line {line[:60].decode(errors='replace')!r}") from error


def last_lines(log: Path, count: int = 3) -> str:
    """Return the end of a log, as the last words of a worker that left none."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - 4096))
            lines = file.read().decode(errors="replace").splitlines()
    except FileNotFoundError:
        return ""
    return "\n".join([line for line in lines if line.strip()][-count:])
