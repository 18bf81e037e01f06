"""What an attempt leaves on a node that does not share the home comes back, as if its worker had written it here.

The order is the point: files come before the lines of the journal that speak of them, and last words last. Whoever is
killed in between, here or there, leaves a home in which nothing is spoken of that is not there. And nothing of what a
node sends is believed: names lead into the job's own rounds, sizes have bounds, and each file is held to its seal.
"""

import os
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from campaigns.home.checksums import digest, require_head, require_stamp
from campaigns.home.evaluation import Evaluation
from campaigns.home.exit import Exit
from campaigns.home.files import replacing
from campaigns.home.journal import Recorded, from_line, to_line
from campaigns.home.paths import AttemptPaths, JobPaths
from campaigns.home.picks import read_picks
from campaigns.home.process import Worker
from campaigns.home.records import decode
from campaigns.home.round import SealedRound
from campaigns.station.executors.holding.files import (
    CHECKPOINT,
    CHOICE,
    EVALUATION,
    MODEL,
    PICKS,
    ROUND_FILES,
    SCORES,
    SEAL,
    round_and_name,
)
from campaigns.station.executors.holding.node_home import NodeHome
from campaigns.station.executors.holding.talk import PIECE, Hold, HoldReport, HoldStage, NodeFile, news_from

WAIT = 2.0
"""Seconds that a node may wait for something new before it answers."""
GRACE = 10.0
"""Seconds that an answer may take besides."""
READING = 60.0
"""Seconds that a piece of a file may take."""
HASHING = 300.0
"""Seconds that a node may take to hash a file."""
SLACK = 2.0
"""Seconds by which clocks may differ before times of a journal are corrected."""
MARGIN = 64 << 20
"""Bytes of the home's disk that are left to others."""
PATIENCE = 30
"""How often a file may be another one than its seal says: one that is being replaced is, for a moment."""


class Passed(Exception):
    """A later attempt at the job was started: what this one says is not taken any more."""


class _Replaced(Exception):
    """Another file took a file's place while it was read."""


@dataclass(slots=True)
class Receiver:
    """Takes what one attempt has left since it was asked last."""

    paths: AttemptPaths
    checkpoint_seconds: float
    _known: str = ""
    """As the node's `fingerprint` has it, of files that were looked at."""
    _stamps: dict[str, str] = field(default_factory=dict)
    """Of files that are here as they are there."""
    _lines: int = 0
    _logged: int = 0
    _checkpoint_at: float = float("-inf")
    is_behind: bool = False
    """Not all that was listed could be taken: to ask again at once would be too soon."""
    _refused: int = 0

    def __post_init__(self) -> None:
        self._lines = _whole_lines(self.paths.journal)
        with suppress(FileNotFoundError):
            self._logged = self.paths.log.stat().st_size

    @property
    def job(self) -> JobPaths:
        """The job that it is an attempt at."""
        return JobPaths(self.paths.folder.parent.parent)

    def receive(self, hold: Hold, *, wait: float = WAIT) -> HoldReport:
        """Take what is new, and return how the holder stands: as ended only once all of it is here.

        Raises:
            Passed: a later attempt was started.
            ValueError: what comes is not what an attempt leaves.
            HoldSilent, HoldGone, HoldFailed: as `Hold.ask`.
            OSError: the home's disk takes no more.
        """
        answer = hold.ask("news", self._lines, self._logged, self._known, wait, seconds=wait + GRACE)
        news, journal, log = news_from(answer)
        self._require_last()
        is_over = news.report.stage is HoldStage.ENDED
        is_complete = self._take_files(hold, news.files, is_over=is_over)
        self.is_behind = not is_complete
        self._known = NodeHome.fingerprint(news.files) if is_complete else ""
        if not is_complete:
            return replace(news.report, stage=HoldStage.RUNNING)
        self._require_last()
        if news.process and not self.paths.process.exists():
            decode(Worker, news.process.encode()).write(self.paths.process)
        self._take_journal(journal, ahead=news.report.time - time.time())
        if log:
            _append(self.paths.log, log)
            self._logged += len(log)
        if not (is_over and news.is_all):
            return replace(news.report, stage=HoldStage.RUNNING)
        if news.exit:
            decode(Exit, news.exit.encode()).write(self.paths.exit)
        return news.report

    def _require_last(self) -> None:
        own = int(self.paths.folder.name)
        numbers = [int(path.name) for path in self.paths.folder.parent.iterdir() if path.name.isdecimal()]
        if max(numbers, default=own) > own:
            raise Passed

    def _take_files(self, hold: Hold, files: Iterable[NodeFile], *, is_over: bool) -> bool:
        """Return whether all files that the journal may speak of are here."""
        listed = {file.path: file for file in files}
        for file in in_order(listed.values()):
            if self._stamps.get(file.path) == file.stamp:
                continue
            number, name = round_and_name(file.path)
            if name == CHECKPOINT and not (is_over or self._is_due(number, listed)):
                continue
            self._require_last()
            if not (self._is_here(hold, file) or self._fetch(hold, file, name)):
                return False
            self._stamps[file.path] = file.stamp
            if name == CHECKPOINT:
                self._checkpoint_at = time.monotonic()
        self._clear(listed)
        return True

    def _is_due(self, number: int, listed: dict[str, NodeFile]) -> bool:
        """Return whether a checkpoint comes home now.

        Before the model of the round before it, always: a round that trains that model on would begin at nothing.
        """
        before = f"rounds/{number - 1}/{MODEL}"
        is_heir = before in listed and not self.job.round(number - 1).model.exists()
        return is_heir or time.monotonic() - self._checkpoint_at >= self.checkpoint_seconds

    def _is_here(self, hold: Hold, file: NodeFile) -> bool:
        path = self.job.folder / file.path
        if file.path in self._stamps or not path.is_file() or path.stat().st_size != file.size:
            return False
        return hold.ask("digest", file.path, seconds=HASHING).decode() == digest(path)

    def _fetch(self, hold: Hold, file: NodeFile, name: str) -> bool:
        """Return whether a file is here by now; False where it was replaced meanwhile.

        Raises:
            ValueError: it is none that its round could have.
        """
        if not 0 <= file.size <= ROUND_FILES[name]:
            raise ValueError(f"{file.path} has {file.size} bytes")
        path = self.job.folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.parent.resolve().is_relative_to(self.job.folder.resolve()):
            raise ValueError(f"{path.parent} leads elsewhere")
        if file.size + MARGIN > shutil.disk_usage(path.parent).free:
            raise OSError(28, "No space left on device", str(path))
        try:
            with replacing(path) as draft:
                _read(hold, file, draft)
                self._check(draft, name, path)
                self._require_last()
        except _Replaced as error:
            self._refused += 1
            if self._refused > PATIENCE:
                raise ValueError(str(error)) from error
            return False
        self._refused = 0
        return True

    def _check(self, draft: Path, name: str, path: Path) -> None:
        """Raise ValueError unless a file is what one of its name has to be, and what it vouches for is here."""
        if name in (MODEL, SCORES):
            require_stamp(draft)
        elif name == CHECKPOINT:
            require_head(draft)
        elif name in (SEAL, CHOICE):
            sealed = SealedRound.read(draft)
            assert sealed is not None
            for other, sha256 in sealed.sha256.items():
                if other not in ROUND_FILES:
                    raise ValueError(f"{path} vouches for {other[:80]!r}, which no round has")
                if not (path.parent / other).is_file() or digest(path.parent / other) != sha256:
                    raise _Replaced(f"{path.parent / other} is not what its seal says")
        elif name == PICKS:
            read_picks(draft)
        elif name == EVALUATION:
            Evaluation.read(draft)

    def _clear(self, listed: dict[str, NodeFile]) -> None:
        """Remove the checkpoints of rounds whose model is done, as their worker did."""
        for path in listed:
            number, name = round_and_name(path)
            if name == MODEL and f"rounds/{number}/{CHECKPOINT}" not in listed:
                self.job.round(number).checkpoint.unlink(missing_ok=True)

    def _take_journal(self, journal: bytes, *, ahead: float) -> None:
        lines: list[str] = []
        for line in journal.splitlines():
            recorded = from_line(line.decode())
            if recorded.number != self._lines + len(lines) + 1:
                raise ValueError(f"its journal has {recorded.number} behind {self._lines + len(lines)}")
            lines.append(to_line(_corrected(recorded, ahead)))
        if lines:
            _append(self.paths.journal, "".join(lines).encode())
            self._lines += len(lines)


def in_order(files: Iterable[NodeFile]) -> list[NodeFile]:
    """Return files in the order in which they come home.

    Models from the last round to the first, each behind the checkpoint from which the next round trains it on; then
    what else there is; seals last, which vouch for the others.
    """

    def rank(file: NodeFile) -> tuple[int, int, str]:
        number, name = round_and_name(file.path)
        place = {CHECKPOINT: 0, MODEL: 0, SEAL: 2, CHOICE: 3}.get(name, 1)
        return place, number if place else -number, name

    return sorted(files, key=rank)


def _read(hold: Hold, file: NodeFile, draft: Path) -> None:
    with draft.open("wb") as out:
        offset = 0
        while offset < file.size:
            content = hold.ask("read", file.path, file.stamp, offset, seconds=READING)
            if len(content) != min(PIECE, file.size - offset):
                raise _Replaced(f"{file.path} became another file while it was read")
            out.write(content)
            offset += len(content)


def _corrected(recorded: Recorded, ahead: float) -> Recorded:
    """Return an event with its time by this machine's clock, where the node's is ahead of it or behind."""
    return recorded if abs(ahead) <= SLACK else replace(recorded, at=max(0.0, recorded.at - ahead))


def _whole_lines(journal: Path) -> int:
    """Return how many lines a journal has; half of one, which a kill left, is taken away."""
    lines = whole = 0
    try:
        with journal.open("rb+") as file:
            for line in file:
                if line.endswith(b"\n"):
                    lines, whole = lines + 1, whole + len(line)
            file.truncate(whole)
    except FileNotFoundError:
        return 0
    return lines


def _append(path: Path, content: bytes) -> None:
    """Append all of it, or nothing.

    Raises:
        OSError: the disk takes no more.
    """
    with path.open("ab", buffering=0) as file:
        before = os.fstat(file.fileno()).st_size
        try:
            at = 0
            while at < len(content):
                at += file.write(content[at:])
        except OSError:
            os.ftruncate(file.fileno(), before)
            raise
