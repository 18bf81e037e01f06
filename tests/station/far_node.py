"""A node that says whatever a test wants, where a bridge asks a holder; and the real one, asked without an engine."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from campaigns.core.events import Event
from campaigns.home.checksums import CHECKPOINT, METADATA, stamp
from campaigns.home.exit import Ending, Exit
from campaigns.home.journal import Recorded, to_line
from campaigns.home.records import plain
from campaigns.station.executors.holding.holder import AttemptHolder
from campaigns.station.executors.holding.talk import PIECE, HoldReport, HoldStage, NodeFile, NodeNews, to_bytes
from campaigns.version import VERSION


@dataclass
class FarNode:
    """One attempt on a node: what it has by now, and a look at every question."""

    files: dict[str, bytes] = field(default_factory=dict)
    journal: bytes = b""
    log: bytes = b""
    exit: str = ""
    stage: HoldStage = HoldStage.RUNNING
    ahead: float = 0.0
    asked: list[tuple[str, tuple[object, ...]]] = field(default_factory=list)
    on_ask: Callable[[str], None] = lambda _method: None

    def say(self, *events: Event, at: float | None = None) -> None:
        first = self.journal.count(b"\n") + 1
        times = time.time() + self.ahead if at is None else at
        lines = [to_line(Recorded(first + i, times, event)) for i, event in enumerate(events)]
        self.journal += "".join(lines).encode()

    def end(self, ending: Ending = Ending.DONE) -> None:
        import json

        self.stage, self.exit = HoldStage.ENDED, json.dumps(plain(Exit(ending), schema=1))

    def ask(self, method: str, *words: object, seconds: float) -> bytes:
        self.asked.append((method, words))
        self.on_ask(method)
        if method == "news":
            return self._news(*words)
        path = str(words[0])
        if method == "digest":
            return hashlib.sha256(self.files[path]).hexdigest().encode()
        assert method == "read"
        offset = int(str(words[2]))
        return self.files[path][offset : offset + PIECE]

    def read(self) -> list[str]:
        """The files that were asked for, in order."""
        return [str(words[0]) for method, words in self.asked if method == "read"]

    def _news(self, lines: object, log: object, *_: object) -> bytes:
        behind = b"".join(self.journal.splitlines(keepends=True)[int(str(lines)) :])
        printed = self.log[int(str(log)) :]
        report = HoldReport(
            1, self.stage, "n2", "0" * 56, "3.11", VERSION, time.time() + self.ahead, False, False, False
        )
        files = tuple(
            NodeFile(path, len(content), hashlib.sha256(content).hexdigest()) for path, content in self.files.items()
        )
        return to_bytes(NodeNews(report, files, len(behind), len(printed), True, "", self.exit), behind + printed)


@dataclass
class NearHold:
    """A real holder in this process."""

    holder: AttemptHolder

    def ask(self, method: str, *words: object, seconds: float) -> bytes:
        answer = getattr(self.holder, method)(*words)
        assert isinstance(answer, bytes)
        return answer


def model_bytes(folder: Path, value: float = 1.0) -> bytes:
    """A file of weights as a worker leaves it."""
    path = folder / f"made-{value}.safetensors"
    save_file({"weight": np.full(4, value, np.float32)}, path, metadata=METADATA)
    stamp(path)
    return path.read_bytes()


def checkpoint_bytes(content: bytes = b"a fit between two epochs") -> bytes:
    """A checkpoint as a worker leaves it, as far as its head is looked at."""
    return CHECKPOINT.format(digest=hashlib.sha256(content).hexdigest(), size=len(content)).encode() + content
