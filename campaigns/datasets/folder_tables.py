"""The tables that label a folder: one beside the images, or one in each of the folders `train`, `valid` and `test`."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path, PurePosixPath

from campaigns.datasets.dataset import NEGATIVE, UNKNOWN
from campaigns.datasets.folder_exchange import exported_form, exported_title, read_exported, says_absent, strange_json
from campaigns.datasets.folder_tree import FileTree
from campaigns.datasets.foreign_files import PROBED, foreign_files, require_no_foreign
from campaigns.datasets.label_table import LabelTable, read_table
from campaigns.datasets.split_words import HELD_OUT, TRAIN
from campaigns.datasets.table_reader import TableOptions
from campaigns.errors import BadData, Mistake

LABELS = "labels.csv"
CLASSES = "classes.txt"
WORKBOOKS = frozenset({".xlsx", ".xls", ".ods", ".numbers", ".parquet", ".feather"})
"""Tables that are no text."""
TABLES = frozenset({".csv", ".tsv", ".txt", ".tab"})
"""How tables end that may hold labels."""
METADATA = "metadata.jsonl"
"""What Hugging Face's imagefolder has in each folder of a split."""
LOOKED_AT = 50
"""Files beside a table: a folder may have one of text for each image, and it is opened by every worker."""
HINT = (
    f"{LABELS} has a line `image,labels` and then lines like `cats/1.jpg,cat;sofa`; "
    "or `image,cat,sofa` and then lines like `cats/1.jpg,1,0`"
)


def table_paths(root: Path, labels: str | None, tree: FileTree) -> list[Path]:
    """Return where the table lies, or the tables of the same name in folders that are named after splits.

    Raises:
        BadData: there is none; with the files that may be it.
    """
    path = root / (labels or LABELS)
    if path.exists() and not path.is_dir():  # a pipe is refused by whoever opens it
        return [path]
    tables = sorted(
        file.relative_to(root).as_posix()
        for pattern in ("*", "*/*")
        for file in root.glob(pattern)
        if file.suffix.lower() in TABLES and file.name != CLASSES
    )
    listed = sorted(file.relative_to(root).as_posix() for file in root.glob(f"*/{METADATA}"))
    has_table = any(not name.endswith(".txt") for name in tables)
    for several in (_of_splits(tables), [] if has_table else _of_splits(listed)):
        if labels is None and several:
            return [root / name for name in several]
    if (foreign := foreign_files(root, tree.ids)) is not None:
        what = f"{root} has no {path.name}, and {foreign[0]} is not read: it is {foreign[1].title}"
        raise BadData(what, hint=foreign[1].hint)
    if exported := {name: title for name in _exports(root) if (title := exported_title(root / name))}:
        mistakes = [Mistake(name, f"is {title}") for name, title in exported.items()]
        raise BadData(
            f"{root} has no {path.name}", mistakes=mistakes, hint=f"say which: --labels {next(iter(exported))}"
        )
    books = sorted(file.name for file in root.glob("*") if file.suffix.lower() in WORKBOOKS)
    if not tables and books:
        hint = f"save {books[0]} as a CSV, {Path(books[0]).stem}.csv, and say --labels {Path(books[0]).stem}.csv"
        raise BadData(f"{root} has no {path.name}, and {books[0]} is no text", hint=hint)
    if not tables:
        inner = sorted({str(PurePosixPath(name).parent) for name in tree.ids} - {"."})
        because = "names of folders are not read as classes unless --labels folders says so"
        lies = f"; images lie in {', '.join(inner[:6])}, and {because}" if inner else ""
        raise BadData(f"{root} has no {path.name}{lies}", hint=f"write a table and name it with --labels FILE. {HINT}")
    mistakes = [Mistake(table, "may be the table of labels") for table in tables[:10]]
    hint = f"say which: --labels {tables[0]}"
    raise BadData(f"{root} has no {path.name}; another file may be the table", mistakes=mistakes, hint=hint)


def _others(path: Path) -> list[str]:
    """Return a note on tables with the same first line beside one that a person has named, among a few of its kind."""
    if path.name == LABELS:
        return []
    beside = (file for file in path.parent.iterdir() if file.suffix.lower() == path.suffix.lower() and file != path)
    first = _first_line(path)
    alike = sorted(file.name for file in islice(beside, LOOKED_AT) if file.is_file() and _first_line(file) == first)
    return [f"not read, though it has the same columns: {', '.join(alike[:6])}"] if alike else []


def _first_line(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.readline(1 << 12).strip()
    except OSError:
        return b""


def _exports(root: Path) -> list[str]:
    """Return files that another program may have exported, a few."""
    return sorted(file.name for file in root.glob("*") if file.suffix.lower() in {".json", ".jsonl", ".xml"})[:PROBED]


def read_tables(
    paths: Sequence[Path],
    *,
    root: Path,
    images: Sequence[str],
    classes: Sequence[str] | None,
    options: TableOptions,
) -> LabelTable:
    """Read the tables; where there are several, each labels the images of its own folder, which is their split.

    Of several splits `test` is held out, or else the one that validates; the others are for training. A split that a
    person named goes before the names of the folders.
    """
    if len(paths) == 1:
        require_no_foreign(paths[0])
    if len(paths) == 1 and (form := exported_form(paths[0], options.encoding)):
        return read_exported(paths[0], form, images=images, classes=classes, options=options)
    if len(paths) == 1:
        table = _table(paths[0], images=images, classes=classes, options=options)
        return replace(table, notes=(*table.notes, *_others(paths[0])))
    folders = [path.parent.name for path in paths]
    tables = _of_folders(paths, images=images, classes=classes, options=options)
    if classes is None and paths[0].name == METADATA:
        named = sorted({name for table in tables for name in table.classes})
        tables = [_with_classes(table, named, path) for table, path in zip(tables, paths, strict=True)]
    mistakes = [mistake for table in tables for mistake in table.mistakes]
    if not mistakes:
        mistakes = [
            Mistake(str(path), f"names other classes than {paths[0].relative_to(root)}: name them with --classes FILE")
            for path, table in zip(paths, tables, strict=True)
            if table.classes != tables[0].classes
        ]
    if mistakes:
        return LabelTable(mistakes=tuple(mistakes))
    rows = {image: values for table in tables for image, values in table.rows.items()}
    splits, notes = _splits(folders, tables)
    if options.split is not None:
        splits, notes = _said_splits(tables), []
    mistakes = [] if options.split is not None else _without_labels(paths, tables, splits)
    notes += [note for table in tables for note in table.notes]
    reading = tables[0].reading + f", from {len(tables)} files {paths[0].name}"
    has_empty = any(table.has_empty for table in tables)
    notes = list(dict.fromkeys(notes))
    return LabelTable(tables[0].classes, rows, splits, tuple(mistakes), tuple(notes), reading, has_empty)


def _of_folders(
    paths: Sequence[Path], *, images: Sequence[str], classes: Sequence[str] | None, options: TableOptions
) -> list[LabelTable]:
    """Return each table with the images of its own folder."""
    tables = []
    for path in paths:
        own = [image for image in images if image.startswith(f"{path.parent.name}/")]
        if form := exported_form(path, options.encoding):
            tables.append(read_exported(path, form, images=own, classes=classes, options=options))
        else:
            tables.append(_table(path, images=own, classes=classes, options=options))
    return tables


def _table(path: Path, *, images: Sequence[str], classes: Sequence[str] | None, options: TableOptions) -> LabelTable:
    """Return the table in a file; JSON, which is none, is a mistake with its keys."""
    if (what := strange_json(path, options.encoding)) is not None:
        return LabelTable(mistakes=(Mistake(str(path), what),))
    return read_table(path, images=images, classes=classes, options=options)


def _with_classes(table: LabelTable, classes: Sequence[str], path: Path) -> LabelTable:
    """Return a table of lists with classes that occur in no list of it: a file of lists has no header that names them.

    They are absent, as in its lists, but where lines say by themselves what is absent: there nobody knows.
    """
    if table.classes == tuple(classes):
        return table
    rest = UNKNOWN if says_absent(path) else NEGATIVE
    places = {name: at for at, name in enumerate(table.classes)}
    rows = {
        image: tuple(values[places[name]] if name in places else rest for name in classes)
        for image, values in table.rows.items()
    }
    return replace(table, classes=tuple(classes), rows=rows)


def _of_splits(tables: Sequence[str]) -> list[str]:
    """Return the tables of one name that lie in folders named after splits; empty unless there are two or more."""
    ours = [name for name in tables if PurePosixPath(name).parent.name.lower() in TRAIN | frozenset(HELD_OUT)]
    inner = [name for name in ours if "/" in name]
    names = {PurePosixPath(name).name for name in inner}
    return inner if len(inner) > 1 and len(names) == 1 and len(inner) == len(tables) else []


def _splits(folders: Sequence[str], tables: Sequence[LabelTable]) -> tuple[dict[str, str] | None, list[str]]:
    """Return the split of each image by its folder, and what a person should know of that."""
    lower = [folder.lower() for folder in folders]
    held_out = next((name for name in HELD_OUT if name in lower), None)
    if held_out is None or all(name == held_out for name in lower):
        return None, []
    splits = {
        image: "test" if name == held_out else "train"
        for name, table in zip(lower, tables, strict=True)
        for image in table.rows
    }
    trained = [folder for folder, name in zip(folders, lower, strict=True) if name != held_out]
    return splits, [f"the folder {held_out} is held out for testing; {' and '.join(trained)} are for training"]


def _said_splits(tables: Sequence[LabelTable]) -> dict[str, str] | None:
    """Return the splits of the column that a person named; None where there are to be none."""
    if any(table.splits is None for table in tables):
        return None
    return {image: split for table in tables for image, split in (table.splits or {}).items()}


def _without_labels(
    paths: Sequence[Path], tables: Sequence[LabelTable], splits: dict[str, str] | None
) -> list[Mistake]:
    """Return a mistake for each table with test images whose labels are not all known."""
    mistakes = []
    for path, table in zip(paths, tables, strict=True):
        without = [i for i, values in table.rows.items() if UNKNOWN in values and (splits or {}).get(i) == "test"]
        if without:
            what = f"test images need a label for every class: {without[0]!r} and {len(without) - 1} more lack a label"
            mistakes.append(Mistake(str(path), what))
    return mistakes
