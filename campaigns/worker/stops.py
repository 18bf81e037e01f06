"""How a worker is asked to stop: the ladder of signals, as flags that the job looks at."""

import signal
from dataclasses import dataclass
from types import FrameType


class Stopped(Exception):
    """The job ends here because somebody asked; everything up to the last checkpoint is kept.

    What it says is why; nothing where a person asked.
    """


@dataclass(slots=True)
class Stops:
    """What has been asked so far."""

    after_round: bool = False
    after_epoch: bool = False
    now: bool = False

    def listen(self) -> None:
        """SIGUSR1: after the round. SIGTERM: after the epoch; a second one: now. Ctrl-C is for who started us."""
        signal.signal(signal.SIGUSR1, self._on_drain)
        signal.signal(signal.SIGTERM, self._on_term)
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def _on_drain(self, _number: int, _frame: FrameType | None) -> None:
        self.after_round = True

    def _on_term(self, _number: int, _frame: FrameType | None) -> None:
        self.now = self.after_epoch
        self.after_epoch = True

    def at_step(self) -> bool:
        """Return whether not even the epoch should be finished."""
        return self.now

    def between_epochs(self) -> None:
        """End the job when it was asked to end after an epoch.

        Raises:
            Stopped: it was.
        """
        if self.after_epoch:
            raise Stopped

    def between_rounds(self) -> None:
        """End the job when it was asked to end after a round, or sooner.

        Raises:
            Stopped: it was.
        """
        if self.after_round or self.after_epoch:
            raise Stopped
