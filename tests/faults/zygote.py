"""Workers without the seconds it takes to import torch: forked from a process that has, one for each line it is told.

`python -u -m tests.faults.zygote`; a line is JSON: `folder` of an attempt, and `environment` for that worker alone.
Answers with the worker's exit code, negative for a signal.
"""

import json
import os
import sys
from contextlib import suppress
from pathlib import Path

import campaigns.worker.job
from campaigns.errors import JobFailed
from campaigns.home.exit import Ending, Exit
from campaigns.home.paths import AttemptPaths
from campaigns.worker.__main__ import leave, main

assert campaigns.worker.job, "imported before anything is forked"


def work(folder: Path) -> None:
    """Be a worker as `campaigns.worker` is one, and end."""
    log = os.open(os.devnull, os.O_WRONLY)
    with suppress(OSError):  # a full disk has no room for a log either
        log = os.open(AttemptPaths(folder).log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    code = 70
    try:
        code = main(folder)
    except BaseException as bug:
        leave(Exit(Ending.FAILED, JobFailed.exit_code, repr(bug)), AttemptPaths(folder))
        sys.excepthook(type(bug), bug, bug.__traceback__)
        raise
    finally:
        os._exit(code)


for line in sys.stdin:
    said = json.loads(line)
    child = os.fork()
    if not child:
        os.environ.update(said["environment"])
        work(Path(said["folder"]))
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201  the answer
