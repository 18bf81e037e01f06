"""The command `agreement`."""

from typing import Annotated

import typer

from alwsl_tui.cli.options import JsonOption, NameArgument, say, say_json, stdout, workspace
from alwsl_tui.cli.text.results import agreement_caption, agreements_table, kendall_table, overlap_table
from campaigns.reporting.json.picks import pool_record
from campaigns.services.results.agreement import load_agreements


def agreement(
    name: NameArgument,
    criterion: Annotated[str | None, typer.Option("--criterion", help="The arm; ag, or the first one.")] = None,
    trial: Annotated[int, typer.Option("--trial")] = 0,
    round_: Annotated[int | None, typer.Option("--round", help="Every pair of criteria in this round.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Print how far the criteria agree on what to label next, round by round."""
    found = load_agreements(workspace(), name, criterion=criterion, trial=trial, round_=round_)
    if as_json:
        rounds = [pool_record(one.picked, trial=one.trial, labelled=one.labelled) for one in found]
        say_json("agreement", name=name, rounds=rounds)
    elif round_ is None:
        say(agreement_caption(found))
        stdout().print(agreements_table(found))
    else:
        for one in found:
            say(agreement_caption([one]))
            stdout().print(overlap_table(one), kendall_table(one))
