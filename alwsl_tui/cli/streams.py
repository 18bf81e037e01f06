"""Stdin, stdout and stderr as they are handed to the program: closed, full, or with nobody at the other end."""

import io
import os
import sys
from typing import Any


class ReaderGone(Exception):
    """Whoever read our output has what he wanted, as `head` has."""


class OutputFull(Exception):
    """What we print cannot be written; no error of the program's tree, or it would be taken for a disk of a home."""


class Output(io.FileIO):
    """Stdout, whose failures are told apart from those of a home."""

    def write(self, data: Any) -> int:
        """Write bytes.

        Raises:
            ReaderGone: nobody reads any more.
            OutputFull: they cannot be written.
        """
        try:
            return super().write(data)
        except BrokenPipeError as error:
            raise ReaderGone from error
        except OSError as error:
            raise OutputFull(error.strerror) from error


class Narration(io.FileIO):
    """Stderr: nothing depends on whether somebody hears it."""

    def write(self, data: Any) -> int:
        """Write bytes, or throw them away where that fails."""
        try:
            return super().write(data)
        except OSError:
            return memoryview(data).nbytes


def open_streams() -> None:
    """Give the program all three streams, whatever it was started with."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # Else the next file that is opened would get the number, and what is printed would end up in it.
            os.open(os.devnull, os.O_RDWR)
    if sys.stdin is None:
        sys.stdin = open(0, closefd=False)  # noqa: SIM115
    if sys.stdout is None or (isinstance(sys.stdout, io.TextIOWrapper) and not sys.stdout.isatty()):
        sys.stdout = _text(Output(1, "w", closefd=False), sys.stdout)
    if sys.stderr is None or (isinstance(sys.stderr, io.TextIOWrapper) and not sys.stderr.isatty()):
        sys.stderr = _text(Narration(2, "w", closefd=False), sys.stderr)


def end_output() -> None:
    """Write what is still held back.

    Raises:
        ReaderGone: nobody reads any more.
        OutputFull: it cannot be written.
    """
    sys.stdout.flush()


def discard_output() -> None:
    """Throw away what could not be written, and what comes after it: at its end Python would try again and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.stdout.flush()


def _text(raw: io.FileIO, like: Any) -> io.TextIOWrapper:
    # A terminal that lacks a glyph still shows the rest.
    encoding = getattr(like, "encoding", None) or "utf-8"
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding=encoding, errors="backslashreplace")
