"""What is longer than the terminal goes through a pager, as `man` does it; a pipe gets all of it at once."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO


class _Held(StringIO):
    """What is printed on a terminal, kept until all of it is there."""

    def isatty(self) -> bool:
        """Return whether whoever prints should take it for a terminal: it will be one."""
        return True

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Name what the terminal takes: what is printed depends on it."""
        return sys.__stdout__.encoding if sys.__stdout__ is not None else "utf-8"


@contextmanager
def paged() -> Iterator[None]:
    """Page what is printed on stdout meanwhile, where that is a terminal with fewer lines.

    What was printed before an error is shown as it is, above it.
    """
    if not sys.stdout.isatty():
        yield
        return
    held = _Held()
    try:
        with redirect_stdout(held):
            yield
    except BaseException:
        sys.stdout.write(held.getvalue())
        raise
    text = held.getvalue()
    if text.count("\n") < shutil.get_terminal_size().lines:
        sys.stdout.write(text)
        return
    import pydoc  # slow, and most output fits

    # `less` shows escape sequences as text unless it is told that they are colours.
    os.environ["LESS"] = f"{os.environ.get('LESS', 'FX')} -R"
    pydoc.pager(text)
