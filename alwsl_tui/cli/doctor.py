"""The command `doctor`."""

from typing import Annotated

import typer

from alwsl_tui.cli.options import (
    JsonOption,
    narrate,
    say_json,
    stdout,
    workspace,
)
from alwsl_tui.cli.text.tables import table
from campaigns.core.execution import LOCAL
from campaigns.services.doctor.doctor import examine


def doctor(
    torture: Annotated[
        float | None,
        typer.Option(
            "--torture",
            help="Kill processes of scratch homes so long, and say what that loses.",
            metavar="MINUTES",
            min=0,
        ),
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Draw the same kills again.", min=0)] = None,
    executor: Annotated[
        str | None,
        typer.Option(
            "--executor", help="Also try that executor, with a job that does nothing; --torture: on it.", metavar="NAME"
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say what this machine and this home can do, and what is missing."""
    if torture is not None:
        from alwsl_tui.cli.torture import report_torture

        report_torture(torture, seed, as_json=as_json, executor=executor or LOCAL)
        return
    place = workspace()
    findings = examine(place)
    if executor is not None:
        from campaigns.services.doctor.executor import examine_executor

        findings += examine_executor(place, executor)
    if as_json:
        say_json("doctor", findings=[{"what": f.what, "is_good": f.is_good, "found": f.found} for f in findings])
    else:
        rows = [("ok" if f.is_good else "--", f.what, f.found) for f in findings]
        stdout().print(table(("", "what", "found"), rows))
    if not all(f.is_good for f in findings if f.is_vital):
        narrate("error: a required component is missing, see above")
        raise typer.Exit(3)
