"""The command `feed`: what happened last, in all campaigns."""

import time
from typing import Annotated

import typer

from alwsl_tui.cli.options import JsonOption, say, say_json, workspace
from campaigns.services.monitor.feed import load_news


def feed(
    last: Annotated[int, typer.Option("--last", help="Lines to print.", min=1)] = 30,
    as_json: JsonOption = False,
) -> None:
    """Print what happened last, in all campaigns."""
    entries = load_news(workspace(), last=last)
    if as_json:
        keys = ("id", "at", "campaign", "job", "is_warning", "text")
        say_json("feed", lines=[{key: getattr(entry, key) for key in keys} for entry in entries])
        return
    for entry in entries:
        stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(entry.at))
        say(
            f"{stamp} {entry.campaign} {entry.job or ''}{': ' if entry.job else ''}{'; '.join(entry.text.splitlines())}"
        )
