"""The command `choose`: picks from the scores of any program, without a home."""

from pathlib import Path
from typing import Annotated

import typer

from alwsl_tui.cli.json.choose import choice_record
from alwsl_tui.cli.options import JsonOption, listed, narrate, say, say_json, stdout
from alwsl_tui.cli.picks import PicksFormat
from alwsl_tui.cli.text.choose import columns_caption, summary, warnings
from alwsl_tui.cli.text.picks import picks_csv, picks_table
from campaigns.datasets.raw_scores import Meaning
from campaigns.errors import UsageError
from campaigns.services.results.choose import ChoiceOptions, choose_images

NumberOption = Annotated[int, typer.Option("-n", "--n", help="Images to choose.", min=1, metavar="N")]
ListsOption = Annotated[
    str | None,
    typer.Option("--lists", help="Criteria that are compared, and that ag and vote work on.", metavar="A,B"),
]
TaskOption = Annotated[
    str | None,
    typer.Option("--task", help="What the model learnt; single: one class in each image, by softmax.", metavar="TASK"),
]
SkipOption = Annotated[
    Path | None, typer.Option("--skip", help="Names images that have labels already: a list or a CSV.", metavar="FILE")
]


def choose(
    file: Annotated[Path, typer.Argument(help="CSV or NPZ: image, and an output for each class.", metavar="FILE")],
    n: NumberOption,
    criterion: Annotated[str, typer.Option("--criterion", help="What chooses.")] = "ag",
    lists: ListsOption = None,
    probabilities: Annotated[bool, typer.Option("--probabilities", help="The outputs are probabilities.")] = False,
    logits: Annotated[bool, typer.Option("--logits", help="They are logits, before sigmoid or softmax.")] = False,
    task: TaskOption = None,
    skip: SkipOption = None,
    seed: Annotated[int, typer.Option("--seed", help="Of criteria that draw.", min=0)] = 0,
    format_: Annotated[
        PicksFormat, typer.Option("--format", help="table; csv, every pick with its ranks; paths, one a line.")
    ] = PicksFormat.TABLE,
    limit: Annotated[int, typer.Option("--limit", help="Lines to print.", min=1)] = 30,
    as_json: JsonOption = False,
) -> None:
    """Choose the next images to label by the scores of any program, and say why these."""
    if probabilities and logits:
        raise UsageError("outputs are --probabilities or --logits, not both", hint="leave out one of them")
    meaning = Meaning.PROBABILITIES if probabilities else Meaning.LOGITS if logits else None
    named = None if lists is None else listed(lists)
    choice = choose_images(file, ChoiceOptions(n, criterion, named, seed, meaning, task, skip))
    if as_json:
        say_json("choice", **choice_record(choice))
        return
    is_table = format_ is PicksFormat.TABLE
    (say if is_table else narrate)(summary(choice))
    for warning in warnings(choice):
        narrate(warning)
    if is_table:
        say(columns_caption(choice, limit=limit))
        stdout().print(picks_table(choice.picked, limit=limit, classes=choice.source.classes))
    elif format_ is PicksFormat.CSV:
        say(picks_csv(choice.picked))
    else:
        say("\n".join(choice.picked.images))
