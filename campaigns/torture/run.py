"""The fault harness: a real campaign whose processes are killed at drawn moments, and what it leaves compared."""

import shutil
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
from PIL import Image

from campaigns.core.execution import LOCAL
from campaigns.errors import JobFailed
from campaigns.services.workspace import open_workspace
from campaigns.station.ingest import last_lines
from campaigns.store.attempts import list_attempts
from campaigns.torture.labelled import LABELLED, Person, draw_album, new_labelled
from campaigns.torture.promises import Outcome, outcome
from campaigns.torture.scratch import CAMPAIGN, MOST_SECONDS, Lives, Scratch, began, new_arguments
from campaigns.torture.session import Session
from campaigns.torture.targets import Census, Kill, ProcessKind

EACH = 10
"""Kills of every kind of process in one home."""
END_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is asked for: it is over when either is reached."""

    seed: int
    seconds: float
    """Of killing; what comes before and after takes as long as it takes."""
    kills: int | None = None
    """Of each kind of process; None for as many as the time allows."""
    each: int = EACH


@dataclass(frozen=True, slots=True)
class TortureReport:
    """What was done to how many homes, and what was lost."""

    seed: int
    homes: int
    kills_made: tuple[Kill, ...]
    losses: tuple[str, ...]
    """A line each; empty when every promise held."""
    seconds: float

    @property
    def kills(self) -> dict[ProcessKind, int]:
        """How many processes of each kind were killed."""
        counts = Counter(kill.kind for kill in self.kills_made)
        return {kind: counts[kind] for kind in ProcessKind}


def torture(scratch: Scratch, effort: Effort) -> TortureReport:
    """Kill processes of scratch homes, one home after the other, and compare what the campaigns leave.

    Raises:
        JobFailed: not even the undisturbed campaign comes to its end here.
    """
    start = time.monotonic()
    _draw_photos(scratch.photos)
    draw_album(scratch.album)
    expected, lives = _undisturbed(scratch)
    deadline = time.monotonic() + effort.seconds
    report = TortureReport(effort.seed, 0, (), (), 0.0)
    while time.monotonic() < deadline and any((quota := _quota(report, effort)).values()):
        session = Session(scratch, report.homes + 1, str(effort.seed), lives, quota, until=deadline)
        session.run(expected)
        report = replace(
            report,
            homes=session.number,
            kills_made=report.kills_made + tuple(session.kills_made),
            losses=report.losses + tuple(session.losses),
            seconds=time.monotonic() - start,
        )
        if not session.losses:  # what lost something is kept for whoever looks why
            clear_away(session.place.home.folder)
    return report


def torture_apart(
    program: Sequence[str],
    effort: Effort,
    tell: Callable[[str], None] = lambda _line: None,
    executor: str = LOCAL,
) -> tuple[TortureReport, Path | None]:
    """Torture homes in a temporary folder, where they trouble nobody; return the folder too when something was lost.

    With another executor the bytes are still compared with those of an undisturbed campaign on this machine. Workers
    are killed where they run on this machine.

    Raises:
        JobFailed: not even the undisturbed campaign comes to its end here.
    """
    folder = Path(tempfile.mkdtemp(prefix="alwsl-torture-"))
    try:
        report = torture(Scratch(program, folder, tell, executor), effort)
    finally:
        end_all(folder)
    if report.losses:
        return report, folder
    clear_away(folder)
    return report, None


def _quota(report: TortureReport, effort: Effort) -> dict[ProcessKind, int]:
    """Return the kills of each kind in the next home."""
    if effort.kills is None:
        return dict.fromkeys(ProcessKind, effort.each)
    return {kind: max(0, min(effort.each, effort.kills - count)) for kind, count in report.kills.items()}


def _undisturbed(scratch: Scratch) -> tuple[dict[str, Outcome], Lives]:
    """Return what campaigns leave when nothing is killed, by name, and how long their processes live."""
    place, log = open_workspace(scratch.folder / "undisturbed"), scratch.folder / "undisturbed.log"

    def timed(arguments: Sequence[str]) -> float:
        start = time.monotonic()
        code = began(scratch.program, *arguments, home=place.home.folder, log=log).wait(MOST_SECONDS)
        if code:
            raise JobFailed(f"{arguments[0]} ended with {code} undisturbed: {last_lines(log, 8)}", hint=f"see {log}")
        return time.monotonic() - start

    new, run, show = (timed(each) for each in (new_arguments(CAMPAIGN), ["run", CAMPAIGN, "--headless"], ["list"]))
    with place.store() as store:
        spans = [attempt.ended - attempt.started for attempt in list_attempts(store) if attempt.ended is not None]
    for arguments in (new_labelled(scratch.album), ["start", LABELLED]):
        timed(arguments)
    answers: list[float] = []

    def ask(arguments: Sequence[str]) -> bool:
        answers.append(timed(arguments))
        return True

    person = Person(place, ask)
    person.label(until=time.monotonic() + MOST_SECONDS)
    if person.losses:
        raise JobFailed(f"{person.losses[0]} undisturbed: {last_lines(log, 8)}", hint=f"see {log}")
    lives = Lives(new, run, statistics.mean(spans), show, statistics.mean(answers))
    return {name: outcome(place, name) for name in (CAMPAIGN, LABELLED)}, lives


def _draw_photos(folder: Path) -> None:
    """Draw eight small pictures of one colour each, with a table of labels."""
    folder.mkdir()
    names = [f"{n}.png" for n in range(8)]
    for n, name in enumerate(names):
        Image.new("RGB", (8, 8), (32 * n, 0, 0)).save(folder / name)
    rows = [f"{name},{n % 2},{1 - n % 2},{'test' if n > 4 else 'train'}" for n, name in enumerate(names)]
    (folder / "labels.csv").write_text("\n".join(["image,a,b,split", *rows]) + "\n", encoding="utf-8")


def clear_away(folder: Path) -> None:
    """Remove scratch homes once nothing runs in them any more.

    Raises:
        JobFailed: a process in there does not end; the folder stays.
    """
    # The order is the point: a station outlives the last command by a moment, and a file that it makes or removes
    # while the folder is taken away ends the removal with an error, or brings the folder back.
    end_all(folder)
    shutil.rmtree(folder)


def end_all(folder: Path) -> None:
    """End what may still run in scratch homes below a folder.

    Raises:
        JobFailed: it does not end.
    """
    census, deadline, looks = Census(folder), time.monotonic() + END_SECONDS, 0
    # Again and again: a command that is not dead yet starts a station, and a station workers. Nobody has to be there
    # twice in a row: a child whose parent ended between the list of processes and the look at them is in the next.
    while looks < 2:
        left = census.everyone()
        looks = 0 if left else looks + 1
        if left and time.monotonic() > deadline:
            raise JobFailed(
                f"still at work in {folder}: {[process.pid for process in left]}", hint="end these processes"
            )
        for process in left:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(left, timeout=1)
