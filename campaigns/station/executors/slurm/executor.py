"""Workers as jobs of Slurm, through its own commands: it places, watches and ends them.

A job is known by a name that is never given twice: its number comes again once a controller has lost its state. How a
job ended that the queue has forgotten, accounting says where there is any; none is needed.
"""

import os
import re
import shlex
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from threading import RLock

from campaigns.core.execution import (
    SLURM,
    Busy,
    Capacity,
    Condition,
    EndCause,
    Ended,
    Handle,
    Lost,
    Queued,
    Running,
    Slot,
    StopStep,
    Unreachable,
    Wish,
)
from campaigns.errors import NoEngine
from campaigns.home.paths import AttemptPaths
from campaigns.home.submission import Submission
from campaigns.home.task import Task
from campaigns.station.executors.slurm.accounts import Accounts
from campaigns.station.executors.slurm.commands import PATIENCE, Background, QueueWatch, SlurmReply, call, is_installed
from campaigns.station.executors.slurm.queue import QueuedJob, condition_of

NOT_HERE = "there is no sbatch on this machine"
SIGNALS: Mapping[StopStep, str] = {StopStep.DRAIN: "USR1", StopStep.PAUSE: "TERM", StopStep.NOW: "TERM"}
"""What a worker is sent for each step but the last; see `worker.stops`."""
WARNING = 120
"""Seconds before its time is up that a worker is told, unless the options say otherwise: time to end its epoch."""
AGAIN = 5.0
"""Seconds after which a step that was asked for may be asked again."""
REST = 60.0
"""Seconds after which Slurm is asked again for more than it takes of one user."""
LIMITED = ("submit limit", "MaxSubmitJob")
"""Words of `sbatch` where the user has too many jobs already."""
_EXCLUDE = re.compile(r"(--exclude=|-x)(?P<nodes>.+)")
"""The option of `sbatch` that names nodes to avoid; the last one counts."""
GIVEN_UP = "Slurm does not know it any more"
NEVER_CAME = "Slurm never got it"


@dataclass(slots=True)
class _SlurmCharge:
    """An attempt that Slurm has."""

    submission: Submission
    since: float = field(default_factory=time.monotonic)
    """When it was submitted or adopted, on the monotonic clock: an older answer says nothing of it."""
    is_new: bool = False
    """It was submitted here, so it waits as long as nobody has heard of it."""
    last: Condition | None = None
    due: float | None = None
    """When its time will be up, in seconds since the epoch; None where it has no end."""
    asked: dict[StopStep, float] = field(default_factory=dict)


@dataclass(slots=True)
class SlurmExecutor:
    """Hands each worker to `sbatch`; one `squeue` every two seconds tells of all."""

    watch: QueueWatch = field(default_factory=QueueWatch)
    is_looking: bool = False
    """It starts nothing, and asks Slurm when it is asked itself."""
    _charges: dict[Handle, _SlurmCharge] = field(default_factory=dict)
    _background: Background = field(default_factory=Background)
    _accounts: Accounts = field(default_factory=Accounts)
    _full_until: float = 0.0
    _lock: RLock = field(default_factory=RLock)

    def capacity(self, wish: Wish) -> Capacity:
        """Return how many jobs Slurm is given at once; how many of them run is Slurm's."""
        return Capacity("cuda" if wish.device == "cuda" else "cpu", wish.most)

    def obstacle(self, wish: Wish) -> str:
        """Return why no job can be submitted from this machine; empty when they can."""
        return "" if is_installed() else NOT_HERE

    def free(self, wish: Wish, busy: Sequence[Busy]) -> Slot | str:
        """Return a slot, until Slurm has as many jobs as it is given at once, or does not answer."""
        if not is_installed():
            return NOT_HERE
        if self.is_looking:
            with self._lock:
                self.watch.wait()
        if self.watch.silent_since is not None:
            return f"slurm is out of reach: {self.watch.complaint}"
        given = sum(other.slot.startswith(f"{SLURM}:") for other in busy)
        if given >= wish.most:
            return f"slurm has {given} jobs of this home already"
        if time.monotonic() < self._full_until:
            return "slurm takes no more jobs of this user for now"
        device = "cuda" if wish.device == "cuda" else "cpu"
        return Slot(device, None, SLURM, wish.options, processes=wish.processes)

    def is_ready(self, threads: int, slot: Slot) -> bool:
        """Return whether Slurm answered when it was asked last."""
        return self.watch.silent_since is None and time.monotonic() >= self._full_until

    def start(self, task: Task, paths: AttemptPaths, slot: Slot) -> Handle:
        """Submit the worker of an attempt.

        Raises:
            OSError: its folder cannot be written; nothing runs.
            NoEngine: Slurm refuses it, and would refuse the next one too.
        """
        paths.folder.mkdir(parents=True, exist_ok=True)
        task.write(paths.task)
        name = f"alwsl-{task.campaign}-{task.job.id}-{task.attempt}-{os.urandom(4).hex()}"
        submission = Submission(SLURM, name, time.time())
        # Before Slurm is asked: whoever comes after a station that is killed now finds the job by its name.
        submission.write(paths.engine)
        since = time.monotonic()
        answer = _submitted(task, paths, slot, name)
        if answer.code == 0:
            job, _, cluster = answer.out.strip().partition(";")
            submission = replace(submission, job=job if job.isdecimal() else "", cluster=cluster)
            submission.write(paths.engine)
        elif answer.is_silence:
            # Perhaps it got there all the same: the next answer has its name, or has it not.
            self.watch.fail(answer.words)
        else:
            self._refused(answer)
        handle = Handle(submission.to_text())
        with self._lock:
            self._charges[handle] = _SlurmCharge(submission, since, is_new=True)
        return handle

    def _refused(self, answer: SlurmReply) -> None:
        if self._charges and any(words in answer.err for words in LIMITED):
            self._full_until = time.monotonic() + REST
            return
        raise NoEngine(f"sbatch: {answer.words}", hint="mend run.slurm or SBATCH_*, or choose another executor")

    def recall(self, paths: AttemptPaths) -> Handle | None:
        """Return the handle that the note beside the task names; None where Slurm was not asked.

        Raises:
            Damaged: no station wrote it.
        """
        submission = Submission.read(paths.engine)
        return None if submission is None else Handle(submission.to_text())

    def adopt(self, handle: Handle, paths: AttemptPaths) -> None:
        """Look after a job that another station has submitted."""
        with self._lock, suppress(ValueError):  # one that nobody of ours gave means nothing
            submission = Submission.from_text(handle)
            self._charges.setdefault(handle, _SlurmCharge(submission, since=_there_since(submission)))

    def look(self) -> Mapping[Handle, Condition]:
        """Return what `squeue` said last of every job; an answer is waited for only by who has none yet."""
        with self._lock:
            self._background.reap()
            if not self._charges:
                if self.watch.silent_since is not None:
                    self.watch.poll()
                return {}
            if any(charge.last is None and not charge.is_new for charge in self._charges.values()):
                self.watch.wait()
            else:
                self.watch.poll()
            jobs = {job.name: job for job in self.watch.jobs}
            for charge in self._charges.values():
                charge.last = self._condition(charge, jobs.get(charge.submission.name))
            return {handle: charge.last or Queued("") for handle, charge in self._charges.items()}

    def _condition(self, charge: _SlurmCharge, job: QueuedJob | None) -> Condition:
        if isinstance(charge.last, Ended | Lost):
            return charge.last
        if self.watch.silent_since is not None:
            return Unreachable(self.watch.silent_since)
        if job is not None:
            if job.runs:
                charge.due = job.ends
            if not charge.submission.job:
                charge.submission = replace(charge.submission, job=job.number)
            return condition_of(job, due=charge.due, warned=WARNING)
        if self.watch.asked_at <= charge.since:
            return Queued("") if charge.is_new else charge.last or Running()
        if charge.is_new and not charge.submission.job:  # one that has a number was there once
            return Lost(NEVER_CAME, EndCause.ENGINE)
        has_answer, remembered = self._accounts.look_up(charge.submission)
        if not has_answer:
            return charge.last or Running()
        if remembered is None or remembered.waits or remembered.runs:
            return Lost(GIVEN_UP, EndCause.ENGINE)
        return condition_of(remembered, due=charge.due, warned=WARNING)

    def ask(self, handle: Handle, step: StopStep) -> None:
        """Take a job out of the queue, or signal its worker; for the last step, end it."""
        charge = self._charges.get(handle)
        if charge is None or not charge.submission.job or isinstance(charge.last, Ended | Lost):
            return
        if time.monotonic() - charge.asked.get(step, -AGAIN) < AGAIN:
            return
        charge.asked[step] = time.monotonic()
        job, name = charge.submission.job, f"--name={charge.submission.name}"
        # With its name: the number may be another job's by now.
        where = (f"--clusters={charge.submission.cluster}",) if charge.submission.cluster else ()
        if step is StopStep.KILL:
            self._background.run("scancel", *where, "--full", "--signal=KILL", name, job)
            self._background.run("scancel", *where, name, job)
            return
        # One that has not begun has nothing to finish.
        self._background.run("scancel", *where, "--state=PENDING", name, job)
        self._background.run("scancel", *where, "--batch", f"--signal={SIGNALS[step]}", name, job)

    def forget(self, handle: Handle) -> None:
        """Look after a job no longer."""
        with self._lock:
            self._charges.pop(handle, None)


@cache
def looking_slurm() -> SlurmExecutor:
    """Return the executor of this process for who starts nothing."""
    return SlurmExecutor(is_looking=True)


def _there_since(submission: Submission) -> float:
    """Return from when on, on the monotonic clock, Slurm's answers know of what somebody else has submitted."""
    age = max(0.0, time.time() - submission.submitted)
    return min(
        time.monotonic(), time.monotonic() - age + PATIENCE
    )  # sbatch was called just after that, and may take long


def _submitted(task: Task, paths: AttemptPaths, slot: Slot, name: str) -> SlurmReply:
    answer = call(*_command(task, paths, slot, name), stdin=_script(paths), env=_surroundings(task, slot))
    if not task.avoid or answer.code == 0 or answer.is_silence:
        return answer
    # It may know one of these no more, and takes no job that all nodes are kept from: then the worker refuses it there.
    known = set(call("sinfo", "--noheader", "--Node", "--format=%N").out.split())
    left = tuple(node for node in task.avoid if node in known)
    return _submitted(replace(task, avoid=left if left != task.avoid else ()), paths, slot, name)


def _command(task: Task, paths: AttemptPaths, slot: Slot, name: str) -> list[str]:
    card = (f"--gres=gpu:{slot.processes}",) if slot.device == "cuda" else ()
    return [
        "sbatch", "--parsable", "--no-requeue", "--open-mode=append", f"--job-name={name}",
        # Slurm puts numbers in place of some letters behind a per cent sign.
        f"--output={str(paths.log).replace('%', '%%')}", f"--chdir={paths.folder}", "--export=ALL", "--nodes=1",
        "--ntasks=1", f"--cpus-per-task={task.threads * slot.processes}", f"--signal=B:TERM@{WARNING}", *card,
        *avoiding(slot.options, task.avoid),
    ]  # fmt: skip


def avoiding(options: Sequence[str], nodes: Sequence[str]) -> list[str]:
    """Return options of `sbatch` with these nodes among those that are avoided."""
    if not nodes:
        return [*options]
    theirs = [told["nodes"] for option in options if (told := _EXCLUDE.fullmatch(option))]
    return [*options, f"--exclude={','.join((*theirs[-1:], *nodes))}"]


def _script(paths: AttemptPaths) -> str:
    # Without a shell between them the signals of the batch job are the worker's.
    words = [sys.executable, "-u", "-P", "-m", "campaigns.worker", str(paths.folder)]
    return f"#!/bin/sh\nexec {shlex.join(words)}\n"


def _surroundings(task: Task, slot: Slot) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SLURM_") or name == "SLURM_CONF"}
    threads = {"OMP_NUM_THREADS": str(task.threads), "MKL_NUM_THREADS": str(task.threads)}
    # Which card it is, Slurm says.
    cards = {"CUDA_DEVICE_ORDER": "PCI_BUS_ID"} | ({} if slot.device == "cuda" else {"CUDA_VISIBLE_DEVICES": ""})
    kept.pop("CUDA_VISIBLE_DEVICES", None)
    return kept | threads | cards | {"LC_ALL": os.environ.get("LC_ALL", "C.UTF-8")}
