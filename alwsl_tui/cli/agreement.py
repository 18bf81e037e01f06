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
    agreements = load_agreements(workspace(), name, criterion=criterion, trial=trial, round_=round_)
    if as_json:
        rounds = [
            pool_record(round_agreement.picked, trial=round_agreement.trial, labelled=round_agreement.labelled)
            for round_agreement in agreements
        ]
        say_json("agreement", name=name, rounds=rounds)
    elif round_ is None:
        say(agreement_caption(agreements))
        stdout().print(agreements_table(agreements))
    else:
        for round_agreement in agreements:
            say(agreement_caption([round_agreement]))
            stdout().print(overlap_table(round_agreement), kendall_table(round_agreement))
