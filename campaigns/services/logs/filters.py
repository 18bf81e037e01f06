"""Which lines of a log are wanted, and how to find them in a block without looking at every line of it."""

import functools
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from campaigns.services.logs.patterns import Pattern, Searchable, pattern_of
from campaigns.services.logs.tail import clean

LONGEST = 1 << 16
"""Bytes of a line that are read; what lies beyond is neither shown nor searched."""

# Every branch begins with a letter: then the search skips ahead by the first character, ten times the speed.
ERRORS = re.compile(
    r"ERROR\b|CRITICAL\b|FATAL\b|Traceback \(most recent|Error\b|Exception\b|error: |failed\b|lost\b|killed\b|Killed\b"
    r"|Segmentation fault|out of memory|Aborted\b"
)
"""What a person looks for when something went wrong: ours, Python's, PyTorch's and the system's words for it."""
WARNINGS = re.compile(r"is_warning=True|WARNING\b|Warning\b|warning: ")
ROUNDS = re.compile(r"\bround \d+ begins\b|RoundStarted\(")
"""Where a worker begins or continues a round, or takes it over from elsewhere."""
EPOCHS = re.compile(r"\bround \d+ epoch \d+\b|EpochDone\(")
"""Where an epoch ends. The second form of each is that of logs written by 0.1.0."""

_CONTROL = bytes({*range(32), 127} - {10})
_UNUSUAL = re.compile(r"\(\?(?!:|[aimux]+\))|\\[AZ]|[*+?}]\+")
"""In a pattern: what may mean another thing in a block of lines than in one line, as looking ahead over its end."""


@dataclass(frozen=True, slots=True)
class Sieve:
    """Lets a line through when every wanted pattern is found in it, and no unwanted one."""

    wanted: tuple[Searchable, ...] = ()
    unwanted: tuple[Searchable, ...] = ()

    def lets_through(self, text: str) -> bool:
        """Return whether a line is wanted."""
        return all(pattern.search(text) for pattern in self.wanted) and not any(
            pattern.search(text) for pattern in self.unwanted
        )

    def hits(self, block: bytes) -> Iterator[int]:
        """Yield where in a block of lines those begin that are let through, in order; the block begins with a line."""
        starts = _starts(block)
        if self.wanted and is_plain(block) and (pattern := _in_blocks(self.wanted[0])):
            starts = _candidates(block.decode("ascii"), pattern)
        for start in starts:
            end = block.find(b"\n", start)
            if self.lets_through(text_of(block[start : end if end >= 0 else len(block)])):
                yield start


def text_of(raw: bytes) -> str:
    """Return a line without its end, as it can be shown; of a very long one the beginning."""
    text = raw[:LONGEST].decode(errors="replace") + (" …" if len(raw) > LONGEST else "")
    return text if text.isprintable() else clean(text)


def is_plain(block: bytes) -> bool:
    """Return whether every line is shown as it is, byte for byte, so that offsets in one are offsets in the other."""
    return block.isascii() and len(block.translate(None, _CONTROL)) == len(block)


def _starts(block: bytes) -> Iterator[int]:
    at = 0
    while 0 <= at < len(block):
        yield at
        at = block.find(b"\n", at) + 1 or len(block)


def _candidates(text: str, pattern: Searchable) -> Iterator[int]:
    """Yield beginnings of lines in which a match begins: all that match, and some whose match ends in another line."""
    at = 0
    while at < len(text) and (match := pattern.search(text, at)):
        begin = match.start()
        if begin == len(text):
            return
        yield text.rfind("\n", 0, begin) + 1
        # The next line even when the match reaches beyond it: it could hide one that begins there.
        at = text.find("\n", begin) + 1 or len(text)


@functools.lru_cache(maxsize=64)
def _in_blocks(pattern: Searchable) -> Searchable | None:
    """Return the same pattern for many lines at once; None when it could then miss a line."""
    if _UNUSUAL.search(pattern.pattern) or pattern.flags & re.DOTALL:
        return None
    if isinstance(pattern, Pattern):
        return pattern_of(pattern.pattern, flags=pattern.flags | re.MULTILINE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return re.compile(pattern.pattern, pattern.flags | re.MULTILINE)
