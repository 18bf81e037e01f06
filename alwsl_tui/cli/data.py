"""Commands about data sets."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from alwsl_tui.cli.completion import dataset
from alwsl_tui.cli.json.campaigns import check_record, known_record, summary_record
from alwsl_tui.cli.live import is_terminal
from alwsl_tui.cli.options import JsonOption, narrate, say, say_json, stdout, workspace
from alwsl_tui.cli.text.tables import table
from campaigns.datasets.inspection import Check, Summary
from campaigns.errors import BadData, UsageError
from campaigns.home.typed_paths import expanded
from campaigns.services import data
from campaigns.services.workspace import Workspace

app = typer.Typer(rich_markup_mode=None, help="Data sets: which there are, and whether they are what they should be.")

DataArgument = Annotated[
    str,
    typer.Argument(
        help=f"{', '.join(data.data_names())}, or a name of your own.", metavar="NAME", autocompletion=dataset
    ),
]


class CellMeaning(StrEnum):
    """What a cell that says neither yes nor no may mean."""

    ABSENT = "absent"
    UNKNOWN = "unknown"


SHOWN = 20
"""Names that a person is shown of a long list; --json has all."""


@app.command("list")
def list_(as_json: JsonOption = False) -> None:
    """List the data sets a recipe may name."""
    datasets = data.known_data(workspace())
    if as_json:
        say_json("data", data=[known_record(dataset) for dataset in datasets])
    else:
        rows = [
            (dataset.name, dataset.title, "ready" if dataset.is_ready else "not here", dataset.root or "")
            for dataset in datasets
        ]
        stdout().print(table(("name", "what it is", "", "where"), rows, less=("what it is", "where", "")))


@app.command()
def add(
    name: DataArgument,
    path: Annotated[Path | None, typer.Argument(help="The folder it lies in.", metavar="PATH")] = None,
    download: Annotated[
        bool, typer.Option("--download", help="Fetch it; what has arrived is not fetched again.")
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Let the name mean another folder from now on.")] = False,
    follow_links: Annotated[
        bool, typer.Option("--follow-links", help="Follow links that lead out of its folder.")
    ] = False,
    classes: Annotated[
        Path | None, typer.Option("--classes", help="A file that lists the classes, one a line.", metavar="FILE")
    ] = None,
    labels: Annotated[str | None, typer.Option("--labels", help="The table of labels, below PATH.")] = None,
    split: Annotated[
        str | None, typer.Option("--split", help="Column of the split, or COLUMN=VALUE of the test split; -: none.")
    ] = None,
    separator: Annotated[str | None, typer.Option("--separator", help="What separates the labels in a cell.")] = None,
    skip_missing: Annotated[
        bool, typer.Option("--skip-missing", help="Leave out lines of images that are not there.")
    ] = False,
    minus_one: Annotated[CellMeaning | None, typer.Option("--minus-one", help="What -1 beside 0 means.")] = None,
    encoding: Annotated[str | None, typer.Option("--encoding", help="Encoding of the table, such as gbk.")] = None,
    image: Annotated[str | None, typer.Option("--image", help="Column that names images.", metavar="COLUMN")] = None,
    class_column: Annotated[
        str | None, typer.Option("--class-column", help="Column whose cells name classes.", metavar="COLUMN")
    ] = None,
    nothing: Annotated[
        str | None, typer.Option("--nothing", help="What a cell says where there is no class.", metavar="WORD")
    ] = None,
    empty_cell: Annotated[
        CellMeaning | None, typer.Option("--empty-cell", help="What an empty cell of a column for a class means.")
    ] = None,
    each: Annotated[
        list[str] | None,
        typer.Option("--each", help="Where it lies on other nodes of an engine: n2, gpu*.", metavar="NODE=PATH"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be read.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Make a data set known by name; its files stay where they are."""
    place = workspace()
    if (path is None) is not download:
        raise UsageError("give either PATH or --download", hint=f"as in: alwsl-tui data add {name} /data/{name}")
    if path is None:
        path = _download(place, name)
    options = {
        "labels": labels, "split": split, "separator": separator, "skip_missing": skip_missing,
        "minus_one": None if minus_one is None else minus_one.value,
        "encoding": encoding, "image": image, "class_column": class_column, "nothing": nothing,
        "empty_cell": None if empty_cell is None else empty_cell.value,
        "each": _folders(each or ()),
        "follow_links": follow_links, "classes": None if classes is None else str(_listed(classes, path)),
    }  # fmt: skip
    summary = data.add(place, name, path, is_replacing=replace, options=options, is_trial=dry_run)
    if as_json:
        say_json("data_added", **summary_record(summary))
        return
    _say_what_was_read(name, summary)
    say("nothing was added" if dry_run else f"next: alwsl-tui data check {name}")


def _folders(told: Sequence[str]) -> dict[str, str]:
    """Return the folder that each node has, from NODE=PATH."""
    folders: dict[str, str] = {}
    for text in told:
        node, _, folder = text.partition("=")
        if node in folders:
            raise UsageError(f"--each names {node} twice", hint="leave one of them out")
        folders[node] = folder
    return folders


def _listed(classes: Path, root: Path) -> Path:
    """Return where the list of classes is: from here, or else below the folder, as its table is."""
    here, below = expanded(classes), expanded(root) / expanded(classes)
    return (here if here.exists() or not below.exists() else below).absolute()


def _say_what_was_read(name: str, summary: Summary) -> None:
    train, test = summary.train, summary.test
    say(f"{name}: {train.images} training and {test.images} test images, {len(summary.classes)} classes")
    say(f"  labelled: {train.labelled} of {train.images} training, {test.labelled} of {test.images} test images")
    counts = [
        f"{class_} {train + test}"
        for class_, train, test in zip(summary.classes, summary.train.positives, summary.test.positives, strict=True)
    ]
    more = f" and {len(counts) - SHOWN} more" if len(counts) > SHOWN else ""
    say(f"  classes: {', '.join(counts[:SHOWN])}{more}")
    for note in summary.notes:
        say(f"  note: {note}")


@app.command()
def remove(name: DataArgument, as_json: JsonOption = False) -> None:
    """Forget a data set; its files and campaigns stay."""
    data.remove(workspace(), name)
    if as_json:
        say_json("data_removed", name=name)
    else:
        say(f"{name} is removed from the list; its files are untouched")


@app.command()
def rename(
    name: DataArgument,
    new: Annotated[str, typer.Argument(help="The name from now on.", metavar="NEW")],
    as_json: JsonOption = False,
) -> None:
    """Give a data set another name."""
    data.rename(workspace(), name, new)
    if as_json:
        say_json("data_renamed", name=new, before=name)
    else:
        say(f"{name} is {new} from now on")


def _download(place: Workspace, name: str) -> Path:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not is_terminal()) as progress:
        tasks: dict[str, TaskID] = {}

        def arrived(file: str, done: int, total: int) -> None:
            if file not in tasks:
                tasks[file] = progress.add_task(file)
            progress.update(tasks[file], completed=done, total=total or None)

        return data.download(place, name, progress=arrived)


@app.command()
def check(name: DataArgument, as_json: JsonOption = False) -> None:
    """Look a data set over: counts, unreadable and unlabelled images, images that are in both splits."""
    columns = (TextColumn("reading images"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not is_terminal()) as progress:
        task = progress.add_task("", total=None)
        inspection = data.inspect(
            workspace(), name, progress=lambda done, total: progress.update(task, completed=done, total=total)
        )
    if as_json:
        say_json("data_check", **check_record(inspection))
    else:
        _print(inspection)
    if not inspection.is_good:
        # Not raised: --json would print a second object.
        narrate(
            f"error: {name} has unreadable images or images in both splits\nnext: repair or remove the images above"
        )
        raise typer.Exit(BadData.exit_code)


def _print(inspection: Check) -> None:
    numbers = inspection.summary
    rows = [
        (name, str(numbers.train.positives[at]), str(numbers.train.difficult[at]), str(numbers.test.positives[at]))
        for at, name in enumerate(numbers.classes)
    ]
    say(f"{numbers.name}: {numbers.train.images} training and {numbers.test.images} test images")
    for note in numbers.notes:
        say(f"  note: {note}")
    columns = ("class", "train", "difficult", "test")
    stdout().print(table(columns, rows, numbers=columns[1:]))
    _list("unreadable", [f"{entry.split} {entry.image}: {entry.why}" for entry in inspection.unreadable])
    _list("without labels", list(inspection.unlabelled))
    _list("in both splits", [f"{entry.train} = {entry.test}" for entry in inspection.leaks])
    _list(
        "not as published",
        [
            f"{entry.split} {entry.what}: {entry.found} here, {entry.published} published"
            for entry in inspection.differences
        ],
    )
    if inspection.is_good:
        narrate("nothing that would stop a campaign")


def _list(title: str, lines: list[str]) -> None:
    if not lines:
        return
    say(f"{title}: {len(lines)}")
    for line in lines[:SHOWN]:
        say(f"  {line}")
    if len(lines) > SHOWN:
        say(f"  … and {len(lines) - SHOWN} more (--json has all)")
