"""Columns of the wide form that name no class: nobody labelled the image, or nothing is there."""

from collections.abc import Collection, Sequence

from campaigns.datasets.dataset import POSITIVE
from campaigns.datasets.doubtful_names import BESIDE_NOTHING, NO_FINDING, NOTHING
from campaigns.datasets.name_shapes import absences
from campaigns.datasets.several_lines import plain_name
from campaigns.datasets.table_reader import CELLS, Lines, TableReader

UNLABELLED = frozenset({
    "unlabeled", "unlabelled", "not_labeled", "not_labelled", "not_yet_labeled", "not_yet_labelled", "unannotated",
    "not_annotated",
})  # fmt: skip
"""Roboflow's column for images that nobody labelled, and its like."""
LEAVE_OUT = "--classes FILE without it leaves it out"


def take_unlabelled(reader: TableReader, lines: Lines, known: Collection[str]) -> set[str]:
    """Return the images that a column says nobody has labelled, and make such columns no classes.

    `known` are names that a person lists as classes. A line that names a class as well is a mistake.
    """
    columns = reader.columns
    other = {columns.image, columns.split}
    apart = [
        at for at, name in enumerate(reader.header) if is_unlabelled(name) and name not in known and at not in other
    ]
    if not apart:
        return set()
    rest = [at for at in columns.classes if at not in apart]
    shown = ", ".join(reader.header[at] for at in apart)
    if not rest:
        reader.wrong(f"column {shown!r} says that nobody has labelled an image, and there is no column for a class")
        return set()
    columns.classes = rest
    reader.wrong_lines(_contradictions(reader, lines, apart, rest))
    nobody = {image for _, image, row in lines if any(_is_yes(row[at]) for at in apart)}
    reader.notes.append(f"{shown} is no class: {len(nobody)} of {len(lines)} images are not yet labelled by it")
    return nobody


def is_unlabelled(name: str) -> bool:
    """Return whether a column of this name says that nobody has labelled an image."""
    return plain_name(name) in UNLABELLED


def check_nothing(reader: TableReader, lines: Lines, classes: Sequence[str]) -> None:
    """Tell of columns that may say that nothing is there, and ask about those of words that name no class."""
    places = {reader.header[at]: at for at in reader.columns.classes}
    for name in (name for name in classes if name.lower() in NOTHING and not is_unlabelled(name)):
        reader.wrong(
            f"column {name!r} may say that there is no class, or be a class of that name: "
            "say --classes FILE with the names of the classes"
        )
    reader.notes += absences(classes)
    if free := [name for name in classes if NO_FINDING.fullmatch(name) and name in places]:
        reader.notes.append(f"{free[0]!r} was read as a class; {LEAVE_OUT}")
        rest = [at for name, at in places.items() if name not in free and name.lower() not in BESIDE_NOTHING]
        reader.wrong_lines(_contradictions(reader, lines, [places[name] for name in free], rest))


def _contradictions(
    reader: TableReader, lines: Lines, nothing: Sequence[int], classes: Sequence[int]
) -> list[tuple[int, str]]:
    """Return lines in which a column says that there is nothing, and another that its class is there."""
    wrong = []
    for number, _, row in lines:
        no = next((at for at in nothing if _is_yes(row[at])), None)
        yes = None if no is None else next((at for at in classes if _is_yes(row[at])), None)
        if no is not None and yes is not None:
            what = f"says {reader.header[no]!r} and {reader.header[yes]!r} of the image: mend the line, or list both"
            wrong.append((number, f"{what} as classes in --classes FILE"))
    return wrong


def _is_yes(cell: str) -> bool:
    return CELLS.get(cell.lower()) == POSITIVE
