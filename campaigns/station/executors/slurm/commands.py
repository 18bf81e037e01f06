"""Slurm's commands, asked without ever waiting longer than is said: a controller that is gone keeps each for 10 s."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass, field, replace
from typing import IO

from campaigns.station.executors.slurm.queue import FORMAT, QueuedJob, parse

EVERY = 2.0
"""Seconds between two questions."""
PATIENCE = 8.0
"""Seconds after which an answer is not waited for any more."""
FIRST = 2.0
"""Seconds that somebody who knows nothing yet waits for the first answer."""
_LABEL = re.compile(r"^\w+: (?:error|fatal): ")
SILENT = (
    "Unable to contact", "timed out", "emporarily", "Connection refused", "ommunication connection failure",
    "Zero Bytes", "Unable to establish", "not responding", "Resource unavailable",
)  # fmt: skip
"""Words of commands that did not reach the controller, or not now: what was asked may come true all the same."""


@dataclass(frozen=True, slots=True)
class SlurmReply:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def is_silence(self) -> bool:
        """True when nobody was there to answer."""
        return self.code != 0 and (self.code < 0 or any(words in self.err for words in SILENT))

    @property
    def words(self) -> str:
        """Its last complaint, without the name of the command."""
        lines = [line.strip() for line in self.err.splitlines() if line.strip()]
        return _LABEL.sub("", lines[-1]) if lines else f"it ended with exit code {self.code}"


def is_installed() -> bool:
    """Return whether Slurm's commands are on this machine's path."""
    return all(shutil.which(command) for command in ("sbatch", "squeue", "scancel"))


def call(*words: str, stdin: str = "", seconds: float = PATIENCE, env: dict[str, str] | None = None) -> SlurmReply:
    """Ask and wait for the answer, `seconds` at most."""
    try:
        done = subprocess.run(
            words, input=stdin, capture_output=True, text=True, errors="replace", timeout=seconds, check=False,
            env=plain_environment() if env is None else env,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return SlurmReply(-1, "", f"no answer within {seconds:g} s")
    return SlurmReply(done.returncode, done.stdout, done.stderr)


def plain_environment() -> dict[str, str]:
    """Return the environment without what would change how these commands answer."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SQUEUE_", "SCANCEL_"))}
    return kept | {"SLURM_TIME_FORMAT": "standard", "LC_ALL": "C.UTF-8"}


@dataclass(slots=True)
class Background:
    """Commands whose answer nobody waits for."""

    _running: list[tuple[subprocess.Popen[bytes], float]] = field(default_factory=list)

    def run(self, *words: str) -> None:
        """Start a command."""
        child = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=plain_environment(), start_new_session=True,
        )  # fmt: skip
        self._running.append((child, time.monotonic()))

    def reap(self) -> None:
        """Forget those that have ended, and end those that hang."""
        for child, begun in list(self._running):
            if child.poll() is None and time.monotonic() - begun > PATIENCE:
                child.kill()
                child.wait()
            if child.poll() is not None:
                self._running.remove((child, begun))


@dataclass(slots=True)
class SlurmQuestion:
    """A command whose answer is looked for again and again, and never waited for."""

    _process: subprocess.Popen[bytes]
    _out: IO[bytes]
    _err: IO[bytes]
    begun: float
    """When it was asked, on the monotonic clock."""

    @classmethod
    def ask(cls, *words: str) -> "SlurmQuestion":
        """Start a command.

        Raises:
            OSError: it cannot be started.
        """
        # Into files: a pipe that nobody empties would hold up an answer of some hundred jobs.
        out, err = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115  # closed with the answer
        begun = time.monotonic()
        try:
            process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=plain_environment(), start_new_session=True
            )
        except OSError:
            out.close()
            err.close()
            raise
        return cls(process, out, err, begun)

    def answer(self) -> SlurmReply | None:
        """Return what it answered, once; None while it has not. One that takes too long is ended: nobody answered."""
        if self._process.poll() is None and time.monotonic() - self.begun > PATIENCE:
            self._process.kill()
            self._process.wait()
        code = self._process.poll()
        if code is None:
            return None
        self._out.seek(0)
        self._err.seek(0)
        with self._out as out, self._err as err:
            reply = SlurmReply(code, out.read().decode(errors="replace"), err.read().decode(errors="replace"))
        return reply if code >= 0 else replace(reply, err=f"no answer within {PATIENCE:g} s")


@dataclass(slots=True)
class QueueWatch:
    """One `squeue` for all jobs of this user, asked every two seconds in the background."""

    jobs: tuple[QueuedJob, ...] = ()
    """As last answered."""
    asked_at: float = -EVERY
    """When that was asked, on the monotonic clock: what was submitted later is not in it."""
    silent_since: float | None = None
    """When Slurm was last heard of, in seconds since the epoch, while it does not answer; None while it does."""
    complaint: str = ""
    """What the command said that got no answer."""
    has_asked: bool = False
    """One answer, or none in time, was had."""
    _heard: float = field(default_factory=time.time)
    _begun: float = -EVERY
    _question: SlurmQuestion | None = None

    def poll(self) -> None:
        """Take an answer that has come, and ask again when it is time."""
        if self._question is not None and (answer := self._question.answer()) is not None:
            self._take(answer, self._question.begun)
            self._question = None
        if self._question is None and time.monotonic() - self._begun >= EVERY:
            self._ask()

    def wait(self, seconds: float = FIRST) -> None:
        """Wait for an answer that is not older than what is asked every two seconds, `seconds` at most."""
        end = time.monotonic() + seconds
        self.poll()
        while self._question is not None and time.monotonic() < end:
            time.sleep(0.01)
            self.poll()
        if not self.has_asked:
            self.fail("no answer yet")

    def fail(self, complaint: str) -> None:
        """Take note that Slurm does not answer."""
        self.has_asked, self.complaint = True, complaint
        if self.silent_since is None:
            self.silent_since = self._heard

    def _ask(self) -> None:
        self._begun = time.monotonic()
        try:
            self._question = SlurmQuestion.ask(
                "squeue", "--noheader", f"--user={os.getuid()}", "--states=all", f"--Format={FORMAT}"
            )
        except OSError as error:
            self.fail(str(error))

    def _take(self, answer: SlurmReply, begun: float) -> None:
        if answer.code:
            self.fail(answer.words)
            return
        self.jobs, self.asked_at, self._heard = tuple(parse(answer.out)), begun, time.time()
        self.has_asked, self.silent_since, self.complaint = True, None, ""
