"""The command `logs`."""

from typing import Annotated

import typer

from alwsl_tui.cli import completion
from alwsl_tui.cli.options import (
    JsonOption,
    NameArgument,
    say,
    say_json,
    workspace,
)
from campaigns.services.logs import tail


def logs(
    name: NameArgument,
    job: Annotated[
        str | None, typer.Option("--job", help="One job only, as in arm-t0-ag.", autocompletion=completion.job)
    ] = None,
    grep: Annotated[str, typer.Option("--grep", help="Only lines that match this regular expression.")] = "",
    out: Annotated[str, typer.Option("--out", help="Leave out lines that match this regular expression.")] = "",
    attempt: Annotated[int | None, typer.Option("--attempt", help="One attempt only, from 1.", min=1)] = None,
    follow: Annotated[bool, typer.Option("-f", "--follow", help="Go on until the campaign is over.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Print what workers logged, every attempt."""
    lines = tail.lines(workspace(), name, job=job, attempt=attempt, grep=grep, out=out, is_following=follow)
    if as_json:
        records = [{"job": line.job, "attempt": line.attempt, "text": line.text} for line in lines]
        say_json("logs", name=name, lines=records)
        return
    for line in lines:
        say(f"{line.job}#{line.attempt} {line.text}")
