"""Whether samples of what processes and files hold are flat, and the table that says so.

What grows with the work (rows of epochs, files of rounds) is told apart from what grows by itself. Flat is:

- memory that only the process itself uses: rises by less than `RISE` MiB an hour, by least squares over the second
  half: caches that have a limit fill in the first;
- open files, threads, children: no more at the end than at the beginning, by medians of ten minutes after a warm-up of
  five; threads may also become as many as the pool of the interpreter has, and `BESIDES`: it starts them one by one;
- the `-wal` file: never larger than `WAL` MiB;
- the store: takes no more than `ROW` bytes for an epoch, with its share of what rounds add;
- the home: takes no more for an epoch in the second half than in the first, but for a quarter.
"""

import json
import os
from dataclasses import dataclass
from statistics import linear_regression, median

from tests.benchmarks.measuring import table

MIB = 1 << 20
WARM, WINDOW = 300, 600
"""Seconds of warm-up, and of a median."""
RISE, WAL, ROW, QUARTER = 5.0, 8.0, 1024, 1.25
BESIDES = 4
"""Threads: the screen itself, one that reads keys, one that writes, one of NumPy's."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one process holds at one moment."""

    pid: int
    own: float
    """MiB that the process has written: libraries come and go with whoever else has them open, and are not counted. The
    next counts all that is in memory."""
    resident: float
    files: int
    threads: int
    children: int
    busy: float
    """Seconds of a processor so far."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Everything at one moment: seconds since the start, bytes, and what the work has come to."""

    at: float
    usages: dict[str, Usage]
    store: int
    wal: int
    home: int
    epochs: int
    rounds: int


def read(line: str) -> Sample:
    """A sample as it was written down."""
    found = json.loads(line)
    return Sample(**found | {"usages": {name: Usage(**of) for name, of in found["usages"].items()}})


def processes_are_flat(samples: list[Sample]) -> bool:
    """Print what processes hold, and whether that stays; of workers the last one counts."""
    rows, verdicts = [], []
    for name, last in samples[-1].usages.items():
        same = [one for one in samples if one.usages[name].pid == last.pid]
        span = same[-1].at - same[0].at
        warm = [one for one in same if one.at >= same[0].at + min(WARM, span / 12)]
        window = min(WINDOW, span / 6)
        for what in ("own", "resident", "files", "threads", "children"):
            values = [(one.at / 3600, float(getattr(one.usages[name], what))) for one in warm]
            early = median(value for at, value in values if at <= values[0][0] + window / 3600)
            late = median(value for at, value in values if at >= values[-1][0] - window / 3600)
            slope = linear_regression(*zip(*values[len(values) // 2 :], strict=True)).slope
            most = max(value for _, value in values)
            is_flat = slope < RISE if what == "own" else what == "resident" or late <= early
            is_flat |= what == "threads" and most <= min(32, (os.cpu_count() or 1) + 4) + BESIDES
            verdicts.append(is_flat)
            word = "flat" if is_flat else "NOT FLAT"
            rows.append((name, what, f"{early:.1f}", f"{late:.1f}", f"{slope:+.2f}", f"{most:.1f}", word))
        rows.append((name, "of a core", *("",) * 4, f"{(last.busy - same[0].usages[name].busy) / max(1, span):.0%}"))
    print(table(("process", "what", "first ten", "last ten", "an hour", "most", ""), rows))
    return all(verdicts)


def files_are_flat(samples: list[Sample]) -> bool:
    """Print how files grow with the work, and whether that is all."""
    last, half = samples[-1], len(samples) // 2
    wal = max(one.wal for one in samples) / MIB
    row = (last.store - samples[0].store) / max(1, last.epochs - samples[0].epochs)
    before, after = (
        linear_regression([one.epochs for one in part], [one.home for one in part]).slope
        for part in (samples[:half], samples[half:])
    )
    print(f"{last.epochs} epochs and {last.rounds} rounds; -wal: at most {wal:.2f} MiB")
    print(f"store: {samples[0].store / MIB:.2f}, then {last.store / MIB:.2f} MiB, {row:.0f} bytes an epoch")
    print(f"home: {samples[0].home / MIB:.1f}, then {last.home / MIB:.1f} MiB")
    print(f"  by halves {before / 1024:.1f}, then {after / 1024:.1f} KiB an epoch; nearly all are the models of rounds")
    verdicts = [wal <= WAL, row <= ROW, after <= before * QUARTER]
    print(f"files are {'flat' if all(verdicts) else 'NOT FLAT'}")
    return all(verdicts)
