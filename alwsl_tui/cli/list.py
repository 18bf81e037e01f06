"""The command `list`: all campaigns, a line each."""

from typing import Annotated

import typer

from alwsl_tui.cli.json.list import line_record
from alwsl_tui.cli.options import JsonOption, narrate, say, say_json, stdout, workspace
from alwsl_tui.cli.text.list import campaigns_table
from alwsl_tui.drawing.units import plural
from campaigns.errors import none_such
from campaigns.services.repair.lost import lost
from campaigns.services.station.filters import ORDERS, require_words, sifted
from campaigns.services.station.list import load_campaigns
from campaigns.services.workspace import Workspace

PLAIN_ORDER = "oldest"
"""Of a list that goes by: the newest campaign stands last, beside the prompt."""


def list_(
    sift: Annotated[
        str, typer.Option("--filter", help="Only what fits every word, as in 'state:done map>80'.", metavar="WORDS")
    ] = "",
    order: Annotated[
        str, typer.Option("--sort", help=f"{PLAIN_ORDER}, {', '.join(ORDERS)}.", metavar="ORDER")
    ] = PLAIN_ORDER,
    as_json: JsonOption = False,
) -> None:
    """List all campaigns, the newest last."""
    if order not in {PLAIN_ORDER, *ORDERS}:
        raise none_such("order", order, [PLAIN_ORDER, *ORDERS])
    require_words(sift)
    place = workspace()
    campaigns = load_campaigns(place)
    _hint_at_lost(place)
    lines = sifted(campaigns, sift, order=order) if order in ORDERS else sifted(campaigns, sift)[::-1]
    if as_json:
        say_json("campaigns", campaigns=[line_record(line) for line in lines])
    elif lines:
        stdout().print(campaigns_table(lines))
    elif campaigns:
        say("no campaign fits")
    else:
        say("no campaigns yet; begin with: alwsl-tui demo")


def _hint_at_lost(place: Workspace) -> None:
    """Say on stderr when there are campaigns that the store does not know."""
    names = lost(place)
    if names:
        they = "lies" if len(names) == 1 else "lie"
        where = place.home.campaigns
        narrate(f"{plural(len(names), 'campaign')} that the store does not know {they} in {where}")
        narrate("next: alwsl-tui repair")
