"""Errands: what needs torch is done by a child process, which answers line by line."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Thread
from typing import IO

from campaigns.errors import AlwslError, BadInput, JobFailed, OutOfMemory, UsageError
from campaigns.home.errand import Errand, Failure, Reply, errand_line, paths_text, read_reply

KINDS = {kind.exit_code: kind for kind in (UsageError, BadInput, JobFailed, OutOfMemory)}
"""What a failure is raised as, by its exit code."""
Progress = Callable[[str, int, int], None]


def answered(errand: Errand, paths: Sequence[Path] = ()) -> Iterator[Reply]:
    """Start a process that does an errand, and yield what it answers. Who stops listening ends it.

    Raises:
        AlwslError: it came to nothing, with what the process said.
        JobFailed: the process ended without a last word.
    """
    # Without -P a folder `campaigns` in the working folder would be imported in place of ours.
    command = [sys.executable, "-P", "-m", "campaigns.worker.errands"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        # It may answer before it has read everything: written from here, both would wait for each other.
        Thread(target=_tell, args=(child.stdin, errand_line(errand).encode() + paths_text(paths)), daemon=True).start()
        try:
            for line in child.stdout:
                answer = read_reply(line)
                if answer.failure is not None:
                    raise raised(answer.failure)
                yield answer
        except GeneratorExit:
            child.kill()
            raise
        except BaseException:
            child.terminate()
            raise
    if child.returncode:
        raise JobFailed(
            f"the process that uses the model ended with {child.returncode}", hint="what it said stands above"
        )


def raised(failure: Failure) -> AlwslError:
    """Return the error that a process told of."""
    kind = KINDS.get(failure.code, JobFailed)
    return kind(failure.message, hint=failure.hint, mistakes=failure.mistakes)


def _tell(stdin: IO[bytes], text: bytes) -> None:
    try:
        with stdin:
            stdin.write(text)
    except BrokenPipeError:
        pass  # it has ended, and said why
