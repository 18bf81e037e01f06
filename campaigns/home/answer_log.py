"""The log of answers, read as it grows: a look costs what the lines behind the last look cost.

The first look reads all of it; nothing is kept beside the file that could say something else than it. 100 000 lines
take about a second.
"""

import gc
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from statistics import median
from threading import Lock

from campaigns.core.answers import Answer, AnswerLine, Channel
from campaigns.core.labels import LabelledImage, Labelling
from campaigns.core.running_labels import RunningLabels
from campaigns.home.answers import read_answers_behind
from campaigns.home.files import damaged, plain
from campaigns.home.label_paths import LabelPaths

TIMED = 20
"""A person's pace is the median of so many of their last answers, and of no fewer than LEAST_TIMED."""
LEAST_TIMED = 5
MANY = 10_000
"""Lines of one look that are kept out of every later search for cycles."""
_TAIL = 4096
"""Bytes before the end of what was read by which it is known again."""


@dataclass(frozen=True, slots=True)
class _End:
    """Where reading stopped."""

    offset: int = 0
    file: tuple[int, int] = (0, 0)
    """Device and inode."""
    tail: bytes = b""
    """The last bytes before it."""


class AnswerLog:
    """What people said of the images of a data set, and what it comes to by now; used from several threads."""

    def __init__(self, paths: LabelPaths) -> None:
        self._paths, self._lock = paths, Lock()
        self._labels, self._read, self._end = RunningLabels(), 0, _End()

    def labelling(self) -> Labelling:
        """Return what all answers come to by now.

        Raises:
            Damaged: a line is not one of ours, or was written by a newer program.
        """
        with self._lock:
            self._look()
            return self._labels.labelling()

    def last_of(self, person: str) -> AnswerLine | None:
        """Return the last answer that a person gave here and that still counts; None when there is none.

        What they imported is taken back as a whole, and nobody was timed over it.

        Raises:
            Damaged: as `labelling`.
        """
        with self._lock:
            self._look()
            return next(self._given_by(person), None)

    def answered_by(self, person: str) -> frozenset[str]:
        """Return the images that a person has answered about, by what of it counts.

        Raises:
            Damaged: as `labelling`.
        """
        with self._lock:
            self._look()
            answers = [entry.statement for entry in self._labels.answers_of(person)]
        return frozenset(
            answer.image
            for answer in answers
            if isinstance(answer, Answer) and (answer.says or answer.is_rest_no or answer.skip is not None)
        )

    def pace_of(self, person: str) -> float | None:
        """Return how many seconds an image takes this person; None where too few of their last answers were timed.

        Raises:
            Damaged: as `labelling`.
        """
        with self._lock:
            self._look()
            lasts = [entry.statement for entry in islice(self._given_by(person), TIMED)]
        times = [last.seconds for last in lasts if isinstance(last, Answer) and last.seconds is not None]
        return median(times) if len(times) >= LEAST_TIMED else None

    def own_answers(self, person: str) -> tuple[AnswerLine, ...]:
        """Return the answers of a person that still count, in the order of time.

        Raises:
            Damaged: as `labelling`.
        """
        with self._lock:
            self._look()
            return tuple(self._labels.answers_of(person))[::-1]

    def labels_in(self, entries: Sequence[AnswerLine]) -> LabelledImage:
        """Return what some answers about one image come to, at least one, as if nobody had said more."""
        with self._lock:
            return self._labels.labels_in(entries)

    def _given_by(self, person: str) -> Iterator[AnswerLine]:
        for entry in self._labels.answers_of(person):
            if isinstance(entry.statement, Answer) and entry.statement.via is not Channel.IMPORT:
                yield entry

    def _look(self) -> None:
        """Fold in the lines that came since the last look; all of them where the file is another one now."""
        if self._end.offset and self._end_at(self._end.offset) != self._end:
            self._forget()
        with _unswept():
            try:
                entries, offset = read_answers_behind(self._paths, self._end.offset, line=self._read + 1)
                self._labels.add(entries)
                # They stay for as long as the process does. Whoever looks for cycles later would go through all of
                # them again and again: a third of a second each time, and a photograph waits meanwhile.
                if len(entries) >= MANY:
                    gc.freeze()
            except BaseException:
                self._forget()  # half of them may have been folded in
                raise
        if entries:
            self._read += len(entries)
            self._end = self._end_at(offset)

    def _end_at(self, offset: int) -> _End:
        """Return by what the lines before an offset are known again."""
        start = max(0, offset - _TAIL)
        try:
            with plain(self._paths.answers) as file:
                of = os.fstat(file.fileno())
                return _End(offset, (of.st_dev, of.st_ino), os.pread(file.fileno(), offset - start, start))
        except FileNotFoundError:
            return _End()
        except ValueError as error:
            raise damaged(self._paths.answers, error) from error

    def _forget(self) -> None:
        self._labels, self._read, self._end = RunningLabels(), 0, _End()


@lru_cache(maxsize=2)
def log_of(paths: LabelPaths) -> AnswerLog:
    """Return the log that all of this process shares, so that it reads a file once."""
    return AnswerLog(paths)


@contextmanager
def _unswept() -> Iterator[None]:
    """Let nobody look for cycles in the block: lines have none, and a hundred thousand of them take half as long."""
    is_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_enabled:
            gc.enable()
