"""`python -m campaigns.worker ATTEMPT_FOLDER`: take the job, run it, say how it ended."""

import os
import resource
import sys
import traceback
from contextlib import suppress
from pathlib import Path

from safetensors import SafetensorError

from campaigns.errors import AlwslError, JobFailed, OutOfMemory
from campaigns.home.exit import Ending, Exit
from campaigns.home.files import keep_private
from campaigns.home.keeper import workers_lock
from campaigns.home.locks import Held, exclusive, shared
from campaigns.home.paths import AttemptPaths, HomePaths
from campaigns.home.process import worker_of
from campaigns.home.task import Task
from campaigns.worker.endings import ending_of
from campaigns.worker.journal import Journal, log
from campaigns.worker.stops import Stopped, Stops, Superseded, later_attempts

_PEAKS_A_MIB = 1 << (20 if sys.platform == "darwin" else 10)
"""The system tells a peak in KiB; macOS in bytes."""
LOCK_SECONDS = 5.0
"""How long to wait for a predecessor that is just being killed."""
RESERVE = [bytearray(8 << 20)]
"""Memory that nobody uses until there is none: last words take some, too. The system lends it untouched, so it costs
addresses alone."""
BUSY = Exit(Ending.BUSY, JobFailed.exit_code, "another worker holds this job")


def main(folder: Path) -> int:
    """Run the attempt in `folder`, and leave last words where the disk still takes them; the process's exit code."""
    keep_private()
    paths = AttemptPaths(folder)
    stops = Stops(paths.asked)
    stops.listen()
    try:
        ending = _alone(Task.read(paths.task), paths, stops)
    except (Stopped, AlwslError, OSError, MemoryError, RuntimeError, ImportError, SafetensorError) as error:
        RESERVE.clear()
        last_words = ending_of(error, folder)
        if last_words is None:
            raise
        ending = last_words
        if ending.code == OutOfMemory.exit_code:
            log("".join(traceback.format_exception(error)))
        if isinstance(error, Stopped):
            log(ending.words or "stopped as asked; what is finished is kept")
        else:
            log(f"{ending.ending}: {ending.words}")
    log(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _PEAKS_A_MIB:.0f} MiB")
    leave(ending, paths)
    return ending.code


def leave(ending: Exit, paths: AttemptPaths) -> None:
    """Leave last words; where the disk takes none, the exit code has to say enough."""
    with suppress(OSError):
        ending.write(paths.exit)


def _alone(task: Task, paths: AttemptPaths, stops: Stops) -> Exit:
    """Run the job while nobody else does."""
    home = HomePaths(task.home)
    job_paths = home.campaign(task.campaign).job(task.job.id)
    try:
        with exclusive(job_paths.lock, wait=LOCK_SECONDS), shared(workers_lock(home)):
            stops.own = paths
            if later_attempts(paths):
                # A station that was killed started us and could not say so; the next one gave the job to another.
                raise Superseded("another attempt has the job by now")
            # Written by the worker once it holds the job: a launcher's note could name a process that never got it.
            own = worker_of(os.getpid())
            assert own is not None
            own.write(paths.process)
            # Torch is imported only now: by then the station knows who we are, and a stop is heard.
            from campaigns.worker.job import run_job

            run_job(task, Journal(paths.journal), stops)
            return Exit(Ending.DONE)
    except Held:
        return BUSY
    except Superseded as error:
        log(str(error))
        return BUSY


def work(attempt: Path) -> int:
    """Run the attempt, as `main`, and leave last words for a bug too, which is raised."""
    try:
        return main(attempt)
    except BaseException as bug:
        # A bug keeps its traceback; the last words only point to it.
        words = f"{type(bug).__name__}: {bug}"
        leave(Exit(Ending.FAILED, JobFailed.exit_code, words, "worker.log has the traceback"), AttemptPaths(attempt))
        raise


if __name__ == "__main__":
    sys.exit(work(Path(sys.argv[1])))
