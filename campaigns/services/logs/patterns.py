"""Regular expressions that people type: searched for with a limit of time.

Python's own `re` cannot be interrupted, and `(a|aa)+$` keeps it busy for hours over one line of sixty letters.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import regex

from campaigns.errors import UsageError

LONGEST_SEARCH = 2.0
"""Seconds that one search may take, in a line or in a block of them."""
_SPECIAL = frozenset(r"\.^$*+?{}[]|()")


class TooSlow(UsageError, TimeoutError):
    """A pattern keeps us longer than anybody waits; for who shows a log also an error of reading it."""


class Searchable(Protocol):
    """What lines are searched with: a `Pattern`, or one of Python's own that is known to be quick."""

    @property
    def pattern(self) -> str:
        """As it was written."""

    @property
    def flags(self) -> int:
        """As `re` has them."""

    def __hash__(self) -> int:
        """Return a hash: what is made of a pattern is kept by it."""

    def search(self, string: str, pos: int = ..., /) -> Any:
        """Return the first match from a place on; None without one."""

    def finditer(self, string: str, /) -> Iterator[Any]:
        """Yield every match."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression that gives up after LONGEST_SEARCH."""

    pattern: str
    flags: int
    _compiled: Any

    def search(self, string: str, pos: int = 0, /) -> Any:
        """Return the first match from a place on; None without one.

        Raises:
            TooSlow: it takes too long.
        """
        with self._telling():
            return self._compiled.search(string, pos, timeout=LONGEST_SEARCH)

    def finditer(self, string: str, /) -> Iterator[Any]:
        """Yield every match.

        Raises:
            TooSlow: they take too long together.
        """
        with self._telling():
            yield from self._compiled.finditer(string, timeout=LONGEST_SEARCH)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except TimeoutError as error:
            raise TooSlow(
                f"the search for {self.pattern} was given up after {LONGEST_SEARCH:g} s",
                hint="write it without repetitions inside repetitions, such as (a|aa)+",
            ) from error


def pattern_of(text: str, *, flags: int = 0) -> Pattern:
    """Compile what a person typed as a pattern; `flags` as `re` has them.

    Raises:
        UsageError: it is no regular expression.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `[[` may come to mean something else; not here
            compiled = regex.compile(text, flags | regex.VERSION0)
    except (regex.error, OverflowError, RecursionError) as error:
        raise UsageError(
            f"{text} is not a regular expression: {error}", hint=f"for the text itself write {escaped(text)}"
        ) from error
    return Pattern(text, flags, compiled)


def escaped(text: str) -> str:
    """Return the pattern that finds a text itself, as a person would type it."""
    return "".join(f"\\{letter}" if letter in _SPECIAL else letter for letter in text)
