"""Commands about labels of other programs: taking their files in, writing them, waiting for them in a folder."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from inspect import Signature, signature
from pathlib import Path
from typing import Annotated, Any

import typer

from alwsl_tui.cli.json.labels import imported_record, said_record, watched_record
from alwsl_tui.cli.options import JsonOption, NameArgument, narrate, say, say_json, workspace
from alwsl_tui.cli.streams import end_output
from alwsl_tui.cli.text.labels import imported_lines, not_taken_line, progress_line, what_is_new
from alwsl_tui.drawing.units import plural
from campaigns.datasets.class_list import read_classes
from campaigns.datasets.exchange.label_file import ReadOptions
from campaigns.datasets.mistakes import refuse
from campaigns.errors import BadData, Mistake, UsageError
from campaigns.home.typed_paths import expanded
from campaigns.services.labelling.export import export_labels, labels_text, said_labels
from campaigns.services.labelling.import_ import import_labels
from campaigns.services.labelling.import_order import ImportOrder
from campaigns.services.labelling.watch import WatchedFile, watch_labels
from campaigns.services.monitor.show import watch as watch_campaign
from campaigns.services.workspace import Workspace

app = typer.Typer(rich_markup_mode=None, help="Labels of other programs: take them in, write them, wait for them.")


class Empty(StrEnum):
    """What an image without labels is."""

    UNLABELLED = "unlabelled"
    NOTHING = "nothing"


class Boxes(StrEnum):
    """What boxes and outlines are."""

    LEFT_OUT = "left-out"
    AS_CLASSES = "as-classes"


class Rest(StrEnum):
    """What a class is that was offered and not chosen."""

    NO = "no"
    UNKNOWN = "unknown"


class MinusOne(StrEnum):
    """What -1 beside 0 means."""

    ABSENT = "absent"
    UNKNOWN = "unknown"
    UNSURE = "unsure"


class LabelsFormat(StrEnum):
    """Forms that are written."""

    CSV = "csv"
    LABELSTUDIO = "labelstudio"
    CVAT = "cvat"
    DATUMARO = "datumaro"
    HF = "hf"
    VOC_LISTS = "voc-lists"


ToOption = Annotated[LabelsFormat, typer.Option("--to", help="The form.")]
ByOption = Annotated[str | None, typer.Option("--by", help="Who labelled; else whom the file names, else you.")]
FormOption = Annotated[str | None, typer.Option("--from", help="The form, where the file leaves it open.")]
EmptyOption = Annotated[Empty, typer.Option("--empty", help="What an image without labels is.")]
BoxesOption = Annotated[Boxes, typer.Option("--boxes", help="What boxes and outlines are.")]
RestOption = Annotated[Rest, typer.Option("--rest", help="What a class is that was offered and not chosen.")]
SeparatorOption = Annotated[str | None, typer.Option("--separator", help="What separates the labels in a cell.")]
MinusOption = Annotated[MinusOne | None, typer.Option("--minus-one", help="What -1 beside 0 means.")]
EncodingOption = Annotated[str | None, typer.Option("--encoding", help="Encoding of a table, such as gbk.")]
NothingOption = Annotated[
    str | None, typer.Option("--nothing", help="What a cell says where there is no class.", metavar="WORD")
]
ImageOption = Annotated[str | None, typer.Option("--image", help="Column that names images.", metavar="COLUMN")]
LabelsOption = Annotated[str | None, typer.Option("--labels", help="Column that names classes.", metavar="COLUMN")]
ClassesOption = Annotated[
    Path | None,
    typer.Option("--classes", help="Classes that numbers or columns stand for, one a line.", metavar="FILE"),
]
ControlOption = Annotated[
    list[str] | None, typer.Option("--control", help="Choices of Label Studio that hold classes; repeatable.")
]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="Label Studio's config.xml; else that beside the file.", metavar="FILE")
]
MissingOption = Annotated[bool, typer.Option("--skip-missing", help="Leave out images that are not in the folder.")]


def read_options(
    empty: EmptyOption = Empty.UNLABELLED,
    boxes: BoxesOption = Boxes.LEFT_OUT,
    rest: RestOption = Rest.NO,
    separator: SeparatorOption = None,
    minus_one: MinusOption = None,
    encoding: EncodingOption = None,
    nothing: NothingOption = None,
    image: ImageOption = None,
    labels: LabelsOption = None,
    classes: ClassesOption = None,
    control: ControlOption = None,
    config: ConfigOption = None,
    skip_missing: MissingOption = False,
) -> ReadOptions:
    """Return what a person said about a file.

    Raises:
        BadData: the list of classes cannot be read.
    """
    return ReadOptions(
        empty=empty.value,
        boxes=boxes.value,
        rest=rest.value,
        separator=separator,
        minus_one=None if minus_one is None else minus_one.value,
        encoding=encoding,
        nothing=nothing,
        image=image,
        labels=labels,
        skip_missing=skip_missing,
        numbered=None if classes is None else _listed(expanded(classes), encoding),
        config=None if config is None else expanded(config),
        controls=tuple(control or ()),
    )


def reading(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of `read_options`, behind its own but for the last; it gets them as `options`."""
    own = [each for each in signature(command).parameters.values() if each.name != "options"]
    options = signature(read_options).parameters

    @wraps(command)
    def run(**given: Any) -> None:
        command(options=read_options(**{name: given.pop(name) for name in options}), **given)

    parameters = [*own[:-1], *options.values(), own[-1]]
    vars(run)["__signature__"] = Signature(parameters)
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run


@app.command("import")
@reading
def import_(
    name: NameArgument,
    file: Annotated[Path, typer.Argument(help="A file of labels, or a folder that holds it.", metavar="FILE")],
    by: ByOption = None,
    form: FormOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be read.")] = False,
    as_json: JsonOption = False,
    *,
    options: ReadOptions,
) -> None:
    """Take the labels of another program as answers; `label NAME --undo` takes them back together."""
    order = ImportOrder(expanded(file), form, options, by)
    place = workspace()
    imported = import_labels(place, name, order, is_trial=dry_run)
    if as_json:
        say_json("labels_imported", **imported_record(imported, is_trial=dry_run))
        return
    for note in imported.notes:
        narrate(f"note: {note}")
    say("\n".join(imported_lines(imported, watch_campaign(place, name).state, is_trial=dry_run)))


@app.command()
@reading
def watch(
    name: NameArgument,
    folder: Annotated[Path, typer.Argument(help="Where label files come in.", metavar="FOLDER")],
    once: Annotated[bool, typer.Option("--once", help="Take what lies there now, and end.")] = False,
    by: ByOption = None,
    form: FormOption = None,
    as_json: JsonOption = False,
    *,
    options: ReadOptions,
) -> None:
    """Import label files as they appear in a folder, or change there, until Ctrl-C."""
    if as_json and not once:
        raise UsageError("--json prints one object, and watching goes on", hint="give --once too")
    order = ImportOrder(expanded(folder), form, options, by)
    files = []
    for watched in watch_labels(workspace(), name, order, is_once=once):
        files.append(watched)
        if not as_json:
            _tell(watched)
    if as_json:
        say_json("labels_watched", name=name, files=[watched_record(watched) for watched in files])
    if any(watched.problem is not None for watched in files):
        raise typer.Exit(BadData.exit_code)


def _tell(watched: WatchedFile) -> None:
    if watched.problem is not None:
        narrate(not_taken_line(watched.file, watched.problem))
    elif watched.imported is not None:
        say(f"{watched.file.name}: {what_is_new(watched.imported)}; {progress_line(watched.imported.progress)}")
        end_output()  # whoever reads a pipe hears of it now


@app.command()
def export(
    name: NameArgument,
    out: Annotated[
        Path | None, typer.Option("--out", help="The file to write; else the table is printed.", metavar="FILE")
    ] = None,
    to: ToOption = LabelsFormat.CSV,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write what people said of all images, for other programs."""
    place = workspace()
    if out is None:
        _print_labels(place, name, to, as_json)
        return
    exported = export_labels(place, name, expanded(out), form=to.value, is_replacing=force)
    for note in exported.notes:
        narrate(f"note: {note}")
    if as_json:
        record = said_record(exported.labels)
        say_json("labels", file=str(exported.file), form=exported.form, notes=list(exported.notes), **record)
    else:
        say(f"{exported.file}: labels of {plural(exported.labels.images, 'image')} ({exported.form})")


def _print_labels(place: Workspace, name: str, to: LabelsFormat, as_json: bool) -> None:
    if to is not LabelsFormat.CSV:
        raise UsageError(f"{to.value} is written to a file", hint="give --out FILE")
    if as_json:
        labels = said_labels(place, name)
        say_json("labels", file=None, form=None, notes=list(labels.notes), **said_record(labels))
        return
    text, exported = labels_text(place, name)
    for note in exported.notes:
        narrate(f"note: {note}")
    say(text)


def _listed(file: Path, encoding: str | None) -> tuple[str, ...]:
    mistakes: list[Mistake] = []
    listed = read_classes(file, mistakes, encoding)
    refuse(str(file), mistakes, hint="give a file with one class a line")
    return listed or ()
