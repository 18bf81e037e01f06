"""The lines of a log that match, found a little at a time, and paged over like the log itself."""

from array import array
from bisect import bisect_left, bisect_right
from pathlib import Path

from campaigns.errors import UsageError
from campaigns.services.logs.file import Lines, LogFile, LogLine
from campaigns.services.logs.filters import Sieve


class Matching:
    """The lines of a log that a sieve lets through, as far as `extend` has looked: 8 bytes of memory each."""

    def __init__(self, log: LogFile, sieve: Sieve) -> None:
        self.log = log
        self.sieve = sieve
        self.offsets: array[int] = array("q")
        """Where they begin, in order."""
        self.scanned = 0
        """Bytes looked at, in whole lines."""
        self._has_half = False

    def extend(self, max_bytes: int) -> bool:
        """Look at about that many bytes more; True when there are still more."""
        # What the last line without its end says may change: it is looked at again until it has one.
        if self._has_half:
            self.offsets.pop()
            self._has_half = False
        until = self.scanned + max_bytes
        for block in self.log.blocks(self.scanned):
            hits = [block.start + hit for hit in self.sieve.hits(block.text)]
            self.offsets.extend(hits)
            if not block.is_whole:
                self._has_half = bool(hits)
                return False
            self.scanned = block.end
            if self.scanned >= until:
                return True
        return False

    def size(self) -> int:
        """Return the bytes of the whole log."""
        return self.log.size()

    def back(self, offset: int, n: int) -> int:
        """Return where the `n`th match before `offset` begins; the first when there are fewer, 0 when there is none."""
        at = max(0, bisect_left(self.offsets, offset) - n)
        return self.offsets[at] if at < len(self.offsets) else 0

    def forward(self, offset: int, n: int) -> int:
        """Return where the `n`th match after `offset` begins; the last when there are fewer."""
        at = min(bisect_right(self.offsets, offset) + n, len(self.offsets)) - 1
        return max(offset, self.offsets[at]) if at >= 0 else offset

    def lines(self, offset: int, n: int) -> tuple[LogLine, ...]:
        """Return at most `n` matches, from the first at or behind `offset`."""
        at = bisect_left(self.offsets, offset)
        return self.log.lines_at(self.offsets[at : at + n])


def save_lines(source: Lines, target: Path) -> int:
    """Write the lines to a new file, as they are shown; how many there are.

    Raises:
        UsageError: the file exists or cannot be written.
    """
    count, offset = 0, 0
    try:
        with target.open("x", encoding="utf-8") as file:
            while batch := source.lines(offset, 1000):
                file.writelines(line.text + "\n" for line in batch)
                count, offset = count + len(batch), batch[-1].end
    except OSError as error:
        raise UsageError(f"cannot write {target}: {error.strerror}", hint="give another name") from error
    return count
