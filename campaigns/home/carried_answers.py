"""What people said, on its way between homes: how far a file of answers goes, and what another one adds to it."""

import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass

from campaigns.core.answers import AnswerLine
from campaigns.core.merging import missing_from
from campaigns.home.answer_lines import to_line
from campaigns.home.answers import LOCK_SECONDS, read_answers_from
from campaigns.home.files import plain, replacing
from campaigns.home.label_paths import LabelPaths
from campaigns.home.locks import exclusive

PART = 1 << 20


@dataclass(frozen=True, slots=True)
class Extent:
    """The whole lines that a file has at one moment; what people say later comes behind them."""

    lines: int
    bytes: int
    sha256: str
    modified: float
    """Seconds since the epoch."""


def whole_lines(paths: LabelPaths) -> tuple[list[AnswerLine], int]:
    """Return every whole line of a file, and how many bytes they are; half a line may follow.

    Raises:
        Damaged: a line is not one of ours, or was written by a newer program.
    """
    lines = list(read_answers_from(paths, 0))
    return [entry for entry, _ in lines], lines[-1][1] if lines else 0


def extent_of(paths: LabelPaths) -> Extent | None:
    """Return how far a file goes by now; None when nobody has said anything.

    Raises:
        Damaged: a line is not one of ours, or was written by a newer program.
        OSError: it was deleted meanwhile.
    """
    lines, end = whole_lines(paths)
    if not lines:
        return None
    sha256, left = hashlib.sha256(), end
    with plain(paths.answers) as file:
        while left and (part := file.read(min(PART, left))):
            sha256.update(part)
            left -= len(part)
    return Extent(len(lines), end, sha256.hexdigest(), paths.answers.stat().st_mtime)


def take_in(paths: LabelPaths, other: Iterable[AnswerLine]) -> int:
    """Append what a home lacks of another one's lines, all of it or nothing; return how many lines that is.

    Its own lines keep their places and numbers. Half a line at the end, of a writer that was killed, is left out.

    Raises:
        Held: a writer did not let go of the file for LOCK_SECONDS.
        Damaged: a line of this home is not one of ours.
        OSError: the disk takes nothing; then the file is as it was.
    """
    paths.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with exclusive(paths.lock, wait=LOCK_SECONDS):
        here, end = whole_lines(paths)
        missing = missing_from(here, other)
        if not missing:
            return 0
        # Replaced rather than appended to: killed half-way, an append would leave some of the lines.
        with replacing(paths.answers) as draft, draft.open("wb") as out:
            if end:
                with plain(paths.answers) as file:
                    shutil.copyfileobj(file, out)
            out.truncate(end)
            out.seek(end)
            out.writelines(to_line(entry).encode() for entry in missing)
    return len(missing)
