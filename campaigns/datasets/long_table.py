"""The long form of a table of labels: one cell names the classes of an image."""

from collections.abc import Callable, Sequence

from campaigns.core.text import is_printable
from campaigns.datasets.columns import shell_word
from campaigns.datasets.dataset import NEGATIVE, POSITIVE
from campaigns.datasets.doubtful_names import NO_FINDING, contradictions, require_classes
from campaigns.datasets.label_cells import Division, division
from campaigns.datasets.name_shapes import absences, by_line, lists_of_strangers, shape_doubts
from campaigns.datasets.nothing_cells import without_nothing
from campaigns.datasets.number_names import naming_column, numbers_asked
from campaigns.datasets.several_lines import put_together
from campaigns.datasets.table_reader import (
    HINTED,
    MOST_LABELS,
    PLAIN_CELLS,
    Lines,
    Rows,
    TableReader,
    are_too_many,
    unknown_class,
)
from campaigns.datasets.tidy_names import tidy_notes, with_plain_blanks
from campaigns.errors import Mistake

Named = list[tuple[int, str, tuple[str, ...]]]
"""Line number, image, and the classes that the line names."""

LISTED = "list all classes, that one too, in --classes FILE"
SEVERAL = 0.1
"""Share of images with several lines from which on a table is one of a line for each label."""


def read_long(reader: TableReader, lines: Lines) -> tuple[Division, tuple[str, ...], Rows]:
    """Return how cells are divided, the classes, and a label for each class by image."""
    place = reader.columns.labels or 0
    lines = without_nothing(reader, lines, place)
    cells = [row[place] for _, _, row in lines]
    kind = division(cells, separator=reader.options.separator, known=reader.fixed)
    if kind.question:
        where = [n for n, _, row in lines if kind.about in with_plain_blanks(row[place])]
        reader.wrong_lines([(where[0] if where else 1, kind.question)])
        return kind, (), {}
    named = _named(reader, lines, kind.divide, place)
    distinct = {name for names in {names for _, _, names in named} for name in names}
    hidden = {name for name in distinct if not is_printable(name)}
    if reader.fixed is None:
        _require_no_numbers(reader, lines, named, distinct)
    if len(lines) * len(distinct) <= MOST_LABELS:
        _check_shapes(reader, named, distinct)
    classes = tuple(reader.fixed) if reader.fixed is not None else tuple(sorted(distinct))
    if reader.fixed is not None:
        _check_known(reader, named, classes)
    reader.wrong_lines([(n, f"{x!r} cannot be shown") for n, _, some in named for x in some if x in hidden])
    if lines and not classes and not reader.mistakes:
        reader.mistakes.append(Mistake(str(reader.path), "names no class at all"))
    if reader.fixed is None and not reader.columns.has_boxes:
        reader.wrong_lines(contradictions(named))
    if free := sorted(name for name in distinct if NO_FINDING.fullmatch(name)):
        reader.notes.append(f"{free[0]!r} was read as a class; --nothing {free[0]!r} reads it as no class")
    if empty := sum(1 for cell in cells if not cell):
        reader.notes.append(f"{empty} of {len(cells)} label cells are empty: read as images of no class")
    if are_too_many(reader, len(lines), classes):
        return kind, classes, {}
    return kind, classes, _rows(_merged(reader, named), classes)


def _check_shapes(reader: TableReader, named: Named, distinct: set[str]) -> None:
    """Ask about names that look like something else beside the others; in a list of classes they are none."""
    if reader.fixed is not None:
        return
    separator = reader.options.separator
    doubts = shape_doubts(distinct, way=LISTED, separator=separator)
    for lines in by_line(((n, some) for n, _, some in named), doubts):
        reader.wrong_lines(lines)
    reader.notes += absences(distinct)
    if not doubts and separator is None:
        reader.notes += lists_of_strangers(((n, some) for n, _, some in named), distinct)


def _rows(named: Named, classes: Sequence[str]) -> Rows:
    """Return the labels of each image; the same tuple wherever the same classes are named."""
    together: dict[str, tuple[str, ...]] = {}
    for _, image, names in named:
        together[image] = together.get(image, ()) + names
    labels = {
        names: tuple(POSITIVE if name in names else NEGATIVE for name in classes) for names in set(together.values())
    }
    return {image: labels[names] for image, names in together.items()}


def _named(reader: TableReader, lines: Lines, divide: Callable[[str], list[str]], place: int) -> Named:
    """Return the names in each line's cell; the same tuple wherever the cell is the same."""
    names: dict[str, tuple[str, ...]] = {}
    named, wrong, known = Named(), [], None if reader.fixed is None else set(reader.fixed)
    for number, image, row in lines:
        cell = row[place]
        try:
            if cell not in names:
                names[cell] = tuple(require_classes(divide(cell), known, way=LISTED, nothing=reader.options.nothing))
            named.append((number, image, names[cell]))
        except ValueError as error:
            wrong.append((number, str(error)))
    reader.wrong_lines(wrong)
    reader.notes += tidy_notes((number, row[place], names.get(row[place], ())) for number, _, row in lines)
    return named


def _require_no_numbers(reader: TableReader, lines: Lines, named: Named, names: set[str]) -> None:
    """Ask what numbers in a column such as `class` mean: names of classes, or yes and no for one class.

    Where a column `labels` has several in a cell, they are names.
    """
    place = reader.columns.labels or 0
    column = reader.header[place]
    asked = numbers_asked(names, are_letters_answers=column != "labels")
    if not asked or (column == "labels" and any(len(some) > 1 for _, _, some in named)):
        return
    others = [at for at in range(len(reader.header)) if at not in {place, reader.columns.image, reader.columns.split}]
    naming = naming_column([row for _, _, row in lines], place, others)
    way = "" if naming is None else f"; {reader.class_option} {shell_word(reader.header[naming])} names them"
    are_answers = all(name.lower() in PLAIN_CELLS for name in names)
    alone = " or with the name of the column" if are_answers else ""
    reader.wrong(f"column {column!r} holds {asked}{alone}{way}")


def _merged(reader: TableReader, named: Named) -> Named:
    """Return lines, several for an image in a table of a line for each label; otherwise a second line is a mistake.

    In such a table no line names two classes and none is listed twice. Few images with a second line are a slip.
    """
    first: dict[str, int] = {}
    several = {image for n, image, _ in named if first.setdefault(image, n) != n}
    is_usual = len(several) >= SEVERAL * len(first)
    if reader.columns.has_boxes:
        reader.notes.append(
            f"each line is a box, {len(named)} in {len(first)} images: its class is present in the image"
        )
        return named
    if several and is_usual and all(len(names) == 1 for _, _, names in named) and _differ(named):
        reader.notes += put_together([(number, image) for number, image, _ in named])
        return named
    again = [(n, image) for n, image, _ in named if first[image] != n]
    reader.wrong_lines([(n, f"image {image!r} has a line already, {first[image]}") for n, image in again])
    return named


def _differ(named: Named) -> bool:
    """Return whether no line says again what another one says of the same image."""
    return len({(image, names) for _, image, names in named}) == len(named)


def _check_known(reader: TableReader, named: Named, classes: Sequence[str]) -> None:
    known, wrong = set(classes), list[tuple[int, str]]()
    for number, _, some in named:
        for name in some:
            if name not in known:
                wrong.append((number, unknown_class(name, classes if len(wrong) < HINTED else ())))
    reader.wrong_lines(wrong)
