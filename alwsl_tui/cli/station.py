"""Commands about everything at once: the list of campaigns, what waits, what happened, what the machine does."""

import time
from typing import Annotated

import typer

from alwsl_tui.cli import records, render
from alwsl_tui.cli.mending import hint_at_lost
from alwsl_tui.cli.options import HomeOption, JsonOption, say, say_json, stdout, workspace
from alwsl_tui.drawing.words import size
from campaigns.errors import none_such
from campaigns.services import overview
from campaigns.services.sifting import ORDERS, sifted

PLAIN_ORDER = "oldest"
"""Of a list that goes by: the newest campaign stands last, beside the prompt."""


def list_(
    sift: Annotated[
        str, typer.Option("--filter", help="Only what fits every word, as in 'state:done map>0.8'.", metavar="WORDS")
    ] = "",
    order: Annotated[
        str, typer.Option("--sort", help=f"{PLAIN_ORDER}, {', '.join(ORDERS)}.", metavar="ORDER")
    ] = PLAIN_ORDER,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """List all campaigns, the newest last."""
    if order not in {PLAIN_ORDER, *ORDERS}:
        raise none_such("order", order, [PLAIN_ORDER, *ORDERS])
    place = workspace(home)
    found = overview.overview(place)
    hint_at_lost(place)
    lines = sifted(found, sift, order=order) if order in ORDERS else sifted(found, sift)[::-1]
    if as_json:
        say_json("campaigns", campaigns=[records.line(line) for line in lines])
    elif lines:
        stdout().print(render.campaigns(lines))
    elif found:
        say("no campaign fits")
    else:
        say("no campaigns yet; begin with: alwsl-tui demo")


def queue(as_json: JsonOption = False, home: HomeOption = None) -> None:
    """List the jobs that wait, and why each of them does."""
    found = overview.queue(workspace(home))
    if as_json:
        said = [{"campaign": one.campaign, "job": one.job, "reason": one.reason} for one in found]
        say_json("queue", jobs=said)
    elif found:
        rows = [(one.campaign, one.job, one.reason) for one in found]
        stdout().print(render.table(("campaign", "job", "waits because"), rows))
    else:
        say("nothing waits")


def feed(
    last: Annotated[int, typer.Option("--last", help="Lines to print.", min=1)] = 30,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Print what happened last, in all campaigns."""
    found = overview.news(workspace(home), last=last)
    if as_json:
        keys = ("id", "at", "campaign", "job", "is_warning", "text")
        say_json("feed", lines=[{key: getattr(one, key) for key in keys} for one in found])
        return
    for one in found:
        stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(one.at))
        say(f"{stamp} {one.campaign} {one.job or ''}{': ' if one.job else ''}{'; '.join(one.text.splitlines())}")


def devices(as_json: JsonOption = False, home: HomeOption = None) -> None:
    """Say what CPU and GPUs are doing, and for which jobs."""
    found = overview.station_view(workspace(home)).devices
    if as_json:
        keys = ("name", "title", "utilisation", "memory_used", "memory_total", "celsius", "watts", "workers")
        say_json("devices", devices=[{key: getattr(one, key) for key in keys} for one in found])
        return
    rows = [
        (
            one.name,
            one.title,
            "" if one.utilisation is None else f"{100 * one.utilisation:.0f} %",
            "" if one.memory_used is None else f"{size(one.memory_used)} of {size(one.memory_total or 0)}",
            "" if one.celsius is None else f"{one.celsius:.0f} °C",
            "" if one.watts is None else f"{one.watts:.0f} W",
            ", ".join(one.workers) or "idle",
        )
        for one in found
    ]
    stdout().print(render.table(("device", "what it is", "busy", "memory", "heat", "power", "for"), rows))
