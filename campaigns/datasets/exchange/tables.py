"""Tables of labels, a row an image or a row a label: read by the same parts as the table of a data set."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from campaigns.core.answers import Opinion
from campaigns.datasets.columns import NO_SPLIT, roles
from campaigns.datasets.dataset import DIFFICULT, NEGATIVE, POSITIVE
from campaigns.datasets.doubtful_names import contradictions, require_classes
from campaigns.datasets.exchange.gathering import Gathering, LabelDraft, opinions
from campaigns.datasets.exchange.probe import Probe
from campaigns.datasets.image_column import with_image
from campaigns.datasets.label_cells import Division, division
from campaigns.datasets.name_shapes import absences, by_line, lists_of_strangers, shape_doubts
from campaigns.datasets.nothing_cells import without_nothing
from campaigns.datasets.nothing_columns import check_nothing, take_unlabelled
from campaigns.datasets.number_names import numbers_asked
from campaigns.datasets.several_lines import put_together
from campaigns.datasets.table_reader import PLAIN_CELLS, Lines, TableOptions, TableReader
from campaigns.datasets.table_text import SEPARATORS, RawTable
from campaigns.datasets.tidy_names import tidy_notes, with_plain_blanks
from campaigns.datasets.wide_table import NO_LABEL, check_columns, read_wide

WORDS: Mapping[int, Opinion] = {POSITIVE: Opinion.YES, NEGATIVE: Opinion.NO, DIFFICULT: Opinion.UNSURE}
OTHER_FILE = ": name the file with --labels FILE"
IMAGE_OPTION = ": say --image COLUMN"
"""What the table of a data set is told, and a file that was named is told otherwise."""


def read_table_into(gathering: Gathering, probe: Probe, *, separator: str | None = None, folder: str = "") -> None:
    """Take a table into the gathering. `folder` stands before names that have none."""
    raw, says = probe.raw, gathering.options
    assert raw is not None, "it is a table"
    # Blanks in the names of columns were made plain; a class of the campaign may have others.
    back = {with_plain_blanks(name): name for name in gathering.known or ()}
    raw = replace(raw, header=[back.get(name, name) for name in raw.header])
    options = TableOptions(
        NO_SPLIT, says.separator, minus_one=says.minus_one, image=says.image, class_column=says.labels,
        nothing=says.nothing,
    )  # fmt: skip
    reader = TableReader(probe.path, options, None, header=raw.header, class_option="--labels")
    if _knows_columns(gathering, reader, raw, folder):
        lines = _lines(reader, raw, folder)
        gathering.notes.append(f"{raw.encoding}, columns separated by {SEPARATORS[raw.separator]}")
        if reader.columns.labels is None:
            _wide(gathering, reader, lines)
        else:
            _long(gathering, reader, lines, separator)
    gathering.mistakes += reader.mistakes
    gathering.notes += reader.notes


def _knows_columns(gathering: Gathering, reader: TableReader, raw: RawTable, folder: str) -> bool:
    """Tell what the columns are; return whether that worked."""
    lists = (gathering.known, gathering.options.numbered)
    listed = next((names for names in lists if names is not None and set(names) & set(raw.header)), None)
    named, wrong = with_image(reader.named, raw, lambda cell: gathering.finder.find(f"{folder}{cell}").images)
    if wrong:
        reader.wrong(wrong)
        return False
    reader.columns = roles(raw, named=named, listed=listed, cells=frozenset(PLAIN_CELLS))
    reader.notes += reader.columns.notes
    for what in reader.columns.mistakes:
        plain = what.removesuffix(OTHER_FILE).removesuffix(IMAGE_OPTION)
        is_answered = f"{reader.class_option} " in plain
        reader.wrong(plain if is_answered else f"{plain}; or name the columns: --image COLUMN, --labels COLUMN")
    return not reader.columns.mistakes


def _lines(reader: TableReader, raw: RawTable, folder: str) -> Lines:
    width = len(raw.header)
    reader.wrong_lines(
        [(n, f"has {len(c)} cells, the first line has {width}") for n, c in raw.lines if len(c) != width]
    )
    place = reader.columns.image
    return [(n, f"{folder}{cells[place]}", cells) for n, cells in raw.lines if len(cells) == width]


def _wide(gathering: Gathering, reader: TableReader, lines: Lines) -> None:
    first: dict[str, int] = {}
    again = [(n, name) for n, name, _ in lines if first.setdefault(name, n) != n]
    reader.wrong_lines([(n, f"image {name!r} has a line already, {first[name]}") for n, name in again])
    nobody = take_unlabelled(reader, lines, gathering.known or gathering.options.numbered or ())
    if gathering.options.empty == "nothing":
        nobody = set()
    classes, rows = read_wide(reader, lines)
    if gathering.known is None and gathering.options.numbered is None:
        check_columns(reader, classes)
        check_nothing(reader, lines, classes)
    gathering.mentioned |= set(classes)
    reader.mistakes = [mistake for mistake in reader.mistakes if mistake.what != NO_LABEL]
    # Few rows differ: what the same cells say is one mapping for all of them.
    by_cells = {
        values: {label: WORDS[values[at]] for at, label in enumerate(classes) if values[at] in WORDS}
        for values in set(rows.values())
    }
    for name, values in rows.items():
        where = f"{reader.path}:{first[name]}"
        image, says = gathering.image(name, where), by_cells[values]
        if image is not None and says and name not in nobody:
            gathering.add(LabelDraft(image, where, says))


def _long(gathering: Gathering, reader: TableReader, lines: Lines, separator: str | None) -> None:
    place = reader.columns.labels or 0
    lines = without_nothing(reader, lines, place)
    kind = _division(gathering, [row[place] for _, _, row in lines], separator)
    if kind.question:
        where = [n for n, _, row in lines if kind.about in with_plain_blanks(row[place])]
        reader.wrong_lines([(where[0] if where else 1, kind.question)])
        return
    named: list[tuple[int, str, list[str]]] = []
    wrong, words = [], dict[int, Sequence[str]]()
    known = None if gathering.known is None else {*gathering.known, *(gathering.options.numbered or ())}
    way = "name it by `classes add`" if gathering.known is not None else "list all classes in --classes FILE"
    for number, name, row in lines:
        try:
            words[number] = require_classes(kind.divide(row[place]), known, way=way, nothing=reader.options.nothing)
            named.append((number, name, _names(gathering, words[number])))
        except ValueError as error:
            wrong.append((number, str(error)))
    reader.wrong_lines(wrong)
    reader.notes += tidy_notes((n, row[place], words[n]) for n, _, row in lines if n in words)
    if gathering.known is None:
        reader.wrong_lines(contradictions(named))
    if gathering.known is None and gathering.options.numbered is None:
        _ask_about_shapes(reader, words, way=way, separator=gathering.options.separator)
    if empty := sum(not names for _, _, names in named):
        reader.notes.append(f"{empty} of {len(lines)} label cells are empty: read as images of no class")
    reader.notes.append(f"labels separated by {kind.title}")
    # A line for each label: no line names two, and what several lines say of an image belongs together.
    is_long = all(len(names) <= 1 for _, _, names in named)
    together: dict[str, list[str]] = defaultdict(list)
    for _, name, names in named:
        together[name] += names
    if is_long and not reader.columns.has_boxes:
        reader.notes += put_together([(number, name) for number, name, _ in named])
    gathering.mentioned |= {label for names in together.values() for label in names}
    for number, name, names in named:
        image = gathering.image(name, f"{reader.path}:{number}")
        if image is not None:
            says = opinions(together[name] if is_long else names)
            gathering.add(LabelDraft(image, f"{reader.path}:{number}", says, is_rest_no=True))


def _ask_about_shapes(
    reader: TableReader, words: Mapping[int, Sequence[str]], *, way: str, separator: str | None
) -> None:
    """Ask about names that look like something else beside the others of the table."""
    distinct = {word for some in words.values() for word in some}
    if (asked := numbers_asked(distinct)) and all(len(some) <= 1 for some in words.values()):
        reader.wrong(f"labels are {asked}")
    doubts = shape_doubts(distinct, way=way, separator=separator)
    for lines in by_line(words.items(), doubts):
        reader.wrong_lines(lines)
    reader.notes += absences(distinct)
    if not doubts and separator is None:
        reader.notes += lists_of_strangers(words.items(), distinct)


def _division(gathering: Gathering, cells: Sequence[str], usual: str | None) -> Division:
    """Return how cells are divided: as a person says, so that the campaign's classes come out, or as is usual."""
    separator = gathering.options.separator
    if separator is None and gathering.known is not None:
        kind = division(cells, separator=None, known=gathering.known)
        known = set(gathering.known)
        try:
            if all(name in known for cell in {c for c in cells if c} for name in kind.divide(cell)):
                return kind
        except ValueError:
            return kind  # a cell that is no list: it is told with its line when lines are read
    separator = usual if separator is None else separator
    return division(cells, separator=separator, known=None if separator is None else gathering.known)


def _names(gathering: Gathering, names: Sequence[str]) -> list[str]:
    """Return the classes that numbers stand for, where a person gave the list; names stay as they are.

    Raises:
        ValueError: there is no class of that number, or there is no list and numbers are no classes.
    """
    numbered, known = gathering.options.numbered, set(gathering.known or ())
    if not any(name.isdecimal() and name not in known for name in names):
        return list(names)
    if numbered is None:
        if gathering.known is None:
            return list(names)
        raise ValueError(f"{names[0]!r} is no class; where numbers stand for classes, say --classes FILE")
    if bad := [name for name in names if not name.isdecimal() or int(name) >= len(numbered)]:
        raise ValueError(f"{bad[0]!r} is no number of a class; there are {len(numbered)}, from 0")
    return [numbered[int(name)] for name in names]
