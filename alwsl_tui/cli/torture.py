"""The fault harness on the command line: every kill a line, then what was lost."""

import random
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import typer

from alwsl_tui.cli.options import narrate, say, say_json, stdout
from alwsl_tui.cli.text.tables import table
from campaigns.core.execution import LOCAL
from campaigns.errors import JobFailed
from campaigns.torture.run import Effort, TortureReport, torture_apart

PROGRAM = (sys.executable, "-m", "alwsl_tui.entry")
"""How the harness starts this program: the engine does not know it."""


Tortures = Callable[[Effort, Callable[[str], None], str], tuple[TortureReport, Path | None]]
"""As `torture_apart`, for one program."""
HERE: Tortures = partial(torture_apart, PROGRAM)


def report_torture(
    minutes: float, seed: int | None, *, as_json: bool, executor: str = LOCAL, tortures: Tortures = HERE
) -> None:
    """Kill processes of scratch homes for some minutes and print what was lost; exit with 4 if anything was."""
    drawn = random.SystemRandom().randrange(10**6) if seed is None else seed
    narrate(f"seed {drawn}: the same kills are drawn again with --seed {drawn}")
    report, folder = tortures(Effort(drawn, 60 * minutes), narrate, executor)
    if as_json:
        kills = {str(kind): count for kind, count in report.kills.items()}
        record = {"seed": drawn, "homes": report.homes, "seconds": round(report.seconds, 1), "kills": kills}
        say_json("torture", **record, lost=list(report.losses), folder=None if folder is None else str(folder))
    else:
        rows = [(str(kind), str(count)) for kind, count in report.kills.items()]
        stdout().print(table(("killed", "times"), rows, numbers=("times",)))
        homes = f"{report.homes} home{'' if report.homes == 1 else 's'} in {report.seconds:.0f} s, seed {drawn}"
        say(f"{homes}: {'; '.join(report.losses) if report.losses else 'nothing was lost'}")
    if report.losses:
        narrate(f"error: something was lost, see above\nnext: look at {folder}, and report it with the seed")
        raise typer.Exit(JobFailed.exit_code)
