"""The rounds of a campaign as a table."""

from rich.table import Table

from alwsl_tui.cli.text.tables import table
from campaigns.core.percent import percent
from campaigns.services.results.rounds import RoundsOf


def rounds_table(campaign_rounds: RoundsOf) -> Table:
    """List every round, a line each; where people label, its worth by today's labels beside what it measured then."""
    today = campaign_rounds.today
    rows = [
        (
            job.job.id,
            str(row.number),
            str(row.labelled),
            *([percent(today.of(row).value)] if today.rounds else []),
            percent(row.value),
            f"{row.train_seconds:.1f}",
            *("" if value is None else f"{value:.2f}" for value in
              (row.evaluate_seconds, row.score_seconds, row.select_seconds)),
        )
        for job, row in campaign_rounds.rounds
    ]  # fmt: skip
    word = campaign_rounds.campaign.plan.yardstick.column
    measured = (f"{word} today", f"{word} then") if today.rounds else (word,)
    seconds = ("train s", "test s", "score s", "select s")
    columns = ("job", "round", "images", *measured, *seconds)
    return table(columns, rows, numbers=columns[1:], less=(*seconds[::-1], "images", *measured[::-1], "round"))
