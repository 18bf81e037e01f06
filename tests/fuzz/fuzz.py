"""`python -m tests.fuzz.fuzz READER --minutes N`: coverage-guided fuzzing of one reader, with Atheris.

What a reader may do with any bytes: read them, or refuse them with its own error; within two seconds, within one GiB.
What it did otherwise is kept under `tests/fuzz/corpus/READER/`, one file a place in the code, and an ordinary test
replays it from then on. Inputs that only lead to new lines are kept under `--found`, for the next time.
"""

import argparse
import hashlib
import os
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.mutations import mutated

CORPUS = Path(__file__).parent / "corpus"
READER_NAMES = ("recipe", "voc", "coco", "csv", "labels", "journal", "task", "picks", "safetensors", "scores")
SECONDS = 2.0
"""A reader that takes longer over a few kilobytes hangs."""
MIB = 1024
LONGEST = 4096
"""Bytes of an input."""


class Slow(Exception):
    """A reader took longer than SECONDS."""


@dataclass(slots=True)
class Watcher:
    """Feeds a reader, and keeps the first input of every way in which it goes wrong."""

    feed: Callable[[bytes], None]
    keep: Path
    executions: int = 0
    found: set[str] = field(default_factory=set)

    def __call__(self, data: bytes) -> None:
        """One execution."""
        self.executions += 1
        began = time.perf_counter()
        try:
            self.feed(data)
            if time.perf_counter() - began > SECONDS:
                raise Slow
        except BaseException as error:
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise
            self._keep(error, data)

    def _keep(self, error: BaseException, data: bytes) -> None:
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__} {Path(last.filename).name}:{last.lineno}"
        if where in self.found:
            return
        self.found.add(where)
        self.keep.mkdir(parents=True, exist_ok=True)
        path = self.keep / hashlib.sha256(data).hexdigest()[:16]
        path.write_bytes(data)
        say(f"FOUND {path}: {where}\n{''.join(traceback.format_exception(error)[-6:])}")


def say(text: str) -> None:
    """A line for whoever watches."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """Fuzz until the minutes are over; the exit code is 1 when something was found."""
    wishes = argparse.ArgumentParser(prog="python -m tests.fuzz.fuzz", description=__doc__)
    wishes.add_argument("reader", choices=READER_NAMES)
    wishes.add_argument("--minutes", type=float, default=10)
    wishes.add_argument("--found", type=Path, help="folder for inputs that lead to new lines, kept between calls")
    wishes.add_argument("--seed", type=int, default=int(time.time()))
    asked = wishes.parse_args()
    try:
        import atheris
    except ImportError:
        sys.exit("Atheris is not installed: pip install atheris (Linux, Python 3.11 to 3.13)")
    # What is imported in here is instrumented: the lines of our readers, and of the parsers that are written in Python.
    with atheris.instrument_imports(include=["campaigns", "tomllib", "csv", "json"]):
        from tests.fuzz.readers import READERS, fed
    shared = Path("/dev/shm")
    scratch = Path(tempfile.mkdtemp(dir=shared if shared.is_dir() else None))
    if child := os.fork():
        # libFuzzer ends its process by itself: no `with` would ever be left.
        _, status = os.waitpid(child, 0)
        shutil.rmtree(scratch)
        sys.exit(os.waitstatus_to_exitcode(status))
    watcher = Watcher(fed(asked.reader, scratch), CORPUS / asked.reader)
    corpus = asked.found or scratch / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for at, seed in enumerate(READERS[asked.reader].seeds):
        (corpus / f"seed-{at}").write_bytes(seed)
    say(f"{asked.reader}: {asked.minutes} minutes, seed {asked.seed}")
    options = [
        f"-max_total_time={max(1, round(60 * asked.minutes))}", f"-seed={asked.seed % (1 << 32)}",
        f"-max_len={LONGEST}", f"-rss_limit_mb={MIB}", f"-timeout={int(10 * SECONDS)}",
        f"-artifact_prefix={Path(tempfile.gettempdir()) / asked.reader}-", "-print_final_stats=1", str(corpus),
    ]  # fmt: skip

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        return mutated(data, seed)[:most] if seed % 2 else bytes(atheris.Mutate(data, most))

    atheris.Setup([sys.argv[0], *options], watcher, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
