"""`python -m campaigns.worker ATTEMPT_FOLDER`: take the job, run it, say how it ended."""

import resource
import sys
import traceback
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from campaigns.core.files import write_json
from campaigns.core.task import Ending, Exit, Task
from campaigns.errors import AlwslError, JobFailed, OutOfMemory
from campaigns.paths import AttemptPaths, HomePaths
from campaigns.worker.journal import Journal, log
from campaigns.worker.stops import Stopped, Stops

LOCK_SECONDS = 5.0
"""How long to wait for a predecessor that is just being killed."""


def main(folder: Path) -> int:
    """Run the attempt in `folder`; the process's exit code."""
    stops = Stops()
    stops.listen()
    paths = AttemptPaths(folder)
    task = Task.read(paths.task)
    job_paths = HomePaths(task.home).campaign(task.campaign).job(task.job.id)
    try:
        with FileLock(job_paths.lock, timeout=LOCK_SECONDS):
            # Written by the worker once it holds the job: a launcher's note could name a process that never got it.
            process = psutil.Process()
            write_json(paths.process, {"pid": process.pid, "born": process.create_time()})
            ending = _attempt(task, Journal(paths.journal), stops)
            log(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
            ending.write(paths.exit)
    except Timeout:
        ending = Exit(Ending.BUSY, JobFailed.exit_code, "another worker holds this job")
        ending.write(paths.exit)
    return ending.code


def _attempt(task: Task, journal: Journal, stops: Stops) -> Exit:
    # Torch is imported only now: by then the station knows who we are, and a stop is heard.
    import torch

    from campaigns.worker.job import run_job

    try:
        run_job(task, journal, stops)
    except Stopped:
        log("stopped as asked; what is finished is kept")
        return Exit(Ending.STOPPED)
    except AlwslError as error:
        log(f"failed: {error}")
        return Exit(Ending.FAILED, error.exit_code, str(error), error.hint)
    except (MemoryError, RuntimeError) as error:
        # PyTorch has a class of its own for a GPU that is full, and only a text for a host that is.
        is_memory = isinstance(error, (MemoryError, torch.OutOfMemoryError)) or "can't allocate memory" in str(error)
        if not is_memory:
            raise
        log(traceback.format_exc())
        hint = "lower training.batch_size or model.image_size, or run fewer workers at once"
        return Exit(Ending.FAILED, OutOfMemory.exit_code, f"out of memory: {error}", hint)
    return Exit(Ending.DONE)


if __name__ == "__main__":
    attempt = Path(sys.argv[1])
    try:
        code = main(attempt)
    except BaseException as bug:
        # A bug keeps its traceback; the last words only point to it.
        Exit(Ending.FAILED, JobFailed.exit_code, f"{type(bug).__name__}: {bug}", "worker.log has the traceback").write(
            AttemptPaths(attempt).exit
        )
        raise
    sys.exit(code)
