"""A running attempt under a station's eye: what became of it, and how it is asked to stop."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from campaigns.core.events import EpochDone, Evaluated, Started
from campaigns.core.execution import (
    LOCAL,
    Condition,
    EndCause,
    Ended,
    EngineStanding,
    Handle,
    Lost,
    Queued,
    Running,
    StopStep,
    Unreachable,
    engine_of,
    executor_of,
)
from campaigns.core.states import Intent
from campaigns.home.asked import StopRequest
from campaigns.home.exit import Ending, Exit
from campaigns.home.journal import Recorded
from campaigns.home.paths import AttemptPaths
from campaigns.store.rows import AttemptRow

BIRTH_SECONDS = 5.0
"""How long an adopted attempt may have no handle before it counts as lost; a worker that is born later finds a
successor and leaves the job to it."""

LADDERS: Mapping[Intent, tuple[tuple[float, StopStep], ...]] = {
    Intent.DRAIN: ((0, StopStep.DRAIN),),
    # A pause waits for the epoch to end; only one that takes very long is given up.
    Intent.PAUSE: ((0, StopStep.PAUSE), (600, StopStep.NOW), (620, StopStep.KILL)),
    # The second step comes a little later: two signals at once would arrive as one.
    Intent.CANCEL: ((0, StopStep.PAUSE), (0.3, StopStep.NOW), (10, StopStep.KILL)),
}
"""For each way of stopping, what is asked how many seconds after it was asked for."""
FAR_SECONDS = 1.0
"""Between two looks into the folder of an attempt that an engine runs: it may lie on a file server that many share."""

NEVER_STARTED = Lost("its process was never started: the station was killed just then", EndCause.ENGINE)
"""What became of an attempt that never had a handle."""
UNKNOWN = Lost("its executor does not know it any more")
"""What became of an attempt whose handle means nothing to its executor."""


@dataclass(slots=True)
class Live:
    """One running attempt."""

    attempt: AttemptRow
    paths: AttemptPaths
    adopted: float
    """When we took it on, on the monotonic clock."""
    handle: Handle | None = None
    """None while nobody knows what runs it: the station that started it was killed before it could say so."""
    has_moved: bool = False
    """It has said something of a round: an epoch, a measurement."""
    _node: str = field(default="", repr=False)
    """The machine that it runs on, in its worker's words."""
    _looked: float = field(default=-FAR_SECONDS, repr=False)
    _asked: Intent | None = None
    _asked_at: float = 0.0
    _steps: int = field(default=0, repr=False)

    def hear(self, events: Sequence[Recorded]) -> None:
        """Take note of what its worker has said: of a round, and where it is."""
        for recorded in events:
            match recorded.event:
                case EpochDone() | Evaluated():
                    self.has_moved = True
                case Started(node=node) if not self.is_local:
                    self._node = node
                case _:
                    pass

    def condition(self, conditions: Mapping[Handle, Condition]) -> Condition:
        """Return what became of it, from what its executor says of all."""
        if self.handle is not None:
            return conditions.get(self.handle, UNKNOWN)
        return Running() if time.monotonic() - self.adopted < BIRTH_SECONDS else NEVER_STARTED

    @property
    def was_asked(self) -> bool:
        """True when it was asked to stop."""
        return self._asked is not None

    @property
    def is_local(self) -> bool:
        """True when it runs on this machine, without an engine."""
        return executor_of(self.attempt.slot) == LOCAL

    def is_due(self, condition: Condition) -> bool:
        """Return whether its folder is to be looked into at this turn."""
        now = time.monotonic()
        if not (self.is_local or isinstance(condition, Ended | Lost) or now - self._looked >= FAR_SECONDS):
            return False
        self._looked = now
        return True

    def end_by(self, ending: Exit | None, condition: Condition) -> Ended | Lost | None:
        """Return how it ended, from what its executor says and its last words; None while it has not.

        Last words are written last: an engine may take a while to notice, or be out of reach. Why a worker stopped that
        nobody asked to is the engine's to say, as long as it can be asked.
        """
        match condition:
            case Ended() | Lost():
                return condition
            case Queued() | Running() | Unreachable():
                if self.is_local or ending is None:
                    return None
                if ending.ending is Ending.STOPPED and not (self.was_asked or isinstance(condition, Unreachable)):
                    return None
                return Ended(ending.code, "")

    def standing_at(self, condition: Condition) -> AttemptRow:
        """Return its row as it stands in this condition."""
        name, row = engine_of(executor_of(self.attempt.slot)), self.attempt
        match condition:
            case Queued(reason):
                words = f"queued in {name}" + (f" ({reason})" if reason else "")
                return replace(
                    row, standing=EngineStanding.QUEUED, standing_words=words, standing_since=row.started, node=""
                )
            case Unreachable(since):
                words = f"{name} is out of reach"
                # Said once: when it was heard of last does not change while it is silent.
                since = (
                    row.standing_since if row.standing is EngineStanding.UNREACHABLE and row.standing_since else since
                )
                return replace(row, standing=EngineStanding.UNREACHABLE, standing_words=words, standing_since=since)
            case Running(where):
                if row.standing is EngineStanding.NONE and where in {"", row.node}:
                    return row
                return replace(
                    row, standing=EngineStanding.NONE, standing_words="", standing_since=None, node=where or row.node
                )
            case Ended() | Lost():  # it may have been over before its engine was asked where it ran
                return replace(row, node=row.node or self._node)

    def obey(self, intent: Intent, ask: Callable[[Handle, StopStep], None]) -> None:
        """Take the next step of the ladder, when its time has come. Another wish starts another ladder."""
        ladder = LADDERS.get(intent)
        if ladder is None or self.handle is None:
            return
        if self._asked is not intent:
            self._asked, self._asked_at, self._steps = intent, time.monotonic(), 0
        while self._steps < len(ladder) and time.monotonic() - self._asked_at >= ladder[self._steps][0]:
            step = ladder[self._steps][1]
            with suppress(OSError):  # the disk takes no more, or somebody removed the folder: the signal is left
                StopRequest(step).write(self.paths.asked)
            ask(self.handle, step)
            self._steps += 1


def exit_code(condition: Condition) -> int | None:
    """Return the code that a worker ended with, negative for a signal; None when nobody knows it."""
    return condition.code if isinstance(condition, Ended) else None
