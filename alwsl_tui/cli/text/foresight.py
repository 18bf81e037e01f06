"""How far models foresaw the answers about what they picked, as text."""

from collections.abc import Sequence

from rich.table import Table

from alwsl_tui.cli.text.tables import table
from campaigns.core.foresight import Foresight
from campaigns.core.percent import percent


def foresight_table(foresights: Sequence[Foresight]) -> Table:
    """List batches, a line each: answers, and how far the model that picked them had foreseen them."""
    rows = [
        (
            each.job.id,
            str(each.round),
            f"{each.images}/{each.asked}",
            str(each.decisions),
            percent(each.agreed / each.decisions) if each.decisions else "",
            f"{sum(of.missed for of in each.classes)} of {sum(of.present for of in each.classes)}",
            "" if each.changed is None else percent(each.changed),
        )
        for each in foresights
    ]
    columns = ("job", "round", "images", "decisions", "model agreed %", "missed", "changed %")
    return table(columns, rows, numbers=columns[1:], less=("decisions", "images", "changed %", "missed"))


def foresight_lines(foresights: Sequence[Foresight]) -> list[str]:
    """Return a line for each batch; the arm is named where there are several."""
    has_arms = len({each.job for each in foresights}) > 1
    return [
        f"{f'{each.job.id}, ' if has_arms else ''}round {each.round}: {each.words}"
        for each in foresights
        if each.decisions
    ]


CAPTION = (
    "The model that picked a batch had not trained on it. Missed: classes that people said are there and the model "
    "said are not. Changed: decisions about the pool that it takes otherwise than the model before."
)
"""How the table is to be read."""
