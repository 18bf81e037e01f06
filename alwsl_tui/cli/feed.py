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
    found = load_news(workspace(), last=last)
    if as_json:
        keys = ("id", "at", "campaign", "job", "is_warning", "text")
        say_json("feed", lines=[{key: getattr(one, key) for key in keys} for one in found])
        return
    for one in found:
        stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(one.at))
        say(f"{stamp} {one.campaign} {one.job or ''}{': ' if one.job else ''}{'; '.join(one.text.splitlines())}")
