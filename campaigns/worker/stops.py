"""How a worker is asked to stop: a ladder, said by signals and in a file, as flags that the job looks at."""

import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from campaigns.core.execution import StopStep
from campaigns.errors import Damaged
from campaigns.home.asked import StopRequest
from campaigns.home.paths import AttemptPaths
from campaigns.worker.journal import log


class Stopped(Exception):
    """The job ends here because somebody asked; everything up to the last checkpoint is kept.

    What it says is why; nothing where a person asked.
    """


class Superseded(Stopped):
    """Another attempt has the job by now: what this worker would write is no longer its own."""


class OtherNode(Stopped):
    """The job goes on on a node of another kind than this one."""


class ScoresWanted(Stopped):
    """The job ends here until other jobs have scored the pool of its round."""


LOOK_SECONDS = 0.5
"""Between two looks at the file that asks: a step of training takes milliseconds, and the file may be far away."""


@dataclass(slots=True)
class Stops:
    """What has been asked so far, by signals or by the file of the attempt; both are looked at where work may stop."""

    asked: Path | None = None
    """The file that asks; None for a job that nobody but the process's owner can stop."""
    own: AttemptPaths | None = None
    """The attempt that this worker is, where later ones may come to hold its job: a node that is cut off computes on,
    its station has lost it, and the lock of a file system may have been lost with it."""
    after_round: bool = False
    after_epoch: bool = False
    now: bool = False
    _terms: int = 0
    _looked: float = -LOOK_SECONDS
    _is_superseded: bool = False
    _is_told: bool = False
    """The log has it that the file is spoilt."""

    def listen(self) -> None:
        """SIGUSR1: after the round. SIGTERM: after the epoch; a second one: now. Ctrl-C is for who started us."""
        signal.signal(signal.SIGUSR1, self._on_drain)
        signal.signal(signal.SIGTERM, self._on_term)
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def _on_drain(self, _number: int, _frame: FrameType | None) -> None:
        self.after_round = True

    def _on_term(self, _number: int, _frame: FrameType | None) -> None:
        # Counted by themselves: the file may have said already what the first one says.
        self._terms += 1
        self.after_epoch = True
        self.now |= self._terms > 1

    def _look(self) -> None:
        if time.monotonic() - self._looked < LOOK_SECONDS:
            return
        self._looked = time.monotonic()
        with suppress(OSError):  # a file system that fails for a moment says nothing of other attempts
            self._is_superseded |= self._has_successor()
        if self.asked is None:
            return
        step: StopStep | None = None
        try:
            asked = StopRequest.read(self.asked)
            step = None if asked is None else asked.step
        except OSError:  # its folder is gone: nothing is asked by that
            pass
        except Damaged as error:
            if not self._is_told:
                log(f"nothing is asked by what is spoilt: {error.message}")
            self._is_told = True
        self.after_round |= step is StopStep.DRAIN
        self.now |= step in (StopStep.NOW, StopStep.KILL)
        self.after_epoch |= self.now or step is StopStep.PAUSE

    def at_step(self) -> bool:
        """Return whether not even the epoch should be finished."""
        self._look()
        return self.now or self._is_superseded

    def at_batch(self) -> None:
        """End the job within a pass over the pool when it was asked to end now; shards that are scored are kept.

        Raises:
            Stopped: it was.
            Superseded: another attempt has the job.
        """
        if self.at_step():
            self.require_job()
            raise Stopped

    def require_job(self) -> None:
        """Look whether the job is still this worker's, before anything of it is written.

        Raises:
            Superseded: another attempt has it.
            OSError: its folder cannot be read.
        """
        self._is_superseded |= self._has_successor()
        if self._is_superseded:
            raise Superseded("another attempt has the job by now")

    def _has_successor(self) -> bool:
        """Return whether the worker of a later attempt holds the job: one that waits for it has said nothing yet."""
        return self.own is not None and any(paths.process.exists() for paths in later_attempts(self.own))

    def between_epochs(self) -> None:
        """End the job when it was asked to end after an epoch.

        Raises:
            Stopped: it was.
        """
        self._look()
        if self.after_epoch:
            raise Stopped

    def between_rounds(self) -> None:
        """End the job when it was asked to end after a round, or sooner.

        Raises:
            Stopped: it was.
        """
        self._look()
        if self.after_round or self.after_epoch:
            raise Stopped


def later_attempts(own: AttemptPaths) -> list[AttemptPaths]:
    """Return the attempts at the same job with a higher number."""
    numbers = [int(path.name) for path in own.folder.parent.iterdir() if path.name.isdecimal()]
    return [AttemptPaths(own.folder.with_name(str(n))) for n in sorted(numbers) if n > int(own.folder.name)]
