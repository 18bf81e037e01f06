"""Which column of a table names the images, where their own names do not say it: by what is in the cells."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from campaigns.datasets.columns import IMAGES, NamedColumns, shell_word
from campaigns.datasets.formats import SUFFIXES
from campaigns.datasets.several_lines import plain_name
from campaigns.datasets.table_text import RawTable

HEADS = 10
"""Lines among which the header may be, where it is not the first."""
PROBED = 200
"""Lines that are looked at."""
Match = Callable[[str], Sequence[str]]
"""The images that a cell may mean; several where that is not clear, none where it names none."""


def image_column(raw: RawTable, match: Match) -> tuple[str | None, str]:
    """Return the column that names images, None for what its name says, and what is wrong; empty when nothing is.

    Of several columns that may be meant by their names it is the one that names images; where they name different
    images, a person has to say which. Where none of them does and another one does, that is told.
    """
    called = [at for at, name in enumerate(raw.header) if plain_name(name) in IMAGES]
    if not called and (wrong := _before_the_header(raw)):
        return None, wrong
    fitting = _fitting(raw, match, called)
    ours = list(fitting)
    if len(called) > 1 and len(ours) == 1:
        return raw.header[ours[0]], ""
    if any(_differ(fitting[ours[0]], fitting[at]) for at in ours[1:]):
        ways = " or ".join(f"--image {shell_word(raw.header[at])}" for at in ours[:3])
        return None, f"columns {', '.join(raw.header[at] for at in ours)[:80]} name different images: say {ways}"
    if any(_is_ended(raw, at) for at in ours):
        return None, ""
    # What has no ending may name images by chance, as numbers do: a column whose cells have one counts for more.
    fitting = _fitting(raw, match, range(len(raw.header)))
    if not fitting or fitting.keys() & set(ours):
        return None, ""
    name = raw.header[next(iter(fitting))]
    option = f"--image {shell_word(name)}"
    if match(name):
        return None, f"the first line names the image {name!r} and no columns: write `image,labels` above it"
    if called:
        other = raw.header[called[0]]
        return None, f"column {other!r} is called after images and {name!r} names them: say {option}"
    shown = ", ".join(raw.header)[:80]
    return None, f"names the columns {shown}; one should be 'image': cells of {name!r} name images, say {option}"


def with_image(named: NamedColumns, raw: RawTable, match: Match) -> tuple[NamedColumns, str]:
    """Return what a person named, with the column of images told from cells where nobody did, and what is wrong."""
    if named.image is not None:
        return named, ""
    name, wrong = image_column(raw, match)
    return replace(named, image=name), wrong


def _before_the_header(raw: RawTable) -> str:
    """Return that lines stand before the header, or that blanks divide the columns; empty where neither is so."""
    for number, cells in raw.lines[:HEADS]:
        if len(cells) > 1 and any(plain_name(cell) in IMAGES for cell in cells):
            return f"line {number} looks like the header: take the lines before it away"
    if len(raw.header) == 1 and len(raw.header[0].split()) > 1 and not any("," in name for name in raw.header):
        return f"its first line, {raw.header[0][:60]!r}, is divided by blanks: save the table with commas"
    return ""


def _fitting(raw: RawTable, match: Match, places: Iterable[int]) -> Mapping[int, Mapping[int, str]]:
    """Return which of these columns name images, with the image by line; with an ending, if any of them has one."""
    # A match by anything but the whole name costs memory: no more cells are looked at than have to be.
    by_column: dict[int, dict[int, str]] = {}
    for at in places:
        for number, cells in raw.lines[:PROBED]:
            if len(cells) > at and cells[at] and len(images := match(cells[at])) == 1:
                by_column.setdefault(at, {})[number] = images[0]
    ended = {at for at in by_column if _is_ended(raw, at)}
    return {at: images for at, images in by_column.items() if at in ended or not ended}


def _differ(left: Mapping[int, str], right: Mapping[int, str]) -> bool:
    return any(right.get(line, image) != image for line, image in left.items())


def _is_ended(raw: RawTable, at: int) -> bool:
    """Return whether cells of a column end as names of images do."""
    return any(
        PurePosixPath(cells[at]).suffix.lower() in SUFFIXES for _, cells in raw.lines[:PROBED] if len(cells) > at
    )
