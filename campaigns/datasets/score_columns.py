"""What each column of a table of scores is: the image, the output for a class, maximum or minimum of its map."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from campaigns.core.text import is_printable
from campaigns.datasets.columns import IMAGES
from campaigns.datasets.raw_scores import OUTPUTS, PEAKS, TROUGHS, Tally
from campaigns.errors import nearest

ENDINGS = {".peak": PEAKS, ".trough": TROUGHS}
"""Of the name of a class, in the head of a column about its map."""


@dataclass(frozen=True, slots=True)
class ScoreColumns:
    """Places of the columns."""

    header: Sequence[str]
    image: int
    """Behind it stand numbers alone."""
    classes: tuple[str, ...]
    places: Mapping[str, Sequence[int]]
    """By array, in the order of the classes; counted from the column behind the image."""

    @property
    def width(self) -> int:
        """Cells of a line."""
        return len(self.header)


def score_columns(path: Path, cells: Sequence[str], tally: Tally) -> ScoreColumns:
    """Return what the columns are by the first line of a table; note in `tally` what is wrong with it."""
    header = [cell.strip() for cell in cells]
    while header and not header[-1]:  # a separator too many
        header.pop()
    where, image = f"{path}:1", _image(header)
    names = header[image + 1 :]
    if not names:
        shown = ", ".join(header)[:80] or "nothing"
        tally.add("none", where, f"names the columns {shown}; should be the image, then a column for each class")
    elif _are_values(header[image], names):
        tally.add("values", where, "holds numbers; should name the columns: the image, then the classes")
    _check_heads(where, names, tally)
    classes = tuple(name for name in names if _ending(name) is None)
    places = {OUTPUTS: [at for at, name in enumerate(names) if _ending(name) is None]}
    if len(classes) < len(names):
        places |= _maps(where, names, classes, tally)
    return ScoreColumns(header, image, classes, places)


def _image(header: Sequence[str]) -> int:
    """Return the place of the images: the first, unless that is without a name and counts the lines."""
    is_counted = not header[:1] or not header[0] or header[0].lower().startswith("unnamed:")
    return 1 if is_counted and len(header) > 1 and header[1].lower() in IMAGES else 0


def _are_values(image: str, names: Sequence[str]) -> bool:
    """Return whether a line is one of numbers, not of names; classes may be called 0, 1, 2."""
    is_counted = all(map(str.isdecimal, names)) and not {".", "/"} & set(image)
    return all(map(_is_number, names)) and not is_counted


def _is_number(name: str) -> bool:
    try:
        float(name.replace(",", "."))
    except ValueError:
        return False
    return True


def _check_heads(where: str, names: Sequence[str], tally: Tally) -> None:
    for name, times in Counter(names).items():
        if not name:
            tally.add("no name", where, f"column {names.index('') + 2} has no name", times=times)
        elif times > 1:
            tally.add("twice", where, f"column {name[:100]!r} is listed twice")
        elif not is_printable(name):
            tally.add("odd", where, f"column {name[:100]!r} has characters that a terminal cannot show")


def _ending(name: str) -> str | None:
    """Return which end of a class map a column is about; None where it is about no map."""
    return next((ending for ending in ENDINGS if name.endswith(ending)), None)


def _maps(where: str, names: Sequence[str], classes: Sequence[str], tally: Tally) -> dict[str, list[int]]:
    """Return the places of the columns about maps; each class has both or none has any."""
    at = {name: place for place, name in enumerate(names)}
    known = {f"{name}{ending}" for name in classes for ending in ENDINGS}
    for name in names:
        ending = _ending(name)
        if ending is not None and name not in known:
            stem = name.removesuffix(ending)
            what = f"column {name[:100]!r} is about a map, and no column is called {stem[:100]!r}"
            tally.add("stray map", where, f"{what}: {nearest(stem, classes[:100])}")
    missing = [name for cls in classes for ending in ENDINGS if (name := f"{cls}{ending}") not in at]
    if missing:
        what = f"has no column {missing[0][:100]!r}; maps are told of every class or of none"
        tally.add("no map", where, what, times=len(missing))
    return {
        part: [at[f"{name}{ending}"] for name in classes if f"{name}{ending}" in at] for ending, part in ENDINGS.items()
    }
