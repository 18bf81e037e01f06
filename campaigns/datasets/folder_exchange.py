"""A folder's labels in a file that another program exported, as the table of a data set."""

from collections.abc import Sequence
from pathlib import Path

from campaigns.core.answers import Opinion
from campaigns.datasets.columns import LABELS, NO_SPLIT
from campaigns.datasets.dataset import DIFFICULT, NEGATIVE, POSITIVE, UNKNOWN
from campaigns.datasets.exchange.door import FORMS, read_labels
from campaigns.datasets.exchange.label_file import ReadOptions, merged
from campaigns.datasets.exchange.probe import Probe
from campaigns.datasets.label_table import LabelTable
from campaigns.datasets.split_words import stated_splits
from campaigns.datasets.table_reader import TableOptions
from campaigns.errors import Mistake

TABLES = frozenset({"csv", "kaggle", "roboflow"})
"""Forms that the reader of a data set's own table knows better: it asks about splits."""
NOTHING = "--nothing"
"""The option that other programs' files take as well."""
NUMBERS = {Opinion.YES: POSITIVE, Opinion.NO: NEGATIVE, Opinion.UNSURE: DIFFICULT}


def exported_form(path: Path, encoding: str | None = None) -> str | None:
    """Return the form of a file that another program exported; None for a table, and for what is in no form."""
    try:
        probe = Probe(path, encoding)
        name = next((name for name, form in FORMS.items() if not form.is_folder and form.is_form(probe)), None)
    except (OSError, ValueError):  # the reader of tables says what is wrong with it
        return None
    return None if name in TABLES else name


def exported_title(path: Path) -> str | None:
    """Return for a person what program exported a file; None for a table, and for what is in no form."""
    form = exported_form(path)
    return None if form is None else FORMS[form].title


def strange_json(path: Path, encoding: str | None = None) -> str | None:
    """Return what is wrong with JSON of no form that is read; None for what is no JSON."""
    try:
        probe = Probe(path, encoding)
        keys = probe.json_keys if probe.has_json else ""
    except (OSError, ValueError):  # the reader of tables says what is wrong with it
        return None
    if not keys:
        why = probe.why_no_tree if path.suffix.lower() == ".json" and probe.has_json else ""
        # What is in another encoding is told by the reader of tables, with the option that answers.
        return f"is JSON that cannot be read: {why}" if why and "UTF-8" not in why else None
    read = ", ".join(form.title for form in FORMS.values() if ".json" in form.files)
    return f"is JSON of no form that is read, {keys}; of JSON these are read: {read}"


def says_absent(path: Path) -> bool:
    """Return whether lines of a file of lists say of classes that they are absent, in a list or as `false` or 0."""
    rows = Probe(path).rows or ()
    return any(
        isinstance(row, dict)
        and ("absent" in row or (not any(name in row for name in LABELS) and any(value == 0 for value in row.values())))
        for _, row in rows
    )


def read_exported(
    path: Path, form: str, *, images: Sequence[str], classes: Sequence[str] | None, options: TableOptions
) -> LabelTable:
    """Read such a file as a table: what people differ in and what they skipped is unknown.

    Raises:
        BadData: it is in a form that drops labels, or cannot be read.
    """
    if unread := [option for option in options.of_tables() if option != NOTHING]:
        what = f"is {FORMS[form].title}, for which {' and '.join(unread)} mean nothing: leave them out"
        return LabelTable(mistakes=(Mistake(str(path), what),))
    says = ReadOptions(
        skip_missing=options.skip_missing, numbered=classes, encoding=options.encoding, nothing=options.nothing
    )
    labels = read_labels(path, images=images, classes=classes, form=form, options=says)
    names = tuple(classes) if classes is not None else labels.classes
    if labels.mistakes:
        return LabelTable(names, mistakes=labels.mistakes)
    rows = {
        item.image: tuple(NUMBERS[opinions[name]] if name in opinions else UNKNOWN for name in names)
        for item in merged(labels.items)
        if (opinions := item.labels)
    }
    mistakes = () if rows else (Mistake(str(path), "labels no image"),)
    ways = ", ".join(f"{count} {way}" for way, count in labels.ways.items())
    reading = f"{FORMS[form].title}; images matched: {ways}"
    complete = {image for image, values in rows.items() if UNKNOWN not in values}
    splits, notes = (None, []) if options.split == NO_SPLIT else stated_splits(labels.splits, complete)
    return LabelTable(names, rows, splits, mistakes, (*labels.notes, *notes), reading)
